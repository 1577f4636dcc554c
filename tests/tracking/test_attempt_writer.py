"""When an attempt begins, what it resumes, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tracking.directories import attempts, child, ends, log, rows_of
from tests.waiting import PATIENCE
from trainmon.errors import UsageError
from trainmon.tracking.tracker import MetricsTracker


def test_old_directory_without_a_record_starts_one_with_this_attempt(place: Path) -> None:
    place.mkdir()
    header = "timestamp,epoch,step,phase,loss,val_loss,learning_rate,memory_mb,elapsed_time_s\n"
    row = "2025-11-09T17:26:33.542913,0,1,train,5.5,,1e-05,8030,0.5\n"
    (place / "training_metrics.csv").write_text(header + row + "garbage\n\n" + row.replace(",1,", ",2,") + "2025-11-09T17:26:3")
    MetricsTracker(place).log_step(0, 1, 1.0)
    assert ends(place) == [(2, None, False)]
    lines = (place / "training_metrics.csv").read_text().splitlines()
    assert lines[5] == "2025-11-09T17:26:3"
    assert ",0,1,train,1.0,," in lines[6]


def test_fresh_start_in_the_same_directory_does_not_inherit_yesterdays_best(place: Path) -> None:
    with MetricsTracker(place) as yesterday:
        log(yesterday, (0, 1, 3.0), (0, 2, 0.5))
    with MetricsTracker(place) as today:
        log(today, (0, 1, 4.0), (0, 2, 2.0))
    summary = today.save_summary(1, 1)
    assert (summary["best_train_loss"], summary["total_steps"], summary["loss_improvement"]) == (2.0, 2, 2.0)
    assert ends(place) == [(0, "finished", False), (2, "finished", False)]


def test_later_start_resumes_and_supersedes_the_tail(place: Path) -> None:
    with MetricsTracker(place) as first:
        log(first, (0, 1, 4.0), (0, 2, 3.0), (0, 3, 0.1), (0, 4, 0.1))
    second = MetricsTracker(place)
    second.log_step(0, 3, 2.0)
    assert attempts(place)[1]["resumed_from"] == {"attempt": attempts(place)[0]["id"], "epoch": 0, "step": 4}
    status = second.get_current_status()
    assert (status["best_loss"], status["total_steps"], status["first_loss"]) == (2.0, 3, 4.0)
    second.close()
    assert MetricsTracker(place).get_current_status() == status


def test_elapsed_goes_on_after_a_resume_without_the_pause(place: Path) -> None:
    with MetricsTracker(place) as first:
        first.log_step(0, 1, 4.0, elapsed_time=100)
    with MetricsTracker(place) as second:
        second.log_step(0, 2, 3.0)
        second.log_step(0, 3, 3.0)
    elapsed = [float(line.split(",")[-1]) for line in (place / "training_metrics.csv").read_text().splitlines()[1:]]
    assert elapsed[0] == 100
    assert 100 <= elapsed[1] <= elapsed[2] < 160


def test_resume_never_always_starts_fresh(place: Path) -> None:
    for _ in range(2):
        with MetricsTracker(place, resume="never") as tracker:
            tracker.log_step(1, 5, 1.0)
            tracker.log_step(1, 6, 1.0)
    assert ends(place) == [(0, "finished", False), (2, "finished", False)]
    with MetricsTracker(place, resume="never") as tracker:
        tracker.log_step(2, 0, 1.0)
    assert ends(place)[2] == (4, "finished", False)


def test_resume_must_raises_where_there_is_nothing_and_resumes_otherwise(place: Path) -> None:
    tracker = MetricsTracker(place, resume="must")
    with pytest.raises(UsageError, match=r"^resume='must', but .*training_metrics\.csv has no rows to resume"):
        tracker.log_step(0, 1, 1.0)
    assert not place.exists()
    with MetricsTracker(place) as first:
        first.log_step(0, 1, 1.0)
    with MetricsTracker(place, resume="must") as second:
        second.log_step(0, 1, 1.0)
    assert ends(place) == [(0, "finished", False), (1, "finished", True)]


def test_loop_run_again_in_one_tracker_begins_an_attempt(place: Path) -> None:
    with MetricsTracker(place) as tracker:
        log(tracker, (0, 1, 3.0), (1, 1, 0.5), (0, 1, 4.0), (1, 1, 2.0), (1, 2, 1.0))
    assert ends(place) == [(0, "interrupted", False), (2, "finished", False)]
    assert attempts(place)[0]["reason"] == "the loop started again at epoch 0"
    assert tracker.get_current_status()["best_loss"] == 1.0


def test_summary_marks_the_attempt_finished_and_a_later_row_reopens_it(place: Path) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    tracker.save_summary(1, 1)
    assert ends(place) == [(0, "finished", False)]
    tracker.log_step(0, 2, 2.0)
    assert ends(place) == [(0, None, False)]
    tracker.close()
    assert ends(place) == [(0, "finished", False)]
    assert len(rows_of(place)) == 2


def test_close_leaves_a_later_attempt_of_someone_else_alone(place: Path) -> None:
    first = MetricsTracker(place)
    first.log_step(0, 1, 3.0)
    first.save_summary(1, 1)
    with child("t = MetricsTracker(sys.argv[1]); t.log_step(0, 1, 1.0); t.close()", str(place)) as process:
        assert process.wait(PATIENCE) == 0
    first.close()
    first.close("failed")
    assert ends(place) == [(0, "finished", False), (1, "finished", False)]


@pytest.mark.parametrize(
    ("error", "end", "reason"),
    [
        (ValueError("bad\nbatch"), "failed", "ValueError: bad batch"),
        (MemoryError(), "failed", "MemoryError"),
        (KeyboardInterrupt(), "interrupted", "KeyboardInterrupt"),
        (SystemExit(1), "failed", "SystemExit: 1"),
        (SystemExit(0), "finished", None),
    ],
)
def test_context_manager_records_how_the_block_ended(place: Path, error: BaseException, end: str, reason: str | None) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    with pytest.raises(type(error)), tracker:
        raise error
    entry = attempts(place)[0]
    assert (entry["end"], entry["reason"]) == (end, reason)
    assert entry["ended"] >= entry["started"]


def test_deleted_csv_leaves_no_attempt_at_rows_that_are_gone(place: Path) -> None:
    for loss in (3.0, 2.0):
        with MetricsTracker(place) as tracker:
            tracker.log_step(0, 1, loss)
    (place / "training_metrics.csv").unlink()
    with MetricsTracker(place) as tracker:
        tracker.log_step(0, 1, 1.0)
    assert [entry["first_row"] for entry in attempts(place)] == [0, None, 0]
