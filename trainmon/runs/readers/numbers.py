"""Numbers as people and programs write them into logs: with percent signs, separators, units and as durations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_DURATION = re.compile(r"(?:(?P<days>\d{1,6}) days?,? )?(?P<hours>\d{1,6}):(?P<minutes>\d{2})(?::(?P<seconds>\d{2}(?:\.\d+)?))?")
_WITH_HOURS = re.compile(r"(?:(?P<days>\d{1,6}) days?,? )?(?P<hours>\d{1,6}):(?P<minutes>\d{2}):(?P<seconds>\d{2}(?:\.\d+)?)")
_CLOCK = r"^[0-9]{1,6}:[0-9]{2}:[0-9]{2}$"  # the plain ones among them, which are cut by places
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
LONGEST = 64  # characters: what is longer is no number that a log was meant to hold
MOST = 2**53  # beyond it a float no longer counts one by one: no step, epoch or moment is so great


def number(text: str, decimal: str = ".") -> float | None:
    """Return the number that a cell holds, None where it holds none ("1_000" is none, whatever Python says).

    `decimal` is the sign before the fraction. A duration is in seconds, a percentage keeps its figure: "93.5%" is 93.5.
    """
    text = text.strip()
    if len(text) > LONGEST or "_" in text:
        return None
    if ":" in text:
        duration = _DURATION.fullmatch(text)
        return _seconds(duration) if duration else None
    if decimal == ",":
        text = (
            text.replace(".", "").replace(",", ".")
            if re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+,\d+", text)
            else text.replace(",", ".")
        )
    try:
        return float(text)
    except ValueError:
        return _written_otherwise(text)


def durations(cells: Sequence[float | str | None]) -> list[float | str | None] | None:
    """Return the seconds of texts, None among them, that are all durations with hours ("3 days, 17:51:32"), else None."""
    first = next((cell for cell in cells if cell is not None), "")
    if not _WITH_HOURS.fullmatch(str(first)):
        return None
    texts = pa.array(cells, pa.string())
    if pc.all(pc.match_substring_regex(texts, _CLOCK)).as_py():
        return _scaled((pc.utf8_slice_codeunits(texts, *part) for part in ((0, -6), (-5, -3), (-2,))), (3_600, 60, 1))
    parts = pc.extract_regex(texts, f"^{_WITH_HOURS.pattern}$")
    if parts.null_count > texts.null_count:
        return None
    days, *others = parts.flatten()
    return _scaled((pc.if_else(pc.equal(days, ""), "0", days), *others), (86_400, 3_600, 60, 1))


def _scaled(parts: Iterable[pa.Array], lengths: Sequence[int]) -> list[float | str | None]:
    """Return the sums of the numbers in texts, each part times its length."""
    scaled = [pc.multiply(pc.cast(each, pa.float64()), length) for each, length in zip(parts, lengths, strict=True)]
    seconds: list[float | str | None] = reduce(pc.add, scaled).to_pylist()
    return seconds


def whole(digits: str) -> int | float:
    """Return a whole number of a document, as a float where it is so great that arithmetic with others would fail."""
    return int(digits) if len(digits) <= LONGEST else float(digits)


def sound(value: Any) -> float | None:
    """Return a value of a JSON or TOML file where it is a number that can count or measure something, else None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST else None


def _written_otherwise(text: str) -> float | None:
    text = text.removesuffix("%").rstrip()
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", ""))
    try:
        return float(text)
    except ValueError:
        return None


def _seconds(duration: re.Match[str]) -> float:
    """Return a duration in seconds; of two parts alone the first are minutes, as progress bars have it."""
    first, second, third = (float(duration[part] or 0) for part in ("hours", "minutes", "seconds"))
    days = float(duration["days"] or 0)
    if duration["seconds"] is None and duration["days"] is None:
        return 60 * first + second
    return days * 86_400 + 3600 * first + 60 * second + third
