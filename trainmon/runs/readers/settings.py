"""trainmon.toml: what a person sets right about a run without touching its files."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from trainmon.files.format import SETTINGS_TOML
from trainmon.runs.readers.numbers import sound
from trainmon.runs.run import Problem

OWN = ("name", "notes", "hide")  # they are about the one run beside which the file lies, not about all below a root
BY_KEY = ("diagnosis", "roles")  # tables of which the nearer file wins line by line
FILES = "files"
PLAN = ("epochs", "steps")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


def user_directory() -> Path:
    """Return the folder of the user's own trainmon.toml."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA")
    return Path(base) / "trainmon" if base else Path.home() / ".config" / "trainmon"


class Settings:
    """The settings that hold for a run: its own file's, then those of the folders after it, key by key.

    `name`, `notes` and `hide` are its own file's only; the keys of [diagnosis] and [roles] are merged like those at the top.
    Where the run is a `log` beside others, the folder's file says what is of this one alone below [files."its name"]. An
    entry that makes no sense is a problem and left out.
    """

    def __init__(self, directories: Iterable[Path], log: Path | None = None) -> None:
        self._paths = [directory / SETTINGS_TOML for directory in directories]
        self._log = log
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
                self._add(path, near=place == 0)
        return True

    def _add(self, path: Path, *, near: bool) -> None:
        file = path.name if near else str(path)
        text = ""
        try:
            text = path.read_text(encoding="utf-8-sig")
            loaded = tomllib.loads(text)
        except (OSError, ValueError) as error:
            self.problems.append(_unreadable(file, text, error))
            return
        for table, key, name, expected in _wrong(loaded):
            self.problems.append(Problem(file, _line_of(text, name), f"{name} {expected}; the entry is left out"))
            del table[key]
        files = loaded.pop(FILES, {})
        if self._log is not None and path.parent == self._log.parent:
            self._merge(files.get(self._log.name, {}), own=True)
        self._merge(loaded, own=near and self._log is None)

    def _merge(self, loaded: Mapping[str, Any], *, own: bool) -> None:
        """Add what the nearer settings do not say already; `own` is about this run alone."""
        inherited = {name: value for name, value in loaded.items() if own or name not in OWN}
        both = {**inherited, **self.values}
        for name in BY_KEY:
            if name in both:
                both[name] = {**inherited.get(name, {}), **self.values.get(name, {})}
        self.values = both


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_switch(value: object) -> bool:
    return isinstance(value, bool)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _is_tables(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(each, dict) for each in value.values())


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
    FILES: (_is_tables, 'must hold tables: [files."loss.csv"] with a name, roles ... of that log alone below it'),
}


class _Wrong(NamedTuple):
    """An entry that makes no sense: the table that holds it and its key there, its name in full, and what was expected of it."""

    table: dict[str, Any]
    key: str
    name: str
    expected: str


def _wrong(loaded: dict[str, Any]) -> Iterator[_Wrong]:
    """Yield the entries that make no sense, those inside tables by both names ("plan.epochs")."""
    for name, value in list(loaded.items()):
        if name not in KEYS:
            yield _Wrong(loaded, name, name, f"is not known here: {', '.join(KEYS)} are")
        elif not KEYS[name][0](value):
            yield _Wrong(loaded, name, name, KEYS[name][1])
        elif name == FILES:
            yield from (each for said in value.values() for each in _wrong(said))
        elif name == "plan":
            yield from _wrong_plan(value)


def _wrong_plan(plan: dict[str, Any]) -> Iterator[_Wrong]:
    for key, length in list(plan.items()):
        if key not in PLAN:
            yield _Wrong(plan, key, f"plan.{key}", f"is not known here: {' and '.join(PLAN)} are")
        elif not _is_length(length):
            yield _Wrong(plan, key, f"plan.{key}", "must be a number above 0")


def _line_of(text: str, name: str) -> int | None:
    """Return the first line that sets `name`, or begins the table of that name."""
    key = re.escape(name.rpartition(".")[2] if name.startswith("plan.") else name)
    sets = re.compile(rf"""^\s*(\[\s*)?(?:plan\.)?["']?{key}["']?\s*[=.\]]""")
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
