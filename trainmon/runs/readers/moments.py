"""Points in time as log files write them, as seconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from trainmon.stats.arrays import Floats

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
    found = [None if cell is None else seconds(cell) for cell in cells]
    return np.array([np.nan if moment is None or moment < EARLIEST else moment for moment in found], dtype=np.float64)


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
