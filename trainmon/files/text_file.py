"""Follows a text file of another tool, whatever its encoding, and hands on its lines as clean UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from trainmon.files.growing_file import BLOCK_BYTES, SETTLED_SECONDS, GrowingFile, LineConsumer, is_settled

PACKED = ("gzip", "zstd")
HEAD_BYTES = 512  # by which it is known how a file is written
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
LFS_POINTER, LFS_ADVICE = b"version https://git-lfs", "is a Git LFS pointer, not the file itself; run `git lfs pull`"
# A log of numbers shrinks to a tenth or so; what unpacks to a thousand times its size was made to fill a memory.
LARGEST_RATIO, ALWAYS_ALLOWED_BYTES = 1000, 64 << 20


class TextFile:
    """Follows one file for one consumer, which gets complete lines of UTF-8 that end with a newline each.

    A last line without a newline is handed on where the file is first met or has come to rest; should it turn out to go
    on, the file is read again. Packed and UTF-16 files are read again as a whole where they changed.
    """

    def __init__(self, path: Path, consumer: LineConsumer) -> None:
        self.path = path
        self.trouble = ""
        self._lines = _CleanLines(consumer)
        self._growing: GrowingFile | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._whole_as: str | None = None  # how the file is packed or encoded where it is read as a whole
        self._rests = True

    def refresh(self) -> bool:
        """Hand on what is new and say whether anything was; raises OSError where the file cannot be read."""
        status = os.stat(self.path)
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        if stamp != self._stamp:
            with open(self.path, "rb") as file:
                head = file.read(HEAD_BYTES)
            self._stamp, self._whole_as = stamp, _read_whole_as(head)
            self.trouble = LFS_ADVICE if head.startswith(LFS_POINTER) else ""
            if self.trouble:
                return True
            if self._whole_as is not None:
                return self._read_whole(self._whole_as, status.st_size)
        elif self.trouble or self._whole_as is not None:
            return False
        return self._read_on(status)

    def _read_on(self, status: os.stat_result) -> bool:
        if self._growing is None:
            self._growing = GrowingFile(self.path, self._lines)
        grew = self._growing.refresh()
        if self._lines.contradicted:
            self._growing, self._rests = GrowingFile(self.path, self._lines), False
            grew = self._growing.refresh()
        if (self._rests or is_settled(status, 20 * SETTLED_SECONDS)) and self._growing.unfinished:
            grew |= self._lines.take_unfinished(self._growing.unfinished, self._growing.next_line)
        self._rests = False
        return grew

    def _read_whole(self, encoding: str, size: int) -> bool:
        self._growing = None
        self._lines.restart(size)
        allowed = max(ALWAYS_ALLOWED_BYTES, LARGEST_RATIO * size)
        try:
            with open(self.path, "rb") as file:
                self._hand_on(_unpacked(file, encoding), encoding, allowed)
        except (zlib.error, EOFError, gzip.BadGzipFile, ValueError) as error:
            self.trouble = f"cannot be unpacked to its end ({error}); what stands before is shown"
        return True

    def _hand_on(self, blocks: Iterator[bytes], encoding: str, allowed: int) -> None:
        decoder = None if encoding in PACKED else codecs.getincrementaldecoder(encoding)(errors="replace")
        rest, line, seen = b"", 1, 0
        for block in blocks:
            seen += len(block)
            if seen > allowed:
                self.trouble = f"unpacks to more than {LARGEST_RATIO} times its size; the rest is left out"
                break
            rest += decoder.decode(block).encode("utf-8", errors="replace") if decoder else block
            end = rest.rfind(b"\n") + 1
            if end:
                self._lines.lines(rest[:end], line)
                line, rest = line + rest.count(b"\n", 0, end), rest[end:]
        if rest.strip(b"\0"):
            self._lines.lines(rest + b"\n", line)


class _CleanLines:
    """Stands before a consumer: takes away what no line of a log means, and remembers a last line handed on early."""

    def __init__(self, consumer: LineConsumer) -> None:
        self._consumer = consumer
        self.contradicted = False
        self._early = b""

    def restart(self, size: int) -> None:
        """Forget everything, and let the consumer do so."""
        self.contradicted, self._early = False, b""
        self._consumer.restart(size)

    def lines(self, data: bytes, first_line: int) -> None:
        """Hand on complete lines, clean."""
        if self.contradicted:
            return
        if self._early:
            early, self._early = self._early, b""
            if data[: len(early)] != early or data[len(early) : len(early) + 2].lstrip(b"\r")[:1] != b"\n":
                self.contradicted = True
                return
            data = data[data.find(b"\n", len(early)) + 1 :]
            first_line += 1
        if data:
            self._consumer.lines(cleaned(data, first_line == 1), first_line)

    def take_unfinished(self, line: bytes, number: int) -> bool:
        """Hand on a line before its newline came, once, and say whether this was done."""
        if self._early == line or not line.strip(b"\0 \t\r"):
            return False
        if self._early:
            self.contradicted = True
            return False
        self.lines(line + b"\n", number)
        self._early = line
        return True


def cleaned(data: bytes, first: bool) -> bytes:
    """Return lines as UTF-8 that end with a newline alone, without NULs and byte order mark."""
    if first and data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    if b"\r" in data:  # one letter is looked for at ten times the speed of two
        data = data.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n")
    if data.isascii():
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return b"\n".join(_line_as_utf8(line) for line in data.split(b"\n"))
    return data


def _as_utf8(data: bytes, encoding: str | None) -> bytes:
    """Return unpacked bytes as UTF-8, where they are in another encoding that is known."""
    if encoding is None or encoding in PACKED:
        return data
    return data.decode(encoding, errors="replace").encode("utf-8", errors="replace")


def _line_as_utf8(line: bytes) -> bytes:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1").encode("utf-8")
    return line


def whole_of(path: Path, most: int) -> bytes:
    """Return a whole text file, clean as TextFile hands it on.

    Raises OSError, and ValueError where the file is damaged or holds more than `most` bytes.
    """
    blocks, size = [], 0
    with open(path, "rb") as file:
        encoding = _read_whole_as(file.read(HEAD_BYTES))
        file.seek(0)
        try:
            for block in _unpacked(file, encoding or "utf-8"):
                blocks.append(block)
                size += len(block)
                if size > most:
                    raise ValueError(f"larger than {most >> 20} MB")
        except (zlib.error, EOFError, gzip.BadGzipFile) as error:
            raise ValueError(f"cannot be unpacked: {error}") from error
    return cleaned(_as_utf8(b"".join(blocks), encoding), True)


def head_of(path: Path, size: int) -> bytes:
    """Return about the first `size` bytes of a text file, clean as TextFile hands them on; raises OSError."""
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
        encoding = _read_whole_as(head)
        if encoding is None:
            return cleaned(head + file.read(size - len(head)), True)
        file.seek(0)
        try:
            block = next(_unpacked(file, encoding, size), b"")
        except (zlib.error, EOFError, gzip.BadGzipFile, ValueError):
            return b""
    return cleaned(_as_utf8(block, encoding), True)


def tail_of(path: Path, size: int) -> bytes:
    """Return the last `size` bytes of a text file, clean, b"" where it is packed or cannot be read."""
    try:
        with open(path, "rb") as file:
            if _read_whole_as(file.read(HEAD_BYTES)) is not None:
                return b""
            file.seek(max(0, os.fstat(file.fileno()).st_size - size))
            return cleaned(file.read(size), False)
    except OSError:
        return b""


def _read_whole_as(head: bytes) -> str | None:
    """Return how a file that cannot be followed line by line is packed or encoded, None for all others."""
    if head.startswith(GZIP):
        return "gzip"
    if head.startswith(ZSTD):
        return "zstd"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Text in UTF-16 without its mark has a NUL beside nearly every letter; a head of NULs alone comes from a crash.
    evens, odds = head[0:256:2], head[1:256:2]
    if len(odds) >= 8 and odds.count(0) > 0.8 * len(odds) and evens.count(0) < 0.2 * len(evens):
        return "utf-16-le"
    if len(evens) >= 8 and evens.count(0) > 0.8 * len(evens) and odds.count(0) < 0.2 * len(odds):
        return "utf-16-be"
    return None


def _unpacked(file: BinaryIO, encoding: str, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Yield the bytes of a file in blocks; raises zlib.error, EOFError or ValueError where a packed one is damaged."""
    source: io.IOBase | BinaryIO = file
    if encoding == "gzip":
        source = gzip.GzipFile(fileobj=file)
    elif encoding == "zstd":
        import pyarrow as pa  # comes with streamlit and pandas; only packed logs need it here

        source = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
    while block := cast(bytes, source.read(size)):
        yield block
