"""training_run.json: what stays, what is added, and who is refused."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from trainmon.files.process_identity import boot_id, host_name, process_alive, process_started
from trainmon.tracking.attempt_record import AttemptRecord


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "training_run.json"


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def test_entry_has_every_field_of_the_format(path: Path) -> None:
    record = AttemptRecord(path)
    record.describe("a name", ["x"], "notes")
    entry = record.begin(first_row=3, config={"lr": math.nan, "where": path, "sizes": (1, 2)})
    record.save()
    document = read(path)
    assert document == {
        "format": 1,
        "name": "a name",
        "tags": ["x"],
        "notes": "notes",
        "attempts": [
            {
                "id": entry["id"], "started": entry["started"], "ended": None, "end": None, "reason": None, "host": host_name(),
                "boot_id": boot_id(), "pid": os.getpid(), "process_started": process_started(os.getpid()), "first_row": 3,
                "resumed_from": None, "total_steps": None, "total_epochs": None,
                "config": {"lr": None, "where": str(path), "sizes": [1, 2]}, "environment": None, "rows_not_written": 0,
            }
        ],
    }  # fmt: skip
    assert entry["started"].endswith("+00:00")


def test_earlier_attempts_and_unknown_keys_stay_as_they_were(path: Path) -> None:
    old = {"id": "a", "mood": 1, "first_row": 0}
    path.write_text(json.dumps({"format": 1, "colour": "red", "name": "old", "attempts": [old]}))
    record = AttemptRecord(path)
    record.describe(None, [], "")
    record.begin(first_row=5)
    record.save()
    document = read(path)
    assert (document["colour"], document["name"], document["attempts"][0]) == ("red", "old", old)
    assert [entry["first_row"] for entry in document["attempts"]] == [0, 5]


@pytest.mark.parametrize("content", ["{", "[]", '{"attempts": 3}', '{"attempts": [1]}', "\xff"])
def test_unreadable_record_is_kept_under_another_name(path: Path, content: str, caplog: pytest.LogCaptureFixture) -> None:
    path.write_text(content, encoding="latin-1")
    path.with_name("training_run.json.bad-1").write_text("older")
    record = AttemptRecord(path)
    record.begin()
    record.save()
    assert path.with_name("training_run.json.bad-1").read_text() == "older"
    assert path.with_name("training_run.json.bad-2").read_text(encoding="latin-1") == content
    assert len(read(path)["attempts"]) == 1
    assert len(caplog.records) == 1


def test_rows_that_someone_deleted_belong_to_no_attempt(path: Path) -> None:
    record = AttemptRecord(path)
    for first_row in (0, 100, 200):
        record.begin(first_row=first_row)
    record.forget_rows_after(100)
    assert [entry["first_row"] for entry in record.attempts] == [0, 100, None]


def test_process_is_alive_dead_or_unknown() -> None:
    me, started = os.getpid(), process_started(os.getpid())
    host, boot = host_name(), boot_id()
    assert process_alive(host, boot, me, started) is True
    assert process_alive(host, boot, me, -1.0) is False  # its id was given to another process
    assert process_alive(host, boot, 2**22 + 1, 1.0) is False
    assert process_alive(host, "an earlier boot", me, started) is False
    assert process_alive("elsewhere", boot, me, started) is None
    assert process_alive(host, boot, None, None) is None
