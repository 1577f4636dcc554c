"""A JSON file that is replaced now and then: read again only when it changed, and kept when a replacement is half-written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from trainmon.files.growing_file import is_settled
from trainmon.files.text_file import whole_of
from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.run import Problem

MOST_BYTES = 1 << 29  # of a text that is read as a whole


class JsonDocument:
    """Follows one JSON object, or a list where `lists` says so.

    `content` and `value` are {} where the file is missing, and the last good ones where it cannot be read; of a list `value`
    is {}.
    """

    def __init__(self, path: Path, *, lists: bool = False) -> None:
        self.path = path
        self.content: Any = {}
        self.problem: Problem | None = None
        self.present = False
        self._seen: tuple[int, int, int] | None = None
        self._settled = False
        self._expected = (dict, list) if lists else (dict,)

    @property
    def value(self) -> dict[str, Any]:
        """The object that the file holds."""
        return self.content if isinstance(self.content, dict) else {}

    def refresh(self) -> bool:
        """Read the file where it changed, and say whether anything is different now."""
        try:
            status = os.stat(self.path)
        except OSError:
            return self._gone()
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        if stamp == self._seen and self._settled:
            return False
        before = (self.content, self.problem, self.present)
        self._seen, self._settled, self.present = stamp, is_settled(status), True
        self._load()
        return (self.content, self.problem, self.present) != before

    def _gone(self) -> bool:
        was = self.present
        self.content, self.problem, self.present, self._seen = {}, None, False, None
        return was

    def _load(self) -> None:
        try:
            content = parse(whole_of(self.path, MOST_BYTES))
        except OSError as error:
            self.problem = Problem(self.path.name, None, f"cannot be read: {error.strerror}")
        except ValueError as error:
            line = getattr(error, "lineno", None)
            # The original system rewrites in place: what is broken right after a write may be whole a moment later.
            if self._settled or not self.content:
                self.problem = Problem(self.path.name, line, f"is no valid JSON ({error}); its contents are left out")
        else:
            self.problem = None
            if isinstance(content, self._expected):
                self.content = content
            else:
                self.problem = Problem(self.path.name, None, f"holds a {type(content).__name__} where an object was expected")
