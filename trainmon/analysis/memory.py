"""How much memory a training left free: now, at its lowest, where it goes, and when it runs short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.analysis.figures import whole
from trainmon.analysis.progress import Progress
from trainmon.analysis.samples import PlacedSamples, Readings, place_samples, readings_of
from trainmon.analysis.series import Stretch
from trainmon.diagnosis.low_memory import LowMemoryLimits
from trainmon.diagnosis.memory_leak import ALLOCATION_SHARE, BEGUN_SHARE
from trainmon.diagnosis.settings import limits_from
from trainmon.stats.arrays import Floats
from trainmon.stats.drift import FEWEST
from trainmon.stats.newest_fall import newest_fall
from trainmon.stats.outlook import Outlook, outlook
from trainmon.stats.thinning import spread

MOST_READINGS = 20_000  # of which a trend is made: more tell no more of it, and would cost more with every row
WARNING_MB = 5_000  # the original system drew its warning line here
AVAILABLE = "available_mb"  # the column of training_system.csv
DISK_FREE = "disk_free_mb"


@dataclass(frozen=True)
class Memory:
    """Available memory in MB, as logged in the rows, else as sampled; `ever_above_5gb` asks for the original's warning line.

    `limit` is what it should never fall below. `outlook` is about the newest attempt, since a restart frees memory, and
    per global step (per epoch where no step was logged); None where `recent` readings are too few. `seconds_left` is the
    training time from the last row to the limit, None where it does not fall or the pace is not known. `machine` is all that
    the machine has, None where the newest attempt did not record it.
    """

    latest: float
    lowest: float
    lowest_global_step: int | None
    highest: float
    mean: float
    count: int
    ever_above_5gb: bool
    readings: Readings
    limit: float
    outlook: Outlook | None = None
    recent: int = 0
    seconds_left: float | None = None
    machine: float | None = None


def memory_of(stretch: Stretch, progress: Progress | None = None, steps_per_second: float | None = None) -> Memory | None:
    """Return the available memory along a stretch, None where none was logged or sampled; 0 counts as not logged."""
    found = _available(stretch)
    if found is None:
        return None
    there = np.isfinite(found.values) & (found.values > 0)
    values, steps = (found.values, found.steps) if there.all() else (found.values[there], found.steps[there])
    lowest = int(np.argmin(values))
    limit = limits_from(stretch.run.diagnosis_settings)[0].of(LowMemoryLimits).low_memory_mb
    by_step = bool(np.isfinite(stretch.on_line(stretch.run.global_step)).any())
    ahead, recent = outlook_of(found, limit, progress.total_steps if progress and by_step else None, by_step, begun=True)
    return Memory(
        latest=float(values[-1]),
        lowest=float(values[lowest]),
        lowest_global_step=whole(steps[lowest]),
        highest=float(values.max()),
        mean=float(values.mean()),
        count=len(values),
        ever_above_5gb=bool((values > WARNING_MB).any()),
        readings=found,
        limit=limit,
        outlook=ahead,
        recent=recent,
        seconds_left=_seconds_left(ahead, steps_per_second if by_step else None),
        machine=_machine(stretch, float(values.max())),
    )


def runs_short(memory: Memory, *, over: bool) -> bool:
    """Return whether the memory is short, or will be while the training goes on; `over` says that it has ended."""
    prospect = memory.outlook.prospect if memory.outlook is not None else None
    return prospect == "below" or (prospect in ("reaches", "may_reach") and not over)


def disk_of(placed: PlacedSamples, progress: Progress) -> Outlook | None:
    """Return whether the free disk lasts, None where it was not sampled or too seldom."""
    return outlook_of(placed.readings(DISK_FREE), 0.0, progress.total_steps)[0] if DISK_FREE in placed.names else None


def outlook_of(
    found: Readings, limit: float, planned_end: int | None, by_step: bool = True, *, begun: bool = False
) -> tuple[Outlook | None, int]:
    """Return what becomes of an amount, and how many readings say so: of the newest attempt, once it has loaded its model.

    `begun` asks for a fall that has begun on the way as well.
    """
    begin = int(found.breaks[-1]) if len(found.breaks) else 0
    x, y = found.steps[begin:], found.values[begin:]
    usable = np.isfinite(x) & np.isfinite(y) & (y > 0)
    count = int(np.count_nonzero(usable))
    loading = max(0, min(int(ALLOCATION_SHARE * count), count - FEWEST))
    settled = loading + spread(count - loading, MOST_READINGS)
    settled = settled if count == len(usable) else np.flatnonzero(usable)[settled]
    x, y = x[settled], y[settled]
    fall = newest_fall(y, BEGUN_SHARE) if begun else None
    return outlook(x, y, limit, planned_end, by_step=by_step, onset=fall.onset if fall is not None else None), count


def _machine(stretch: Stretch, highest: float) -> float | None:
    """Return the memory of the machine, None where it is not recorded, or is less than what was there."""
    records = [attempt.record for attempt in stretch.attempts if attempt.record is not None]
    recorded = records[-1].memory_mb if records else None
    return recorded if recorded is not None and recorded >= highest else None


def _available(stretch: Stretch) -> Readings | None:
    """Return what the rows logged, else what was sampled."""
    series = stretch.by_role("memory")
    if series is not None and _any(series.values):
        return readings_of(series)
    placed = place_samples(stretch)
    if AVAILABLE not in placed.names:
        return None
    sampled = placed.readings(AVAILABLE)
    return sampled if _any(sampled.values) else None


def _any(values: Floats) -> bool:
    return bool((np.isfinite(values) & (values > 0)).any())


def _seconds_left(ahead: Outlook | None, steps_per_second: float | None) -> float | None:
    if ahead is None or ahead.reach is None or not steps_per_second:
        return None
    return (ahead.reach.at - ahead.line.end) / steps_per_second
