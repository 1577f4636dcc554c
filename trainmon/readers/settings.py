"""trainmon.toml: what a person sets right about a run without touching its files."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trainmon.file_format import SETTINGS_TOML
from trainmon.run import Problem


def user_directory() -> Path:
    """Return the folder of the user's own trainmon.toml."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return Path(base) / "trainmon" if base else Path.home() / ".config" / "trainmon"


class Settings:
    """The settings that hold for a run: its own file's, then those of the folders after it, key by key."""

    def __init__(self, directories: Iterable[Path]) -> None:
        self._paths = [directory / SETTINGS_TOML for directory in directories]
        self._stamps: list[tuple[int, int] | None] = []
        self.values: dict[str, Any] = {}
        self.problems: list[Problem] = []

    def refresh(self) -> bool:
        """Read the files again where one of them changed, and say whether one did."""
        stamps = [_stamp(path) for path in self._paths]
        if stamps == self._stamps:
            return False
        self._stamps, self.values, self.problems = stamps, {}, []
        for path, stamp in zip(self._paths, stamps, strict=True):
            if stamp is None:
                continue
            try:
                loaded = tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                self.problems.append(Problem(path.name, None, f"cannot be read: {error}"))
                continue
            self.values = {**loaded, **self.values}
        return True


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
