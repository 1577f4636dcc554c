"""How long a training took, and how fast it goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainmon import wording
from trainmon.analysis.series import Series, Stretch
from trainmon.runs.run import EPOCH, TRAIN, Chain
from trainmon.stats.arrays import Mask
from trainmon.stats.extremes import last_finite, last_finite_values
from trainmon.stats.throughput import rate, recent_against_earlier, usual_gap

RECENT_VALUES = 50  # of samples/s that are averaged: what it does now, without the noise of one step


@dataclass(frozen=True)
class Speed:
    """Samples a second, and in words what they were taken from."""

    value: float
    source: str


@dataclass(frozen=True)
class Timing:
    """Clock facts, in seconds (since 1970 where a point in time): `elapsed` is training time without the pauses between attempts.

    `steps_per_second` are epochs or rows where the training counts these. `samples_per_second` is the speed at the end,
    `overall` that of the whole training. `slower_than_before` is the fraction by which a step takes longer now than an hour
    before.
    """

    started: float | None = None
    last_row: float | None = None
    elapsed: float | None = None
    usual_gap: float | None = None
    steps_per_second: float | None = None
    samples_per_second: float | None = None
    samples_source: str = ""
    overall: Speed | None = None
    slower_than_before: float | None = None


def timing_of(stretch: Stretch, chain: Chain | None) -> Timing:
    """Return the clock facts of a stretch, None for what its rows do not tell."""
    rows = stretch.run.rows
    time = stretch.on_line(rows.time)
    known = np.isfinite(time)
    last = slice(max(0, stretch.attempts[-1].start), stretch.attempts[-1].stop)
    train = rows.phase[last] == (EPOCH if stretch.counted == "epoch" else TRAIN)
    taken: Mask | slice = slice(None) if train.all() else train
    counted = rows.values("epoch") if stretch.counted == "epoch" else stretch.run.global_step
    step, clock = counted[last][taken], stretch.run.clock[last][taken]
    series, whole = stretch.by_role("samples_per_second"), _summed_up(stretch, chain)
    at_end = _at_end(series) or whole
    return Timing(
        started=float(time[known.argmax()]) if known.any() else None,
        last_row=last_finite(time),
        elapsed=_elapsed(stretch),
        usual_gap=_known(usual_gap(clock)),
        steps_per_second=_known(rate(clock, step)),
        samples_per_second=at_end.value if at_end else None,
        samples_source=at_end.source if at_end else "",
        overall=whole or _of_all(series),
        slower_than_before=_known(recent_against_earlier(clock, step)),
    )


def _elapsed(stretch: Stretch) -> float | None:
    known = last_finite(stretch.relative)
    if known is None:
        return None
    before_first_row = stretch.run.rows.values("elapsed")[stretch.line[0]]
    return known + (float(before_first_row) if before_first_row > 0 else 0.0)


def _at_end(series: Series | None) -> Speed | None:
    last = last_finite_values(series.values, RECENT_VALUES) if series is not None else ()
    return Speed(float(np.mean(last)), wording.mean_of_last(len(last))) if len(last) else None


def _of_all(series: Series | None) -> Speed | None:
    if series is None:
        return None
    values = series.values

    def summed(start: int, stop: int) -> tuple[float, int]:
        known = values[start:stop][np.isfinite(values[start:stop])]
        return float(known.sum()), len(known)

    sums, counts = zip(*series.stretch.memo.growing.chunks("samples/s", (values,), summed), strict=True)
    return Speed(sum(sums) / sum(counts), wording.mean_of_all(sum(counts))) if sum(counts) else None


def _summed_up(stretch: Stretch, chain: Chain | None) -> Speed | None:
    """Return what the summary says, where that speaks of this chain."""
    said = stretch.run.summary.get("samples_per_second")
    if chain is stretch.run.newest_chain and isinstance(said, int | float) and np.isfinite(said) and said > 0:
        return Speed(float(said), wording.BY_SUMMARY)
    return None


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
