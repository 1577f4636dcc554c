"""A file that may be the log of some tool: its name and its beginning, read once, whoever asks."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from trainmon.files.text_file import head_of

HEAD_BYTES = 1 << 16
TEXTS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".log", ".txt", ".out", ".err", ".stdout")
PACKED = (".gz", ".zst")
# Names that trainers and people give to logs. A folder full of other files of one kind is a data set, and is not opened.
LOG_NAME = re.compile(r"log|metric|hist|result|progress|loss|train|stat|event|curve|state|out\b|nohup|slurm", re.IGNORECASE)
MANY = 200  # files of unlike names in one folder: more of them are not looked into


class Candidate:
    """One file that is looked into; nothing is read before somebody asks, and nothing twice."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def name(self) -> str:
        """The file's name in lower case, without the ending of a packer."""
        return _unpacked(self.path.name.lower())

    @cached_property
    def suffix(self) -> str:
        """What the name ends with, from its last dot on."""
        return self.name[self.name.rfind(".") :] if "." in self.name else ""

    @cached_property
    def head(self) -> bytes:
        """The beginning of the text, clean, b"" where the file cannot be read."""
        try:
            return head_of(self.path, HEAD_BYTES)
        except OSError:
            return b""

    @cached_property
    def lines(self) -> list[bytes]:
        """The complete lines of the beginning; of a file without any newline the beginning itself."""
        lines = self.head.split(b"\n")
        return lines[:-1] if len(self.head) >= HEAD_BYTES and len(lines) > 1 else lines


def may_be_log(name: str) -> bool:
    """Return whether a file of this name is worth a look."""
    lower = _unpacked(name.lower())
    return lower.endswith(TEXTS) or "tfevents" in lower or ("." not in lower and LOG_NAME.search(lower) is not None)


def worth_a_look(names: list[str]) -> list[str]:
    """Return those of a folder's files that are worth a look; of very many unlike ones only what is named like a log."""
    likely = [name for name in names if may_be_log(name)]
    unlike = sum(not LOG_NAME.search(name) for name in likely)
    return [name for name in likely if unlike <= MANY or LOG_NAME.search(name)]


def _unpacked(name: str) -> str:
    return next((name.removesuffix(ending) for ending in PACKED if name.endswith(ending)), name)
