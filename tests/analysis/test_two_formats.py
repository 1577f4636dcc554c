"""One training that two tools logged: the figures and the findings are the same, whichever log is read."""

from __future__ import annotations

import pytest

from tests.real_data import REAL, needs_real_logs
from trainmon.analysis import Analysis, analyse
from trainmon.runs.opening import open_run

LONG_AGO = 1e12
YOLO5 = "483172__yolov5-custom_lego_dataset-2022-06-15/runs/train/exp"
YOLO8 = "07Sada__brand/runs/detect/train"
FLAIR = "ner-ml-models__flair-ner-english-large"


def read(path: str) -> Analysis:
    return analyse(open_run(REAL / path), now=LONG_AGO)


def alarms(read: Analysis) -> set[tuple[str, str]]:
    return {(found.kind, found.severity) for found in read.diagnosis.findings if found.severity != "info"}


@needs_real_logs
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"yolo_results_csv/{YOLO5}/results.csv", f"tensorboard/{YOLO5}/events.out.tfevents.1655416124.33f6a3a27a4d.385.0"),
        (f"yolo_results_csv/{YOLO8}/results.csv", f"tensorboard/{YOLO8}/events.out.tfevents.1682599409.a463fc08474a.2047.0"),
        (f"plain_csv/{FLAIR}/loss.tsv", f"text_log/{FLAIR}/training.log"),
    ],
)
def test_a_validation_has_the_same_figures_and_findings_in_both_logs(one: str, other: str) -> None:
    first, second = read(one), read(other)
    assert first.eval is not None
    assert second.eval is not None
    for name in ("first", "final", "best"):
        # a table is rounded to five figures, an event is a float of four bytes
        assert getattr(first.eval, name) == pytest.approx(getattr(second.eval, name), rel=1e-3)
    assert alarms(first) == alarms(second)


@needs_real_logs
def test_a_train_loss_that_both_logged_once_an_epoch_has_the_same_figures() -> None:
    first = read(f"yolo_results_csv/{YOLO5}/results.csv").train
    second = read(f"tensorboard/{YOLO5}/events.out.tfevents.1655416124.33f6a3a27a4d.385.0").train
    assert first is not None
    assert second is not None
    assert (first.count, first.final_step, first.best_step) == (second.count, second.final_step, second.best_step) == (50, 49, 49)
    assert first.best == pytest.approx(second.best, rel=1e-4)
