"""JSON texts that are strict, and those that are not."""

from __future__ import annotations

import math

import pytest

from trainmon.runs.readers.documents.json_text import parse, strict_values


def test_bare_words_of_python_are_numbers() -> None:
    assert parse(b'{"a": Infinity, "b": -Infinity, "c": 1e999}') == {"a": math.inf, "b": -math.inf, "c": math.inf}
    assert math.isnan(parse(b"NaN"))


def test_halves_of_pairs_are_replaced_and_whole_pairs_are_kept() -> None:
    assert parse(rb'["\ud83d", "\ud83d\ude00", "\ude00\ud83d", NaN]')[:3] == ["\ufffd", "\U0001f600", "\ufffd\ufffd"]


@pytest.mark.parametrize("text", [b"", b"{", b"{'a': 1}", b"nan", b"[1,]", b"[" * 100_000, b"\xff\xfe", b"1" * 5_000 + b"}"])
def test_what_is_no_json_is_refused_with_a_reason(text: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        parse(text)


def test_lines_are_strict_but_for_bare_words_which_become_texts() -> None:
    assert strict_values([b'{"a": 1}', b"", b"[2]"]) == [{"a": 1}, [2]]
    assert strict_values([b'{"a": NaN, "b": [-Infinity ,1]}', b'{"a": 1}']) == [{"a": "NaN", "b": ["-Infinity", 1]}, {"a": 1}]
    assert strict_values([b'{"a": 1}', b'{"a": "x: NaN, y"}']) == [{"a": 1}, {"a": "x: NaN, y"}]
    assert strict_values([b'{"a": NaN}', b'{"a": "x: NaN, y"}']) == []
    assert strict_values([b'{"a": 1', b'{"a": 2}']) == []
