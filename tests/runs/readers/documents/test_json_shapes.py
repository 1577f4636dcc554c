"""Documents of JSON that break off, and which history a document holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainmon.runs.readers.documents.json_shapes import beginning_of, history_of

_documents = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
)


def is_part(part: Any, whole: Any) -> bool:
    """Return whether a document is another one with something missing at its end."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and is_part(each, whole[key]) for key, each in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) <= len(whole) and all(is_part(one, other) for one, other in zip(part, whole, strict=False))
    return bool(part == whole)


@given(st.dictionaries(st.text(), _documents, min_size=1, max_size=4), st.floats(0, 1))
def test_wherever_a_text_breaks_off_what_stands_before_is_read(document: dict[str, Any], share: float) -> None:
    text = json.dumps(document).encode()
    cut = int(share * len(text))
    try:
        found = beginning_of(text[:cut])
    except ValueError:
        assert b"," not in text[:cut] or cut < len(text)
        return
    assert is_part(found, document)


def test_a_list_of_numbers_that_breaks_off_has_those_before_the_last_comma() -> None:
    assert beginning_of(b'{"loss": [1, 2, 3') == {"loss": [1, 2]}
    assert beginning_of(b'{"loss": [1, 2], "val_loss": [') == {"loss": [1, 2]}


@pytest.mark.parametrize("text", [b"", b"]", b"{]", b"[1", b"plain words, with a comma"])
def test_what_is_no_beginning_of_a_document_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        beginning_of(text)


@given(_documents)
def test_any_document_has_a_history_or_none(document: Any) -> None:
    history = history_of(document)
    assert history is None or history.series or history.rows


def test_of_several_lists_of_objects_the_longest_is_the_history() -> None:
    history = history_of({"tests": [{"loss": 1}], "log": [{"loss": 1}, {"loss": 2}]})
    assert history is not None
    assert history.rows == [{"loss": 1}, {"loss": 2}]
