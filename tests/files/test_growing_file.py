"""A file that grows, is torn, replaced, re-headed: what its consumer is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trainmon.files.growing_file import BLOCK_BYTES, GrowingFile


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.restarts = 0
        self.text = b""
        self.first_lines: list[int] = []

    def restart(self, size: int) -> None:
        self.restarts += 1
        self.text = b""
        self.first_lines = []

    def lines(self, data: bytes, first_line: int) -> None:
        self.text += data
        self.first_lines.append(first_line)


@pytest.fixture
def followed(tmp_path: Path) -> tuple[Path, Heard, GrowingFile]:
    path, heard = tmp_path / "log.csv", Heard()
    return path, heard, GrowingFile(path, heard)


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_each_refresh_hands_on_what_is_new_and_nothing_twice(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    append(path, b"a,b\n1,2\n")
    assert file.refresh()
    assert not file.refresh()
    append(path, b"3,4\n5,6\n")
    assert file.refresh()
    assert (heard.text, heard.first_lines, heard.restarts) == (b"a,b\n1,2\n3,4\n5,6\n", [1, 3], 1)


def test_a_half_written_last_line_waits(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    append(path, b"a,b\n1,2\n3,")
    file.refresh()
    assert (heard.text, file.unfinished, file.next_line) == (b"a,b\n1,2\n", b"3,", 3)
    append(path, b"4\n")
    assert file.refresh()
    assert (heard.text, file.unfinished) == (b"a,b\n1,2\n3,4\n", b"")


def test_even_the_header_may_come_in_pieces(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    for piece in (b"", b"a,", b"b\n", b"1,2", b"\n"):
        append(path, piece)
        file.refresh()
    assert (heard.text, heard.first_lines) == (b"a,b\n1,2\n", [1, 2])


def test_a_file_created_anew_under_the_same_inode_is_read_anew(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    append(path, b"a,b\n1,2\n3,4\n")
    file.refresh()
    inode = path.stat().st_ino
    with path.open("r+b") as same:
        same.truncate(0)
        same.write(b"a,b\n7,8\n9,9\n5,5\n")
    assert path.stat().st_ino == inode
    assert file.refresh()
    assert heard.text == b"a,b\n7,8\n9,9\n5,5\n"


def test_a_shortened_file_is_read_anew(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    append(path, b"a,b\n1,2\n3,4\n")
    file.refresh()
    path.write_bytes(b"a,b\n1,2\n")
    assert file.refresh()
    assert heard.text == b"a,b\n1,2\n"


def test_a_file_rewritten_with_a_longer_header_is_read_anew(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    append(path, b"a,b\n1,2\n")
    file.refresh()
    beside = path.with_suffix(".new")
    beside.write_bytes(b"a,b,c\n1,2,\n3,4,5\n")
    os.replace(beside, path)
    assert file.refresh()
    assert heard.text == b"a,b,c\n1,2,\n3,4,5\n"


def test_a_file_larger_than_a_block_arrives_whole_and_in_whole_lines(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    line = b"x" * 99 + b"\n"
    data = line * (2 * BLOCK_BYTES // len(line) + 7)
    path.write_bytes(data)
    file.refresh()
    assert heard.text == data
    assert len(heard.first_lines) > 1
    assert heard.first_lines[1] > 2


def test_a_missing_file_is_said_so(followed: tuple[Path, Heard, GrowingFile]) -> None:
    with pytest.raises(FileNotFoundError):
        followed[2].refresh()


def test_a_refresh_reads_only_what_was_appended(followed: tuple[Path, Heard, GrowingFile]) -> None:
    path, heard, file = followed
    path.write_bytes(b"a,b\n" + b"1,2\n" * 100_000)
    file.refresh()
    heard.text = b""
    append(path, b"3,4\n")
    file.refresh()
    assert heard.text == b"3,4\n"
