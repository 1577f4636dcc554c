"""Points in time as log files write them, as seconds since 1970 (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from trainmon.stats.arrays import Floats

_HOUR_US = 3_600_000_000
# Numbers this large are milliseconds (the year 2001 in ms, the year 33658 in s).
_MILLISECONDS_FROM = 1e12


def unix_seconds(numbers: Floats) -> Floats:
    """Return numbers that are seconds or milliseconds since 1970 as seconds."""
    return np.where(np.abs(numbers) >= _MILLISECONDS_FROM, numbers / 1000, numbers)


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
