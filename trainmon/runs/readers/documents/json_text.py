"""JSON as trainers write it: strict, or with the bare NaN and Infinity that Python writes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import product
from typing import Any

import orjson

from trainmon.runs.readers.numbers import whole

_PAIR_OR_HALF = re.compile(r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def parse(data: bytes | str) -> Any:
    """Return what a JSON text says; raises ValueError, with a sentence that names the place, where it is none."""
    try:
        return orjson.loads(data)
    except ValueError as error:
        return _parse_loosely(data, error)


def strict_values(lines: Sequence[bytes]) -> list[Any]:
    """Return what each line says that is not empty, [] where one is no JSON; a bare NaN or Infinity becomes a text."""
    try:
        return [*map(orjson.loads, filter(None, lines))]
    except ValueError:
        text = b"\n".join(lines)
        if b"NaN" not in text and b"Infinity" not in text:
            return []
    for before, word in product((b": ", b":", b", ", b",", b"["), (b"NaN", b"Infinity", b"-Infinity")):
        # inside a text the added quotes end it too early: then that line is no JSON any more, never another one
        text = text.replace(before + word, before + b'"' + word + b'"')
    try:
        return [*map(orjson.loads, filter(None, text.split(b"\n")))]
    except ValueError:
        return []


def _parse_loosely(data: bytes | str, error: ValueError) -> Any:
    text = data if isinstance(data, str) else data.decode("utf-8", errors="replace")
    try:
        # half a pair of surrogates is no text that could be written anywhere
        text = _PAIR_OR_HALF.sub(lambda found: found[1] or r"\ufffd", text)
        return json.loads(text, parse_int=whole)
    except RecursionError:
        raise error from None
