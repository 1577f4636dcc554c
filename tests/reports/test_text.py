from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.builders import rows, write_run
from tests.logs import write_log
from tests.real_data import COACH, needs_real_logs
from trainmon.analysis import analyse
from trainmon.reports.text import plain, report_text
from trainmon.runs.opening import open_run
from trainmon.tracking.tracker import MetricsTracker

START = 1_700_000_000.0


def text_of(directory: Path) -> str:
    return report_text(analyse(open_run(directory), now=time.time()))


def test_the_sections_stand_in_the_guides_order_and_format(tmp_path: Path) -> None:
    config = {"num_epochs": 3, "batch_size": 1, "learning_rate": 1e-5, "max_seq_length": 256}
    said = text_of(write_run(tmp_path, start=START, config=config))
    headings = ["📊 TIMING", "📈 ITERATIONS", "📉 LOSS METRICS", "🎯 BEST CHECKPOINT", "⚙️  CONFIGURATION"]
    assert [line for line in said.splitlines() if line in headings] == headings
    assert said.startswith(f"{'=' * 70}\n                     TRAINING REPORT\n{'=' * 70}\n")
    for line in (
        "Total Time: 0.08 hours (300s)",
        "Total Steps: 300",
        "Total Epochs: 3",
        "learning_rate: 0.00001",
        "batch_size: 1",
    ):
        assert f"\n  {line}\n" in said


def test_steps_that_were_logged_every_so_often_are_counted_all(tmp_path: Path) -> None:
    tracker = MetricsTracker(tmp_path, total_steps=7_242)
    for step in [*range(50, 7_242, 50), 7_242]:
        tracker.log_step(0, step, 1 / step, elapsed_time=step)
    summary = tracker.save_summary(8_460, 2_414)
    assert summary["samples_per_second"] == pytest.approx(0.285, abs=1e-3)
    said = text_of(tmp_path)
    assert "Total Steps: 7\u2009242 (145 logged)" in said
    assert "Samples/second: 0.29 (3.5 s/sample)" in said
    assert "Total Samples: 2414" in said


def test_what_was_not_logged_is_said_and_nothing_breaks(tmp_path: Path) -> None:
    said = text_of(write_log(tmp_path, [",,,train,,,,,"]))
    assert "Best Train Loss: not logged" in said
    assert "No configuration was logged" in said
    assert not {"nan", "None", "null"} & set(said.replace(":", " ").split())


def test_a_run_without_rows_says_what_to_check(tmp_path: Path) -> None:
    assert "Has the training started?" in text_of(write_log(tmp_path, []))


def test_a_running_training_gets_an_interim_report(tmp_path: Path) -> None:
    assert "interim report" in text_of(write_run(tmp_path, rows()[:100]))


@needs_real_logs
def test_the_report_on_the_real_run() -> None:
    said = text_of(COACH)
    for line in ("Best Train Loss: 0.8978", "Loss Improvement: 4.5406 (81.9%)", "Final Val Loss: 1.5306", "Total Steps: 300"):
        assert f"\n  {line}\n" in said
    assert "4. rows 610 to 612 (3 rows), fresh start" in said


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1e-5, "0.00001"),
        (0.1, "0.1"),
        (3.0, "3"),
        (1e-20, "1e-20"),
        (float("nan"), "nan"),
        (True, "True"),
        (None, "not set"),
        ("a", "a"),
    ],
)
def test_settings_have_the_guides_number_format(value: object, shown: str) -> None:
    assert plain(value) == shown
