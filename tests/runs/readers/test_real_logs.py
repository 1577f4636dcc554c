"""What independent readers found in real logs of every format, and what is found in them here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.real_data import REAL, needs_real_logs
from trainmon.analysis import analyse
from trainmon.reports.status_json import status_json
from trainmon.runs.opening import open_run

Facts = dict[str, Any]

POSITIONS_OF_TEXT = "the truth's pattern takes the first number of a line for its position; the line has a step besides"
EPOCHS_OF_TEXT = "the truth has no epochs of console logs; the lines name them"
NEVER_FILLED = "a loss that is 0 on every row was never filled, and has no best"
BARS_DRAWN_TWICE = "the last bar of an epoch is drawn twice: 90 lines of 45 epochs"
# Where a truth counts something else than what is right here: the facts that differ, and why.
OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "d21": {"eval.count": "val_loss is logged on four rows; the truth's reading left it out"},
    "d43": {"train.best": NEVER_FILLED, "train.best_step": NEVER_FILLED},
    "d44": {"epochs": "its column train/epoch has them"},
    "d60": {"epochs": EPOCHS_OF_TEXT, "train.final_step": POSITIONS_OF_TEXT, "train.best_step": POSITIONS_OF_TEXT},
    "d61": {
        "epochs": EPOCHS_OF_TEXT, "train.final_step": POSITIONS_OF_TEXT, "train.best_step": POSITIONS_OF_TEXT,
        "eval.final_step": POSITIONS_OF_TEXT, "eval.best_step": POSITIONS_OF_TEXT,
    },
    "d63": {"epochs": EPOCHS_OF_TEXT},
    "d64": {"epochs": EPOCHS_OF_TEXT, "eval.count": "eval_loss is printed after each epoch; the truth's pattern passes it by"},
    "d65": {
        "epochs": EPOCHS_OF_TEXT, "train.count": BARS_DRAWN_TWICE, "train.final_step": BARS_DRAWN_TWICE,
        "train.best_step": BARS_DRAWN_TWICE, "eval.count": "val_loss stands in the last bar; the truth's pattern passes it by",
    },
    "d66": {"epochs": EPOCHS_OF_TEXT, "train.best": NEVER_FILLED, "train.best_step": NEVER_FILLED},
    "d67": {"epochs": "its entries have them; the truth left them out"},
}  # fmt: skip


def entries() -> list[Any]:
    path = REAL / "expected.json"
    listed = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return [pytest.param(entry, id=f"{entry['id']}-{entry['format']}") for entry in listed]


def expected(entry: Mapping[str, Any]) -> Facts:
    truth = entry["truth"]
    facts = {"format": entry["format"], "rows": truth["rows"], "epochs": truth.get("epochs")}
    for part in ("train", "eval"):
        series = truth[part] or {"n": 0}
        facts[f"{part}.count"] = series["n"] - series.get("n_nonfinite", 0)
        for point in ("first", "final", "best"):
            if facts[f"{part}.count"] and point in series:
                facts[f"{part}.{point}"] = series[point]["y"]
                facts |= {f"{part}.{point}_step": series[point]["x"]} if point != "first" else {}
    return facts


def found(entry: Mapping[str, Any]) -> Facts:
    (run,) = json.loads(status_json([analyse(open_run(REAL / entry["file"]), now=0.0)]))["runs"]
    facts = {name: run[name] for name in ("format", "rows", "epochs")}
    for part in ("train", "eval"):
        facts |= {f"{part}.{name}": value for name, value in (run["whole_file"][part] or {"count": 0}).items()}
    return facts


def differences(truth: Facts, here: Facts) -> Iterator[str]:
    for name, value in truth.items():
        other = here.get(name)
        numbers = isinstance(value, int | float) and isinstance(other, int | float)
        if not (math.isclose(value, other, rel_tol=1e-6, abs_tol=1e-12) if numbers else value == other):
            yield name


@needs_real_logs
@pytest.mark.parametrize("entry", entries())
def test_a_real_log_says_what_is_true_of_it(entry: Mapping[str, Any]) -> None:
    assert set(differences(expected(entry), found(entry))) == set(OTHERWISE.get(entry["id"], {}))
