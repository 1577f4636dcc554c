"""Writes W&B's transaction logs byte by byte, as its library does, without it."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from tests.event_files import field

BLOCK, HEADER = 32_768, 7
START = 1_700_000_000


def log(*records: bytes) -> bytes:
    """Return a whole log of these records."""
    found = b":W&B" + struct.pack("<HB", 0xBEE1, 0)
    for record in records:
        found += framed(record, len(found))
    return found


def framed(record: bytes, at: int) -> bytes:
    """Return a record as the chunks that it is at this place of a log."""
    found = b""
    first = True
    while True:
        room = BLOCK - (at + len(found)) % BLOCK
        if room < HEADER:
            found += b"\0" * room
            continue
        part, record = record[: room - HEADER], record[room - HEADER :]
        kind = (1 if first else 4) if not record else (2 if first else 3)
        found += struct.pack("<IHB", zlib.crc32(bytes([kind]) + part), len(part), kind) + part
        if not record:
            return found
        first = False


def items(values: Mapping[str, Any], number: int = 1) -> bytes:
    """Return values as the items of a history or of a configuration, those of an object under its name."""
    found = b""
    for path, value in _leaves(values):
        keys = b"".join(field(2, key.encode()) for key in path)
        found += field(number, keys + field(16, json.dumps(value).encode()))
    return found


def _leaves(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def row(step: int, **values: Any) -> bytes:
    """Return the record of one call of log()."""
    own = {"_step": step, "_timestamp": START + step, "_runtime": float(step)}
    return field(2, items({**values, **own}) + field(2, field(1, step)))


def run(name: str = "calm-lake-1", *, notes: str = "", tags: Iterable[str] = (), **config: Any) -> bytes:
    """Return the record that a run begins with."""
    words = field(8, name.encode()) + field(9, notes.encode()) + b"".join(field(10, tag.encode()) for tag in tags)
    return field(17, field(4, items({"_wandb": {}, **config})) + words + field(13, b"host") + field(17, field(1, START)))


def settings(**config: Any) -> bytes:
    """Return the record of a change of the configuration."""
    return field(5, items(config))


def end(code: int, seconds: int = 60) -> bytes:
    """Return the record that a run ends with."""
    return field(18, (field(1, code) if code else b"") + field(2, seconds))
