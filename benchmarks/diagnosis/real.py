"""Real logs with labels by hand, where they lie beside the checkout: read in place by loaders small enough to be trusted."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.diagnosis.as_run import run_of_columns
from benchmarks.diagnosis.noise import Floats
from trainmon.runs.run import Run

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "real"
TABLES = ("keras_csv", "lightning_csv", "plain_csv", "yolo_results_csv")
OURS = {"nan": "non_finite", "underfit_still_improving": "still_improving"}  # the labels' words for our kinds
RATES = ("learning_rate", "lr", "LEARNING_RATE", "x/lr0", "lr/pg0")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Label:
    """What a person said of one log: kinds that have to be found, one of which has to be, and that may be found."""

    id: str
    must: frozenset[str]
    one_of: frozenset[str]
    may: frozenset[str]
    clear: bool

    @property
    def fine(self) -> bool:
        """True where nothing has to be found."""
        return not self.must and not self.one_of


def labelled_runs(folder: Path = FOLDER) -> Iterator[tuple[Label, Run]]:
    """Yield the logs of those formats that the loaders here read; none where the folder is not there."""
    if not (folder / "labels.json").is_file():
        return
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))["labels"]
    for entry in json.loads((folder / "expected.json").read_text(encoding="utf-8")):
        rows = _rows(entry["format"], folder / entry["file"], entry["reading"])
        if rows and entry["id"] in labels:
            yield _label(entry["id"], labels[entry["id"]]), _run(rows, entry["reading"])


def _label(identity: str, entry: Mapping[str, Any]) -> Label:
    def kinds(name: str) -> frozenset[str]:
        return frozenset(OURS.get(kind, kind) for kind in entry[name])

    return Label(
        identity,
        kinds("must_report"),
        kinds("must_report_one_of"),
        kinds("may_report"),
        entry["confidence"] == "clear",
    )


def _rows(form: str, file: Path, reading: Mapping[str, str]) -> list[Row]:
    if form in TABLES:
        return _table(file.read_bytes().decode("utf-8", "replace"), reading.get("sep", ","))
    if form == "hf_trainer_state":
        history: list[Row] = json.loads(file.read_text(encoding="utf-8"))["log_history"]
        return history
    if form == "jsonl":
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if form == "json_history":
        columns = json.loads(file.read_text(encoding="utf-8"))
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return []


def _table(text: str, separator: str) -> list[Row]:
    lines = [line for line in text.replace("\r", "\n").split("\n") if line.strip()]
    rows = list(csv.reader(lines, delimiter=separator))
    header = [name.strip() for name in rows[0]]
    return [dict(zip(header, row, strict=False)) for row in rows[1:] if len(row) > 1]


def _run(rows: list[Row], reading: Mapping[str, str]) -> Run:
    names = list(dict.fromkeys(name for row in rows for name in row))
    played = {
        reading.get("x", "step"): "step",
        reading.get("train", "loss"): "loss",
        reading.get("val", "eval_loss"): "val_loss",
        **{name: "learning_rate" for name in RATES if name in names},
    }
    columns: dict[str, tuple[Floats, Floats]] = {}
    for name in names:
        cells = [row.get(name) for row in rows]
        values = np.array([_number(cell) for cell in cells])
        logged = np.array([_logged(cell) for cell in cells])
        if logged.any():
            columns.setdefault(
                played.get(name, f"other {name}" if name in ("loss", "val_loss", "step") else name), (values, logged)
            )
    return run_of_columns(columns, np.full(len(rows), np.nan))


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")


def _logged(cell: Any) -> float:
    """Return 1 for a cell with a number in it (nan and infinity too), 0 for a blank and for words."""
    if isinstance(cell, str):
        try:
            float(cell)
        except ValueError:
            return 0.0
        return 1.0
    return float(isinstance(cell, int | float) and not isinstance(cell, bool))
