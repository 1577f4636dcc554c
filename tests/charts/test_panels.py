from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import HEADER, run_of
from trainmon.analysis import analyse
from trainmon.charts.panels import chosen_panels, paired, panels_of


@pytest.mark.parametrize(
    "pair",
    [
        ("train/acc", "eval/acc"),
        ("train_acc", "val_acc"),
        ("accuracy", "val_accuracy"),
        ("Accuracy/train", "Accuracy/validation"),
        ("train/box.loss", "valid/box.loss"),
    ],
)
def test_train_and_validation_of_a_metric_belong_together(pair: tuple[str, str]) -> None:
    assert paired([pair[1], "other", pair[0]]) == [pair, ("other",)]


def test_names_that_only_look_alike_stay_apart() -> None:
    names = ["train_acc", "eval_f1", "value_loss", "trainable", "val", "train/", "f2"]
    assert paired(names) == [(name,) for name in names]


def test_a_metric_is_in_one_pair_only() -> None:
    assert paired(["acc", "val_acc", "eval_acc"]) == [("acc", "val_acc"), ("eval_acc",)]


def test_panels_are_the_metrics_that_were_logged_without_the_losses(tmp_path: Path) -> None:
    row = ["2026-01-01T00:00:00+00:00,0,0,train,1.0,,1e-05,8000,1,0.5,0.4,,7"]
    run = run_of(tmp_path, row, f"{HEADER},train/acc,eval/acc,never,grad_norm")
    stretch = analyse(run, now=0.0).stretch
    assert stretch is not None
    panels = panels_of(stretch)
    assert [panel.metrics for panel in panels] == [("learning_rate",), ("memory_mb",), ("train/acc", "eval/acc"), ("grad_norm",)]
    assert [panel.key for panel in chosen_panels(panels, ["eval/acc", "gone"])] == ["train/acc"]


def test_twelve_are_drawn_until_some_are_chosen(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(200)]
    cells = ",".join("1" for _ in names)
    run = run_of(tmp_path, [f"2026-01-01T00:00:00+00:00,0,0,train,1.0,,,,1,{cells}"], f"{HEADER},{','.join(names)}")
    stretch = analyse(run, now=0.0).stretch
    assert stretch is not None
    panels = panels_of(stretch)
    assert [panel.key for panel in chosen_panels(panels, [])] == names[:12]
    assert [panel.key for panel in chosen_panels(panels, ["m150", "m3"])] == ["m3", "m150"]
