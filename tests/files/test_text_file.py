"""Text files of other tools: whatever their encoding, their lines arrive clean, complete and once."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from trainmon.files.text_file import TextFile, head_of, whole_of


class Lines:
    """Remembers the lines that it is handed."""

    def __init__(self) -> None:
        self.taken: list[tuple[int, str]] = []
        self.restarts = 0

    def restart(self, size: int) -> None:
        self.taken, self.restarts = [], self.restarts + 1

    def lines(self, data: bytes, first_line: int) -> None:
        assert data.endswith(b"\n")
        self.taken += enumerate(data.decode("utf-8")[:-1].split("\n"), first_line)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.taken]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("épochs,loss\n1,0.5\n".encode(), ["épochs,loss", "1,0.5"]),
        ("épochs,loss\n1,0.5\n".encode("utf-8-sig"), ["épochs,loss", "1,0.5"]),
        ("épochs,loss\r\n1,0.5\r\n".encode("utf-16"), ["épochs,loss", "1,0.5"]),
        ("epochs,loss\n1,0.5\n".encode("utf-16-le"), ["epochs,loss", "1,0.5"]),
        ("epochs,loss\n1,0.5\n".encode("utf-16-be"), ["epochs,loss", "1,0.5"]),
        ("épochs,loss\n1,0.5\n".encode("latin-1"), ["épochs,loss", "1,0.5"]),
        (b"epoch,loss\r\r\n1,0.5\r\r\n", ["epoch,loss", "1,0.5"]),
        (b"\0\0\0epoch,loss\n1,0.5\n\0\0\0\0", ["epoch,loss", "1,0.5"]),
        (gzip.compress(b"epoch,loss\n1,0.5\n2,0.4", mtime=0), ["epoch,loss", "1,0.5", "2,0.4"]),
        (pa.compress(b"epoch,loss\n1,0.5\n", codec="zstd", asbytes=True), ["epoch,loss", "1,0.5"]),
        (b"epoch,loss\n1,0.5", ["epoch,loss", "1,0.5"]),
        (b"", []),
    ],
)
def test_lines_arrive_clean_in_every_encoding_and_stay_so(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    (tmp_path / "log").write_bytes(data)
    lines = Lines()
    file = TextFile(tmp_path / "log", lines)
    assert file.refresh()
    for _ in range(3):
        assert lines.texts == expected
        assert not file.refresh()


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", "a,b\n1,2\n".encode("utf-16"), gzip.compress(b"a,b\n1,2\n", mtime=0)])
def test_the_beginning_of_a_file_is_clean_too(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "log").write_bytes(data)
    assert head_of(tmp_path / "log", 1 << 16) == b"a,b\n1,2\n"


def test_a_last_line_without_its_newline_counts_and_then_goes_on(tmp_path: Path) -> None:
    path, lines = tmp_path / "log", Lines()
    path.write_bytes(b"a\nb")
    file = TextFile(path, lines)
    file.refresh()
    assert lines.taken == [(1, "a"), (2, "b")]
    with path.open("ab") as log:
        log.write(b"\nc\n")
    assert file.refresh()
    assert lines.taken == [(1, "a"), (2, "b"), (3, "c")]
    assert lines.restarts == 1, "nothing was read again"


def test_a_last_line_that_turns_out_longer_is_read_again(tmp_path: Path) -> None:
    path, lines = tmp_path / "log", Lines()
    path.write_bytes(b"a\n0.1")
    file = TextFile(path, lines)
    file.refresh()
    assert lines.texts == ["a", "0.1"]
    with path.open("ab") as log:
        log.write(b"25\nc\n")
    assert file.refresh()
    assert lines.taken == [(1, "a"), (2, "0.125"), (3, "c")]


def test_a_file_that_grows_byte_by_byte_ends_as_it_would_read_at_once(tmp_path: Path) -> None:
    data = "é,b\r\n1,2\r\n\r\n3,4".encode()
    path, lines = tmp_path / "log", Lines()
    path.write_bytes(b"")
    file = TextFile(path, lines)
    for size in range(len(data) + 1):
        path.write_bytes(data[:size])
        file.refresh()
    os.utime(path, (1, 1))  # it has come to rest
    file.refresh()
    assert lines.texts == ["é,b", "1,2", "", "3,4"]


def test_a_damaged_archive_gives_what_stands_before_and_one_sentence(tmp_path: Path) -> None:
    path, lines = tmp_path / "log.gz", Lines()
    path.write_bytes(gzip.compress(b"a,b\n1,2\n" * 1000, compresslevel=0)[:-1000])
    file = TextFile(path, lines)
    assert file.refresh()
    assert "cannot be unpacked to its end" in file.trouble


def test_an_archive_that_was_made_to_fill_the_memory_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainmon.files.text_file.ALWAYS_ALLOWED_BYTES", 1 << 16)
    monkeypatch.setattr("trainmon.files.text_file.LARGEST_RATIO", 10)
    path, lines = tmp_path / "log.gz", Lines()
    path.write_bytes(gzip.compress(b"0" * (32 << 20)))
    file = TextFile(path, lines)
    file.refresh()
    assert "unpacks to more than" in file.trouble
    assert lines.taken == []


def test_a_pointer_of_git_lfs_is_named_as_what_it_is(tmp_path: Path) -> None:
    path, lines = tmp_path / "log.csv", Lines()
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n")
    file = TextFile(path, lines)
    assert file.refresh()
    assert "git lfs pull" in file.trouble
    path.write_bytes(b"epoch,loss\n1,2\n")
    assert file.refresh()
    assert (file.trouble, lines.texts) == ("", ["epoch,loss", "1,2"])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_a_whole_file_is_clean_utf_8_however_it_is_packed(tmp_path: Path, pack: Callable[[bytes], bytes], encoding: str) -> None:
    path = tmp_path / "history.json"
    data = '{"é": 1}\r\n'.encode(encoding)
    path.write_bytes(pack(data if pack is bytes else '{"é": 1}\r\n'.encode()))
    assert whole_of(path, 100).decode() == '{"é": 1}\n'


def test_a_whole_file_that_is_too_large_or_damaged_is_refused_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_bytes(gzip.compress(b"0" * 3_000_000))
    with pytest.raises(ValueError, match="larger than 1 MB"):
        whole_of(path, 1 << 20)
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ValueError, match="cannot be unpacked"):
        whole_of(path, 1 << 30)
