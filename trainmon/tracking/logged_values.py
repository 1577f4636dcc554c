"""What a training loop passes, turned into numbers and CSV cells; a wrong type raises a sentence that says what is valid."""

from __future__ import annotations

import math
from typing import Any

from trainmon.errors import UsageError

Number = int | float
Cell = int | float | str | None  # text on one line, a number, or None = blank

EXACT = 2**53  # up to here every int is a float of its own
VALID_NUMBER = "a number (int, float, Decimal, or a numpy, torch or MLX scalar) or None"
VALID_METRIC = "a number (int, float, Decimal, or a numpy, torch or MLX scalar), a bool, a string or None"
VALID_POSITION = "a finite number or None"


def wrong_value(name: str, value: object, valid: str) -> UsageError:
    """Return the error that names the argument, what is valid and what was given."""
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return UsageError(f"{name} must be {valid}; got {shown} ({type(value).__name__})")


def as_number(name: str, value: Any) -> Number | None:
    """Return `value` as a plain int or float, None as it is; raise UsageError for anything that is not one number."""
    if value is None or type(value) is float or (type(value) is int and -EXACT < value < EXACT):
        return value
    plain = _plain(name, value, VALID_NUMBER)
    if isinstance(plain, (bool, str)):
        raise wrong_value(name, value, VALID_NUMBER)
    return plain


def as_position(name: str, value: Any) -> Number | None:
    """Return an epoch or a step as a plain finite number, a whole one as an int."""
    if type(value) is int and -EXACT < value < EXACT:
        return value
    number = as_number(name, value)
    if number is not None and not math.isfinite(number):
        raise wrong_value(name, value, VALID_POSITION)
    return int(number) if number is not None and number == int(number) else number


def metric_cell(name: str, value: Any) -> Cell:
    """Return the cell of a further metric: a number, a bool as 1 or 0, or a string as text on one line."""
    if value is None or type(value) is float:
        return value
    plain = _plain(name, value, VALID_METRIC)
    if isinstance(plain, str):
        return one_line(plain)
    return int(plain) if isinstance(plain, bool) else plain


def one_line(text: str) -> str:
    """Return text as UTF-8 can hold it on one line: line breaks become spaces."""
    return " ".join(text.splitlines()).encode("utf-8", "replace").decode()


def _plain(name: str, value: Any, valid: str) -> Number | bool | str:
    """Return the Python bool, int, float or string that `value` is or holds."""
    try:
        item = getattr(value, "item", None)
        plain = item() if callable(item) else value
        if isinstance(plain, (bool, str)):
            return plain
        if isinstance(plain, (bytes, complex)):
            raise wrong_value(name, value, valid)
        number = float(plain)
    except UsageError:
        raise
    except Exception as error:  # .item() and float() run foreign code, which raises anything
        raise wrong_value(name, value, valid) from error
    return int(plain) if isinstance(plain, int) else number
