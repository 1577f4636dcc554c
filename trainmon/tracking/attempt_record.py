"""training_run.json: what the rows cannot hold. Name, tags and notes of a run, and an entry for each of its attempts."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from trainmon.errors import BusyDirectoryError
from trainmon.files.format import FORMAT_VERSION
from trainmon.files.process_identity import boot_id, host_name, process_alive, process_started
from trainmon.tracking import notices
from trainmon.tracking.atomic_file import write_json


class AttemptRecord:
    """The document of one run's training_run.json; what it held before, unknown keys included, stays as it was.

    Each entry of `attempts` has: id, started, ended (ISO 8601, UTC), end (finished, failed, interrupted or None while nobody
    knows), reason, host, boot_id, pid, process_started (see `process_identity.process_started`), first_row (the index among
    the rows that `written_rows.read_rows` counts, so a bad line is none; of two entries with the same one the earlier has
    no rows; None where its rows were deleted), resumed_from (None at a fresh start, else the `attempt` it resumes, None where
    that has no entry, and the `epoch` and `step` which that had reached), total_steps and total_epochs (the plan), config,
    environment, rows_not_written; cells_not_written where a header could not grow; not_sampled, why sources of a monitor are
    silent; and the last one reached, which spares the next start the reading of the CSV (see `written_history.reached`).
    """

    def __init__(self, path: Path, *, load: bool = True) -> None:
        self.path = path
        self.document: dict[str, Any] = {"format": FORMAT_VERSION, "name": None, "tags": [], "notes": "", "attempts": []}
        self._unreadable = False
        if load:
            self._load()
        else:
            self._unreadable = True

    @property
    def attempts(self) -> list[dict[str, Any]]:
        """The entries, oldest first."""
        listed: list[dict[str, Any]] = self.document["attempts"]
        return listed

    def starts(self) -> dict[int, bool]:
        """Return which rows begin an attempt, and whether it resumed the one before."""
        entries = (entry for entry in self.attempts if isinstance(entry.get("first_row"), int))
        return {entry["first_row"]: bool(entry.get("resumed_from")) for entry in entries}

    def refuse_other_writer(self) -> None:
        """Raise BusyDirectoryError where the last attempt is still being written by another live process."""
        last = self.attempts[-1] if self.attempts else {}
        pid = last.get("pid")
        if not last or last.get("end") or pid == os.getpid() or not isinstance(pid, int):
            return
        if process_alive(last.get("host"), last.get("boot_id"), pid, last.get("process_started")):
            raise BusyDirectoryError(
                f"{self.path.parent} is being written by process {pid} on {last.get('host')} since {last.get('started')}; "
                "stop that one, or log to another directory"
            )

    def describe(self, name: str | None, tags: Sequence[str], notes: str) -> None:
        """Set name, tags and notes where they are given; what is not given stays."""
        given = {"name": name, "tags": list(tags), "notes": notes}
        self.document.update({key: value for key, value in given.items() if value})

    def id_at(self, first_row: int) -> str | None:
        """Return the id of the newest attempt that begins at a row, None where none does."""
        return next((entry.get("id") for entry in reversed(self.attempts) if entry.get("first_row") == first_row), None)

    def forget_rows_after(self, rows: int) -> None:
        """Take back the first row of the attempts whose rows are gone: someone deleted the CSV, or its end."""
        for entry in self.attempts:
            first_row = entry.get("first_row")
            if isinstance(first_row, int) and first_row > rows:
                entry["first_row"] = None

    def begin(self, **entry: object) -> dict[str, Any]:
        """Add an attempt of this process and return its entry, which the caller keeps up to date."""
        added = {
            "id": os.urandom(4).hex(), "started": utc_now(), "ended": None, "end": None, "reason": None,
            "host": host_name(), "boot_id": boot_id(), "pid": os.getpid(), "process_started": process_started(os.getpid()),
            "first_row": 0, "resumed_from": None, "total_steps": None, "total_epochs": None, "config": None, "environment": None,
            "rows_not_written": 0, **entry,
        }  # fmt: skip
        self.attempts.append(added)
        return added

    def save(self) -> None:
        """Replace the file; one that could not be read is kept under another name. Raises OSError on a disk's trouble."""
        if self._unreadable:
            self._set_aside()
        write_json(self.path, self.document)

    def _load(self) -> None:
        try:
            document = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return
        except ValueError:
            document = None
        listed = document.get("attempts", []) if isinstance(document, dict) else None
        if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
            self._unreadable = True
            return
        self.document.update(document)
        self.document["attempts"] = listed

    def _set_aside(self) -> None:
        """Rename the unreadable file to the first free name beside it; there may be none."""
        self._unreadable = False
        if not self.path.exists():
            return
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.bad-{number}")).exists():
            number += 1
        self.path.replace(aside)
        notices.warn("%s holds no readable record of attempts; it is kept as %s and a new one begins", self.path, aside.name)


def utc_now() -> str:
    """Return now as ISO 8601 with microseconds, in UTC."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Stamps:
    """Moments as `utc_now` writes them; the text of a second is made once, since a fast loop logs many rows in it."""

    def __init__(self) -> None:
        self._second, self._text = -1, ""

    def text(self, microseconds: int) -> str:
        """Return a moment, given since 1970."""
        second, rest = divmod(microseconds, 1_000_000)
        if second != self._second:
            self._second, self._text = second, datetime.fromtimestamp(second, UTC).isoformat()[:19]
        return f"{self._text}.{rest:06d}+00:00"
