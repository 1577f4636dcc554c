"""Replaces a file in one step, so that a reader or a crash sees the old content or the new, never a part."""

from __future__ import annotations

import contextlib
import json
import math
import os
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

REPLACE_TRIES = 5  # on Windows a replace fails while anyone has the old file open: a reader holds it for milliseconds


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside `path` for its new content, and swap it in when the block ends well; raise OSError on a disk's trouble.

    The name beside it is fixed: one process writes a directory at a time, and what a killed one left is overwritten.
    """
    target = Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.tmp")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):  # the mode of a new file is the umask's; some file systems keep none
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        _replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    sync_directory(target.parent)


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """Replace `path` with `document` as strict JSON; raise OSError on a disk's trouble."""
    text = json.dumps(plain_json(document), indent=2, ensure_ascii=False, allow_nan=False)
    with replacing(path) as file:
        file.write((text + "\n").encode("utf-8", "replace"))


def plain_json(value: object) -> Any:
    """Return `value` as what strict JSON can hold: non-finite numbers are None, unknown objects their text."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_json(item) for item in value]
    item = getattr(value, "item", None)
    if callable(item):
        with contextlib.suppress(Exception):  # an array of many values, or foreign code: its text is all that is left
            return plain_json(item())
    return str(value)


def sync_directory(directory: Path) -> None:
    """Make a rename in `directory` durable, where the system can."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some network file systems refuse to open or sync a directory
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _replace(source: Path, target: Path) -> None:
    """Rename `source` over `target`, trying again where Windows says that someone has it open."""
    for left in reversed(range(REPLACE_TRIES)):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or not left:
                raise
            time.sleep(0.02)
