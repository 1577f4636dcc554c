"""Real logs with labels by hand, where they lie beside the checkout, opened as a user opens them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "real"
OURS = {"nan": "non_finite", "underfit_still_improving": "still_improving"}  # the labels' words for our kinds


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
    """Yield the logs that have a label; none where the folder is not there."""
    if not (folder / "labels.json").is_file():
        return
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))["labels"]
    for entry in json.loads((folder / "expected.json").read_text(encoding="utf-8")):
        if entry["id"] in labels:
            yield _label(entry["id"], labels[entry["id"]]), open_run(folder / entry["file"])


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
