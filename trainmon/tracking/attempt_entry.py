"""The entry of a tracker's own attempt in training_run.json: it follows the attempt, and is saved when it has news."""

from __future__ import annotations

from typing import Any

from trainmon.tracking.attempt_record import AttemptRecord


class AttemptEntry:
    """One entry, and the record in which it is the last; `saved` while the file holds all of it.

    Only one whose attempt is the newest may be saved: the record of someone who began later would be lost.
    """

    def __init__(self, record: AttemptRecord, values: dict[str, Any]) -> None:
        self.values = values
        self.saved = False
        self._record = record

    def note(self, **news: object) -> None:
        """Change values; the file has them after the next save."""
        if not self.values.items() >= news.items():
            self.values.update(news)
            self.saved = False

    def note_new_file(self) -> None:
        """Note that the CSV begins with this attempt's next row: someone deleted the old one."""
        self._record.forget_rows_after(0)
        self.note(first_row=0)

    def save(self) -> None:
        """Replace the record; raises OSError on a disk's trouble."""
        self.saved = False
        self._record.save()
        self.saved = True

    def is_newest(self, record: AttemptRecord) -> bool:
        """Return whether no one, another process included, began an attempt after this one in what the disk holds now."""
        return bool(record.attempts) and record.attempts[-1].get("id") == self.values["id"]

    def reopen(self, record: AttemptRecord) -> bool:
        """Go on after an end, where this attempt is still the newest of `record`; return whether it is."""
        if not self.is_newest(record):
            return False
        self.note(end=None, reason=None, ended=None)
        record.attempts[-1] = self.values
        self._record = record
        return True
