"""How long a training took, and how fast it goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon.analysis.series import Stretch
from trainmon.runs.run import TRAIN, Chain
from trainmon.stats.arrays import Mask
from trainmon.stats.extremes import last_finite
from trainmon.stats.throughput import rate, recent_against_earlier, usual_gap

RECENT_VALUES = 50  # of samples/s that are averaged: what it does now, without the noise of one step


@dataclass(frozen=True)
class Timing:
    """Clock facts, in seconds (since 1970 where a point in time): `elapsed` is training time without the pauses between attempts.

    `slower_than_before` is the fraction by which a step takes longer now than an hour before.
    """

    started: float | None = None
    last_row: float | None = None
    elapsed: float | None = None
    usual_gap: float | None = None
    steps_per_second: float | None = None
    samples_per_second: float | None = None
    samples_source: str = ""
    slower_than_before: float | None = None


def timing_of(stretch: Stretch, chain: Chain | None) -> Timing:
    """Return the clock facts of a stretch, None for what its rows do not tell."""
    rows = stretch.run.rows
    time = stretch.on_line(rows.time)
    known = np.isfinite(time)
    last = slice(max(0, stretch.attempts[-1].start), stretch.attempts[-1].stop)
    train = rows.phase[last] == TRAIN
    taken: Mask | slice = slice(None) if train.all() else train
    step, clock = stretch.run.global_step[last][taken], rows.time[last][taken]
    samples, source = _samples_per_second(stretch, chain)
    return Timing(
        started=float(time[known.argmax()]) if known.any() else None,
        last_row=last_finite(time),
        elapsed=_elapsed(stretch),
        usual_gap=_known(usual_gap(clock)),
        steps_per_second=_known(rate(clock, step)),
        samples_per_second=samples,
        samples_source=source,
        slower_than_before=_known(recent_against_earlier(clock, step)),
    )


def _elapsed(stretch: Stretch) -> float | None:
    known = last_finite(stretch.relative)
    if known is None:
        return None
    before_first_row = stretch.run.rows.values("elapsed")[stretch.line[0]]
    by_clock = last_finite(stretch.on_line(stretch.run.rows.time)) is not None
    return known + (float(before_first_row) if by_clock and before_first_row > 0 else 0.0)


def _samples_per_second(stretch: Stretch, chain: Chain | None) -> tuple[float | None, str]:
    """Return samples/s and where it is from: the rows, else the summary where that speaks of this chain."""
    series = stretch.by_role("samples_per_second")
    if series is not None and np.isfinite(series.values).any():
        finite = series.values[np.isfinite(series.values)]
        return float(finite[-RECENT_VALUES:].mean()), f"mean of the last {min(RECENT_VALUES, len(finite))} logged values"
    said = stretch.run.summary.get("samples_per_second")
    if chain is stretch.run.newest_chain and isinstance(said, int | float) and np.isfinite(said) and said > 0:
        return float(said), "summary"
    return None, ""


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
