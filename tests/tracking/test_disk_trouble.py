"""A disk that takes nothing, and what becomes of the rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tracking.directories import attempts, child, ends, log, posix_only, rows_of
from tests.waiting import PATIENCE
from trainmon.tracking.tracker import MetricsTracker


def test_directory_that_cannot_be_made_never_raises_and_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    with MetricsTracker(tmp_path / "file" / "checkpoints") as tracker:
        log(tracker, (0, 1, 3.0), (0, 2, 2.0))
        tracker.log_epoch(0, 2.5)
        tracker.save_json()
        assert tracker.get_current_status()["rows_not_written"] == 3
        assert tracker.save_summary(1, 1)["best_train_loss"] == 2.0
    assert tracker.get_current_status()["rows_not_written"] == 3
    assert len(caplog.records) == 1
    assert "the training goes on, and what is not written is counted" in caplog.text


def test_directory_that_can_be_made_later_gets_all_rows(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with MetricsTracker(tmp_path / "file" / "checkpoints") as tracker:
        log(tracker, (0, 1, 3.0), (0, 2, 2.0))
        (tmp_path / "file").unlink()
    assert [row["step"] for row in rows_of(tmp_path / "file" / "checkpoints")] == ["1", "2"]
    assert attempts(tmp_path / "file" / "checkpoints")[0]["rows_not_written"] == 0


def test_rows_of_a_removed_directory_wait_until_it_is_there_again(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    tracker._writer.environment.wait()
    shutil.rmtree(place)
    tracker.log_epoch(0, 2.5)
    log(tracker, (1, 1, 2.0), (1, 2, 2.0))
    assert tracker.get_current_status()["rows_not_written"] == 4
    place.mkdir()
    tracker.log_step(1, 3, 1.0)
    tracker.close()
    assert [row["step"] for row in rows_of(place)] == ["1", "", "1", "2", "3"]
    assert (attempts(place)[0]["first_row"], attempts(place)[0]["rows_not_written"]) == (0, 0)
    assert len(caplog.records) == 1


@posix_only
def test_full_disk_never_raises_and_leaves_whole_rows(place: Path) -> None:
    code = """
import resource
t = MetricsTracker(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
for n in range(100):
    t.log_step(0, n, 1 / 3)
t.close()
print(t.get_current_status()["rows_not_written"])
"""
    with child(code, str(place)) as process:
        missing, warnings = process.communicate(timeout=PATIENCE)
    rows = rows_of(place)
    assert len(rows) + int(missing) == 100
    assert 0 < len(rows) < 50
    assert [row["loss"] for row in rows] == [repr(1 / 3)] * len(rows)
    assert warnings.count("the training goes on") == 1
    assert attempts(place)[0]["rows_not_written"] == int(missing)


def test_rows_that_an_ended_attempt_lost_stay_counted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    tracker = MetricsTracker(tmp_path / "file" / "checkpoints")
    log(tracker, (0, 1, 3.0), (0, 2, 2.0))
    tracker.close()
    tracker.save_json()
    assert tracker.get_current_status()["rows_not_written"] == 2


def test_an_ended_attempt_that_lost_rows_leaves_a_later_one_of_someone_else_alone(place: Path) -> None:
    (place / "training_metrics.csv").mkdir(parents=True)
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    tracker.close()
    (place / "training_metrics.csv").rmdir()
    with child("t = MetricsTracker(sys.argv[1]); t.log_step(0, 1, 1.0); t.close()", str(place)) as process:
        process.communicate(timeout=PATIENCE)
    tracker.save_json()
    assert [entry["rows_not_written"] for entry in attempts(place)] == [1, 0]


def test_an_end_that_the_disk_refused_is_recorded_with_the_next_save(place: Path) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    tracker._writer.environment.wait()
    record = (place / "training_run.json").rename(place / "moved")
    (place / "training_run.json").mkdir()
    tracker.close()
    (place / "training_run.json").rmdir()
    record.rename(place / "training_run.json")
    assert ends(place) == [(0, None, False)]
    tracker.save_json()
    assert ends(place) == [(0, "finished", False)]
