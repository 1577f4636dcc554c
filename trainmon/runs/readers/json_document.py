"""A JSON file that is replaced now and then: read again only when it changed, and kept when a replacement is half-written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from trainmon.files.growing_file import is_settled
from trainmon.runs.readers.numbers import whole
from trainmon.runs.run import Problem


class JsonDocument:
    """Follows one JSON object; `value` is {} where the file is missing, and the last good one where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.value: dict[str, Any] = {}
        self.problem: Problem | None = None
        self.present = False
        self._seen: tuple[int, int, int] | None = None
        self._settled = False

    def refresh(self) -> bool:
        """Read the file where it changed, and say whether anything is different now."""
        try:
            status = os.stat(self.path)
        except OSError:
            return self._gone()
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        if stamp == self._seen and self._settled:
            return False
        before = (self.value, self.problem, self.present)
        self._seen, self._settled, self.present = stamp, is_settled(status), True
        self._load()
        return (self.value, self.problem, self.present) != before

    def _gone(self) -> bool:
        was = self.present
        self.value, self.problem, self.present, self._seen = {}, None, False, None
        return was

    def _load(self) -> None:
        try:
            value = json.loads(self.path.read_text(encoding="utf-8-sig"), parse_int=whole)
        except OSError as error:
            self.problem = Problem(self.path.name, None, f"cannot be read: {error.strerror}")
        except (ValueError, RecursionError) as error:
            line = getattr(error, "lineno", None)
            # The original system rewrites in place: what is broken right after a write may be whole a moment later.
            if self._settled or not self.value:
                self.problem = Problem(self.path.name, line, f"is no valid JSON ({error}); its contents are left out")
        else:
            self.problem = None
            if isinstance(value, dict):
                self.value = value
            else:
                self.problem = Problem(self.path.name, None, f"holds a {type(value).__name__} where an object was expected")
