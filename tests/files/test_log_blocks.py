"""Frames of W&B's log: records over the ends of blocks, and what damage costs."""

from __future__ import annotations

import pytest

from tests.wandb_files import BLOCK, HEADER, log
from trainmon.files.log_blocks import FILE_HEADER, Piece, pieces

START = len(FILE_HEADER)


def read(data: bytes) -> list[bytes | None]:
    return [piece.record for piece in pieces(data, START, 0)]


@pytest.mark.parametrize("length", [0, 1, BLOCK - START - HEADER, BLOCK - START - HEADER - 3, BLOCK, 3 * BLOCK, 200_000])
def test_a_record_of_any_length_is_put_together(length: int) -> None:
    records = [b"first", b"x" * length, b"last"]
    assert read(log(*records)) == records


def test_a_log_may_be_read_on_from_behind_any_record() -> None:
    records = [bytes([number]) * 9_000 for number in range(20)]
    data = log(*records)
    for piece in list(pieces(data, START, 0))[:-1]:
        assert next(pieces(data[piece.end :], 0, piece.end)).record == records[records.index(piece.record or b"") + 1]


def test_what_is_not_there_yet_is_no_piece_wherever_it_is_cut() -> None:
    records = [b"a" * 100, b"b" * BLOCK]
    data = log(*records)
    for cut in [*range(START, START + 240), *range(BLOCK - 20, BLOCK + 20), len(data) - 1]:
        assert read(data[:cut]) == records[: 1 if cut >= START + HEADER + 100 else 0]


def test_damage_costs_what_is_left_of_its_block() -> None:
    data = bytearray(log(*[bytes([number]) * 1_000 for number in range(100)]))
    data[5_000] ^= 1
    found = read(bytes(data))
    assert found[4] is None
    assert found.count(None) == 2, "the block, and the end of the record that began in it"
    assert 60 <= len(found) < 75


def test_damage_in_a_block_that_has_no_end_yet_is_told_by_an_end_behind_the_data() -> None:
    data = bytearray(log(b"a" * 10, b"b" * 10, b"c" * 10))
    data[-30] ^= 1
    assert list(pieces(bytes(data), START, 0)) == [Piece(b"a" * 10, START + HEADER + 10), Piece(None, BLOCK)]


def test_a_record_whose_end_is_missing_costs_itself() -> None:
    first, second = log(b"x" * BLOCK)[:BLOCK], log(b"y" * (BLOCK - START - HEADER), b"next")[BLOCK:]
    assert read(first + second) == [None, b"next"]


def test_zeros_are_no_records() -> None:
    assert read(log(b"a") + b"\0" * 3 * BLOCK)[0] == b"a"
    assert set(read(log(b"a") + b"\0" * 3 * BLOCK)[1:]) == {None}
