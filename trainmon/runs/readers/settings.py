"""trainmon.toml: what a person sets right about a run without touching its files."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from trainmon.files.format import SETTINGS_TOML
from trainmon.runs.readers.numbers import sound
from trainmon.runs.run import Problem

OWN = ("name", "notes", "hide")  # they are about the one run beside which the file lies, not about all below a root
PLAN = ("epochs", "steps")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def user_directory() -> Path:
    """Return the folder of the user's own trainmon.toml."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return Path(base) / "trainmon" if base else Path.home() / ".config" / "trainmon"


class Settings:
    """The settings that hold for a run: its own file's, then those of the folders after it, key by key.

    `name`, `notes` and `hide` are its own file's only; the keys of [diagnosis] are merged like those at the top. An entry
    that makes no sense is a problem and left out.
    """

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
        for place, (path, stamp) in enumerate(zip(self._paths, stamps, strict=True)):
            if stamp is not None:
                self._add(path, own=place == 0)
        return True

    def _add(self, path: Path, *, own: bool) -> None:
        file = path.name if own else str(path)
        text = ""
        try:
            text = path.read_text(encoding="utf-8-sig")
            loaded = tomllib.loads(text)
        except (OSError, ValueError) as error:
            self.problems.append(_unreadable(file, text, error))
            return
        for name, expected in _wrong(loaded):
            self.problems.append(Problem(file, _line_of(text, name), f"{name} {expected}; the entry is left out"))
            _remove(loaded, name)
        inherited = {name: value for name, value in loaded.items() if own or name not in OWN}
        both = {**inherited, **self.values}
        both["diagnosis"] = {**inherited.get("diagnosis", {}), **self.values.get("diagnosis", {})}
        self.values = both


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _is_roles(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _is_length(value: object) -> bool:
    return (sound(value) or 0) > 0


KEYS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "name": (_is_text, 'must be a text, as in name = "baseline"'),
    "tags": (_is_texts, 'must be a list of texts, as in tags = ["lora", "seed 2"]'),
    "notes": (_is_text, 'must be a text, as in notes = "warm-up was too short"'),
    "hide": (_is_switch, "must be true or false"),
    "plan": (_is_table, "must be a table: [plan] with epochs or steps below it"),
    "roles": (_is_roles, 'must be a table: [roles] with lines such as train_loss = "loss_G" below it'),
    "diagnosis": (_is_table, "must be a table: [diagnosis] with limits below it"),
}


def _wrong(loaded: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the entries that make no sense ("plan.epochs" inside a table), and what was expected of them."""
    for name, value in list(loaded.items()):
        if name not in KEYS:
            yield name, f"is not known here: {', '.join(KEYS)} are"
        elif not KEYS[name][0](value):
            yield name, KEYS[name][1]
        elif name == "plan":
            for key, length in list(value.items()):
                if key not in PLAN:
                    yield f"plan.{key}", f"is not known here: {' and '.join(PLAN)} are"
                elif not _is_length(length):
                    yield f"plan.{key}", "must be a number above 0"


def _remove(loaded: dict[str, Any], name: str) -> None:
    table, _, key = name.rpartition(".")
    if name in loaded:
        del loaded[name]
    else:
        del loaded[table][key]


def _line_of(text: str, name: str) -> int | None:
    """Return the first line that sets `name`, or begins the table of that name."""
    key = re.escape(name.rpartition(".")[2] if name.startswith("plan.") else name)
    sets = re.compile(rf"""^\s*(\[\s*)?["']?{key}["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(text.splitlines(), start=1) if sets.match(line)), None)


def _unreadable(file: str, text: str, error: OSError | ValueError) -> Problem:
    if isinstance(error, OSError):
        return Problem(file, None, f"cannot be read: {error.strerror}")
    if isinstance(error, UnicodeDecodeError):
        return Problem(file, None, "is not UTF-8 text; its settings are left out")
    place, reason = _PLACE.search(str(error)), _PLACE.sub("", str(error))
    line = int(place[1] or len(text.splitlines())) if place else None
    return Problem(file, line, f"is no valid TOML ({reason}); its settings are left out")


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
