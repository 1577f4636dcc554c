"""A binary log that grows, is torn, is replaced: what its consumer is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainmon.files.growing_file import BLOCK_BYTES
from trainmon.files.growing_records import GrowingRecords


class Heard:
    """Takes records that are their length in four bytes, and so many bytes."""

    def __init__(self) -> None:
        self.restarts = 0
        self.payloads: list[bytes] = []
        self.offsets: list[int] = []
        self.calls = 0
        self.needed = 0

    def restart(self, size: int) -> None:
        self.restarts += 1
        self.payloads = []

    def records(self, data: bytes, offset: int) -> int:
        self.calls += 1
        at, self.needed = 0, 0
        while len(data) - at >= 4:
            end = at + 4 + int.from_bytes(data[at : at + 4], "little")
            if end > len(data):
                self.needed = end - at
                break
            self.payloads.append(data[at + 4 : end])
            self.offsets.append(offset + at)
            at = end
        return at


def record(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "little") + payload


@pytest.fixture
def followed(tmp_path: Path) -> tuple[Path, Heard, GrowingRecords]:
    path, heard = tmp_path / "log.bin", Heard()
    return path, heard, GrowingRecords(path, heard)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_each_refresh_hands_on_what_is_new_and_nothing_twice(followed: tuple[Path, Heard, GrowingRecords]) -> None:
    path, heard, file = followed
    append(path, record(b"one") + record(b"two"))
    assert file.refresh()
    assert not file.refresh()
    append(path, record(b"three"))
    assert file.refresh()
    assert (heard.payloads, heard.offsets, heard.restarts) == ([b"one", b"two", b"three"], [0, 7, 14], 1)


def test_a_half_written_record_waits_wherever_it_is_cut(tmp_path: Path) -> None:
    first, last = record(b"one"), record(b"the second")
    for cut in range(1, len(last)):
        path, heard = tmp_path / f"{cut}.bin", Heard()
        file = GrowingRecords(path, heard)
        append(path, first + last[:cut])
        assert file.refresh()
        assert (heard.payloads, file.waiting) == ([b"one"], cut)
        append(path, last[cut:])
        assert file.refresh()
        assert (heard.payloads, file.waiting) == ([b"one", b"the second"], 0)


def test_a_record_longer_than_a_block_is_put_together(followed: tuple[Path, Heard, GrowingRecords]) -> None:
    path, heard, file = followed
    long = b"x" * (3 * BLOCK_BYTES + 5)
    append(path, record(b"one") + record(long) + record(b"two"))
    file.refresh()
    assert heard.payloads == [b"one", long, b"two"]
    assert heard.calls <= 4


def test_a_length_above_what_the_file_holds_is_not_read_for(followed: tuple[Path, Heard, GrowingRecords]) -> None:
    path, heard, file = followed
    append(path, record(b"one") + b"\xff\xff\xff\xff" + b"x" * 100)
    file.refresh()
    assert (heard.payloads, heard.calls, file.waiting) == ([b"one"], 1, 104)


@pytest.mark.parametrize("payloads", [[], [b"new"], [b"one", b"other", b"longer than before"]])
def test_a_file_written_anew_is_read_anew(followed: tuple[Path, Heard, GrowingRecords], payloads: list[bytes]) -> None:
    path, heard, file = followed
    append(path, record(b"one") + record(b"two"))
    file.refresh()
    path.write_bytes(b"".join(record(payload) for payload in payloads))
    assert file.refresh()
    assert (heard.restarts, heard.payloads) == (2, payloads)
