"""Points in time as log files write them, as seconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trainmon.stats.arrays import Floats, Mask

EARLIEST = 5e8  # seconds since 1970: a smaller number in a column of times counts from a start (this is 1985)
_HOUR_US = 3_600_000_000
_TIME_NAMES = frozenset(
    ("timestamp", "_timestamp", "time", "date", "datetime", "wall_time", "walltime", "created_at", "asctime", "ts", "@timestamp")
)
# Numbers this large are milliseconds (the year 2001 in ms, the year 33658 in s).
_MILLISECONDS_FROM = 1e12


def unix_seconds(numbers: Floats) -> Floats:
    """Return numbers that are seconds or milliseconds since 1970 as seconds."""
    return np.where(np.abs(numbers) >= _MILLISECONDS_FROM, numbers / 1000, numbers)


def is_time_name(name: str) -> bool:
    """Return whether a column of this name may hold points in time."""
    return name.strip().lower() in _TIME_NAMES


def all_seconds(cells: Sequence[str | None]) -> Floats:
    """Return the moments that texts name, NaN where one names none."""
    found = _all_dates(cells)
    if found is None:
        found = np.array([np.nan if cell is None or (at := seconds(cell)) is None else at for cell in cells], dtype=np.float64)
    return np.where(found >= EARLIEST, found, np.nan)


def _all_dates(cells: Sequence[str | None]) -> Floats | None:
    """Return the moments of texts that are all dates in one form, None where they are not."""
    first = next((cell for cell in cells if cell is not None), "")
    try:
        return of_dates(pa.chunked_array([pa.array(cells, pa.string()).cast(date_type(first))])) if first[4:5] == "-" else None
    except pa.ArrowInvalid:
        return None


def date_type(text: str) -> pa.DataType:
    """Return the type that a date is read as: with its offset from UTC, or naive."""
    return pa.timestamp("us", "UTC") if text.endswith("Z") or "+" in text or "-" in text[10:] else pa.timestamp("us")


def of_dates(cells: pa.ChunkedArray) -> Floats:
    """Return the moments of dates, NaN where there is none; naive ones are local time."""
    valid: Mask = cells.is_valid().to_numpy()
    microseconds = cells.cast(pa.int64()).fill_null(0).to_numpy()
    moment = microseconds / 1e6 if cells.type.tz else local_to_utc(microseconds)
    return np.where(valid, moment, np.nan)


def seconds(text: str) -> float | None:
    """Return the moment that `text` names (ISO 8601, or a number since 1970), None where it names none; naive is local time."""
    try:
        number = float(text)
    except ValueError:
        try:
            return datetime.fromisoformat(text.strip()).timestamp()
        except (ValueError, OverflowError, OSError):
            return None
    return float(unix_seconds(np.array(number))) if np.isfinite(number) else None


def local_to_utc(microseconds: npt.NDArray[np.int64]) -> Floats:
    """Return seconds since 1970 (UTC) for local wall-clock microseconds; the offset is looked up once an hour of it."""
    if not len(microseconds):
        return np.zeros(0)
    hours = microseconds // _HOUR_US
    starts = np.concatenate([[0], np.flatnonzero(np.diff(hours)) + 1])
    here = hours[starts].tolist()
    offsets = {hour: _offset(hour) for hour in set(here)}
    shift = np.array([offsets[hour] for hour in here])
    utc: Floats = microseconds / 1e6 - np.repeat(shift, np.diff(np.concatenate([starts, [len(hours)]])))
    return utc


def _offset(hour: int) -> float:
    """Return local time minus UTC, in seconds, in the given hour of local wall-clock time (hours since 1970)."""
    wall = datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(hours=hour)
    return hour * 3600 - wall.timestamp()
