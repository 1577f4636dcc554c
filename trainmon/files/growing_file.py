"""Reads a file that is still being written: each refresh hands on the complete lines that are new, and nothing twice."""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

BLOCK_BYTES = 8 << 20
# A file system may stamp two writes with the same time; only an older stamp proves that nothing was written since.
SETTLED_SECONDS = 3.0


def is_settled(status: os.stat_result, seconds: float = SETTLED_SECONDS) -> bool:
    """Return whether a file was last written so long ago that its stamp proves what it holds."""
    return abs(time.time() - status.st_mtime) > seconds


class GrowingBytes(ABC):
    """Follows one file, which is opened, read and closed at each refresh; what is taken of it is up to the classes below.

    The file is the same as long as what was taken first and last of it stands where it stood: inode and size prove
    nothing, since file systems reuse inodes at once and a rewritten file may well be larger.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._settled = False
        self._forget()

    def refresh(self) -> bool:
        """Hand on what is new and say whether anything was; raises OSError where the file cannot be read."""
        status = os.stat(self.path)
        stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
        if stamp == self._seen and self._settled:
            return False
        with open(self.path, "rb") as file:
            restarted = self._seen is None or not self._same(file)
            if restarted:
                self._forget()
                self._restart(status.st_size)
            grew = self._read_on(file)
        self._seen = stamp
        self._settled = is_settled(status)
        return restarted or grew

    def _forget(self) -> None:
        """Be as before the first refresh."""
        self._offset = 0
        self._head = b""
        self._last = b""

    @abstractmethod
    def _restart(self, size: int) -> None:
        """Tell the consumer that the file, now of `size` bytes, is another one than before."""

    @abstractmethod
    def _read_on(self, file: BinaryIO) -> bool:
        """Hand on what stands from the offset on, and say whether anything was new."""

    def _same(self, file: BinaryIO) -> bool:
        if file.read(len(self._head)) != self._head:
            return False
        file.seek(self._offset - len(self._last))
        return file.read(len(self._last)) == self._last


class LineConsumer(Protocol):
    """Takes what a growing file holds."""

    def restart(self, size: int) -> None:
        """Forget everything: the file, now of `size` bytes, is another one than before."""

    def lines(self, data: bytes, first_line: int) -> None:
        """Take complete lines; `first_line` is the number of the first one, counted from 1."""


class GrowingFile(GrowingBytes):
    """Follows the lines of one file for one consumer; it is known again by its first two lines and the last one."""

    def __init__(self, path: Path, consumer: LineConsumer) -> None:
        self._consumer = consumer
        super().__init__(path)

    def _forget(self) -> None:
        super()._forget()
        self._line_count = 0
        self.unfinished = b""

    @property
    def next_line(self) -> int:
        """The number of the line that follows those handed on."""
        return self._line_count + 1

    def _restart(self, size: int) -> None:
        self._consumer.restart(size)

    def _read_on(self, file: BinaryIO) -> bool:
        file.seek(self._offset)
        before, rest, waited = self._offset, b"", bool(self.unfinished)
        while block := file.read(BLOCK_BYTES):
            end = block.rfind(b"\n") + 1
            if end == 0:
                rest += block
                continue
            self._hand_on(b"".join([rest, memoryview(block)[:end]]))
            rest = block[end:]
        self.unfinished = rest
        return self._offset > before or waited != bool(rest)

    def _hand_on(self, data: bytes) -> None:
        if self._line_count < 2:
            self._head += _first_lines(data, 2 - self._line_count)
        self._consumer.lines(data, self.next_line)
        self._offset += len(data)
        self._line_count += int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == ord("\n")))
        self._last = data[data.rfind(b"\n", 0, -1) + 1 :]


def _first_lines(data: bytes, count: int) -> bytes:
    end = 0
    for _ in range(count):
        end = data.find(b"\n", end) + 1 or len(data)
    return data[:end]
