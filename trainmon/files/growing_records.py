"""Reads a binary log that is still being written: each refresh hands on the whole records that are new, and nothing twice."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Protocol

from trainmon.files.growing_file import BLOCK_BYTES, GrowingBytes

HEAD_BYTES, LAST_BYTES = 64, 32


class RecordConsumer(Protocol):
    """Takes what a growing binary file holds; `needed` is the length of the record that it waits for, 0 = not known."""

    needed: int

    def restart(self, size: int) -> None:
        """Forget everything: the file, now of `size` bytes, is another one than before."""

    def records(self, data: bytes, offset: int) -> int:
        """Take the whole records at the beginning of `data`, and return how many of its bytes they are.

        `data` stands `offset` bytes into the file; the rest of it is handed on again when there is more.
        """


class GrowingRecords(GrowingBytes):
    """Follows the records of one file for one consumer; `waiting` is how many bytes of a record without its end stand last."""

    def __init__(self, path: Path, consumer: RecordConsumer) -> None:
        self._consumer = consumer
        super().__init__(path)

    def _forget(self) -> None:
        super()._forget()
        self.waiting = 0

    def _restart(self, size: int) -> None:
        self._consumer.restart(size)

    def _read_on(self, file: BinaryIO) -> bool:
        file.seek(self._offset)
        before, waited, size = self._offset, self.waiting, os.fstat(file.fileno()).st_size
        rest, needed = b"", 0
        # A length that is above what the file holds is not read for: the record is not there yet.
        while self._offset + needed <= size and (block := file.read(max(BLOCK_BYTES, needed - len(rest)))):
            rest += block
            taken = self._consumer.records(rest, self._offset)
            self._remember(rest[:HEAD_BYTES], rest[max(0, taken - LAST_BYTES) : taken], taken)
            rest, needed = rest[taken:], self._consumer.needed
        self.waiting = max(size - self._offset, 0)
        return self._offset > before or waited != self.waiting

    def _remember(self, first: bytes, last: bytes, taken: int) -> None:
        if not taken:
            return
        if not self._offset:
            self._head = first[:taken]
        self._offset += taken
        self._last = last
