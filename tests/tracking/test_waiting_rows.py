"""Rows that a disk did not take: what waits, what is dropped, and in which order it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainmon.tracking import waiting_rows
from trainmon.tracking.row_file import RowFile
from trainmon.tracking.waiting_rows import WaitingRows


@pytest.fixture
def complaints() -> list[OSError]:
    return []


@pytest.fixture
def queue(tmp_path: Path, complaints: list[OSError]) -> WaitingRows:
    (tmp_path / "run").touch()  # in the way of the directory
    return WaitingRows(RowFile(tmp_path / "run" / "training_metrics.csv"), complaints.append)


def steps(tmp_path: Path) -> list[str]:
    return [line.split(",")[2] for line in (tmp_path / "run" / "training_metrics.csv").read_text().splitlines()[1:]]


def test_rows_wait_and_are_written_first_once_there_is_room(
    tmp_path: Path, queue: WaitingRows, complaints: list[OSError], monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(3):
        queue.append({"step": step})
    assert (queue.not_written, len(complaints)) == (3, 1)
    (tmp_path / "run").unlink()
    queue.append({"step": 3})
    assert queue.not_written == 4  # the disk is asked once a second
    monkeypatch.setattr(waiting_rows, "RETRY_SECONDS", 0.0)
    queue.flush()
    queue.append({"step": 4})
    assert steps(tmp_path) == ["0", "1", "2", "3", "4"]
    assert queue.not_written == 0


def test_ten_thousand_rows_wait_and_later_ones_are_dropped_and_counted(tmp_path: Path, queue: WaitingRows) -> None:
    for step in range(10_005):
        queue.append({"step": step})
    assert queue.not_written == 10_005
    (tmp_path / "run").unlink()
    queue.flush()
    assert steps(tmp_path) == [str(step) for step in range(10_000)]
    assert queue.not_written == 5
    queue.forget()
    assert queue.not_written == 0
