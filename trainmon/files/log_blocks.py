"""The frames of W&B's transaction log: LevelDB's log format, with the plain CRC-32 and a header of its own.

A file is blocks of 32 KiB. A record is one chunk, or several where a block ends; a chunk is its checksum, length, type
and content.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

BLOCK_BYTES, HEADER_BYTES = 1 << 15, 7
FILE_HEADER = b":W&B\xe1\xbe\x00"
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4
_DAMAGED = -1


class Piece(NamedTuple):
    """A record, or None where what stands there is damaged, and the place behind it in the data.

    Behind damage, that place is where reading may go on: it lies behind the data where that is not there yet.
    """

    record: bytes | None
    end: int


class _Chunk(NamedTuple):
    kind: int
    content: bytes
    start: int
    end: int


def pieces(data: bytes, start: int, offset: int) -> Iterator[Piece]:
    """Yield the whole records from `start` on, where one begins, in data that stands `offset` bytes into the file."""
    parts: list[bytes] = []  # the chunks of a record whose last one is still to come
    for chunk in _chunks(data, start, offset):
        begins = chunk.kind in (FULL, FIRST)
        if chunk.kind == _DAMAGED or begins == bool(parts):
            parts = []
            yield Piece(None, chunk.start if begins else chunk.end)
        if chunk.kind == _DAMAGED or not (begins or parts):
            continue
        parts.append(chunk.content)
        if chunk.kind in (FULL, LAST):
            yield Piece(b"".join(parts), chunk.end)
            parts = []


def _chunks(data: bytes, start: int, offset: int) -> Iterator[_Chunk]:
    """Yield the chunks that are there; a damaged one reaches to the end of its block, as nothing in it can be told apart."""
    at = start
    while True:
        block_end = at + BLOCK_BYTES - (offset + at) % BLOCK_BYTES
        if block_end - at < HEADER_BYTES:
            at = block_end
            continue
        if at + HEADER_BYTES > len(data):
            return
        crc, length, kind = struct.unpack_from("<IHB", data, at)
        end = at + HEADER_BYTES + length
        if end > len(data) and end <= block_end and FULL <= kind <= LAST:
            return
        if end > block_end or not FULL <= kind <= LAST or zlib.crc32(data[at + HEADER_BYTES - 1 : end]) != crc:
            yield _Chunk(_DAMAGED, b"", at, block_end)
            if block_end > len(data):
                return
            at = block_end
            continue
        yield _Chunk(kind, data[at + HEADER_BYTES : end], at, end)
        at = end
