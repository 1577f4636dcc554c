"""Values of JSON as the cells of a row: numbers, and short texts, each under the names that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trainmon.runs.readers.table import Cell

LONGEST_TEXT = 200
_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def cells(name: str, value: Any) -> Iterator[tuple[str, Cell]]:
    """Yield the cells that a value is; lists are none, nor is an object that says what it is (`_type`: an image, a histogram)."""
    if isinstance(value, dict):
        if "_type" not in value:
            for key, inner in value.items():
                yield from cells(f"{name}.{key}" if name else str(key), inner)
    elif isinstance(value, str):
        if len(value) <= LONGEST_TEXT:
            yield name, _NOT_FINITE.get(value, value)
    elif isinstance(value, int | float):
        try:
            yield name, float(value)
        except OverflowError:  # a whole number beyond what a float holds
            yield name, float("inf") if value > 0 else float("-inf")
