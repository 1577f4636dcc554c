"""JSON as trainers write it: strict, or with the bare NaN and Infinity that Python writes."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

_PAIR_OR_HALF = re.compile(r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def parse(data: bytes) -> Any:
    """Return what a JSON text says; raises ValueError, with a sentence that names the place, where it is none."""
    try:
        return orjson.loads(data)
    except ValueError as error:
        return _parse_loosely(data, error)


def _parse_loosely(data: bytes, error: ValueError) -> Any:
    try:
        # half a pair of surrogates is no text that could be written anywhere
        text = _PAIR_OR_HALF.sub(lambda found: found[1] or r"\ufffd", data.decode("utf-8", errors="replace"))
        return json.loads(text)
    except RecursionError:
        raise error from None
