"""The entry of a tracker's own attempt, and when the file holds all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trainmon.tracking.attempt_entry import AttemptEntry
from trainmon.tracking.attempt_record import AttemptRecord


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "training_run.json"


def begun(path: Path, **values: object) -> AttemptEntry:
    """Return the entry of an attempt that begins now, saved."""
    record = AttemptRecord(path)
    entry = AttemptEntry(record, record.begin(**values))
    entry.save()
    return entry


def test_only_what_is_new_has_to_be_saved(path: Path) -> None:
    entry = begun(path)
    entry.note(rows_not_written=0, config=None)
    assert entry.saved
    entry.note(rows_not_written=3, not_sampled={"mlx": "is not loaded"})
    assert not entry.saved
    entry.save()
    assert entry.saved
    assert json.loads(path.read_text())["attempts"][0]["rows_not_written"] == 3


def test_what_the_disk_refused_is_still_to_be_saved(path: Path) -> None:
    entry = begun(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match=path.name):
        entry.save()
    assert not entry.saved


def test_an_ended_entry_is_opened_again_while_it_is_the_newest(path: Path) -> None:
    entry = begun(path)
    entry.note(end="finished", ended="2026-01-01T00:00:00.000000+00:00")
    entry.save()
    assert entry.reopen(AttemptRecord(path))
    entry.save()
    assert [attempt["end"] for attempt in AttemptRecord(path).attempts] == [None]
    begun(path, first_row=1)
    assert not entry.is_newest(AttemptRecord(path))
    assert not entry.reopen(AttemptRecord(path))


def test_no_entry_is_the_newest_of_a_record_that_is_gone(path: Path) -> None:
    entry = begun(path)
    path.unlink()
    assert not entry.is_newest(AttemptRecord(path))


def test_a_new_file_begins_with_this_attempt_and_holds_no_row_of_the_others(path: Path) -> None:
    begun(path, first_row=0)
    begun(path, first_row=5)
    entry = begun(path, first_row=9)
    entry.note_new_file()
    entry.save()
    assert [attempt["first_row"] for attempt in AttemptRecord(path).attempts] == [0, None, 0]
