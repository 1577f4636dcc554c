"""Single values far above both sides of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.preparation import Curve, Inputs
from trainmon.diagnosis.thresholds import Limits
from trainmon.run import Floats, Indices
from trainmon.stats.robust import NORMAL_MAD
from trainmon.stats.smoothing import running_median

EVAL_HIGH = 1.5  # validations are few: a spike there is 8 times the noise and half as high again as both sides
EVAL_NOISES = 8.0
ALONE_NOISES = 20.0  # a single low spike is chance: heavy tails have one
AS_DEEP = 0.5  # of the median spike: dips that speak of heavy tails


def find_spikes(inputs: Inputs) -> Iterator[Finding]:
    """Yield the spikes of the train loss, and those of the validation loss."""
    if inputs.train is not None:
        yield from _spikes(inputs, inputs.train, inputs.limits.spike_noises, 1 + inputs.limits.spike_percent / 100)
    if inputs.evaluation is not None:
        yield from _spikes(inputs, inputs.evaluation, EVAL_NOISES, EVAL_HIGH)


def _spikes(inputs: Inputs, of: Curve, noises: float, factor: float) -> Iterator[Finding]:
    limits = inputs.limits
    if len(of) < limits.fewest_for_spikes:
        return
    positive = of.lowest.min() > 0

    def scaled(values: Floats) -> Floats:
        return np.log(values) if positive else values / of.level

    height = float(np.log(factor)) if positive else factor - 1
    skipped = inputs.warm_up(of)
    up, above = _hits(scaled(of.values), scaled(of.highest), 1.0)
    down, below = _hits(scaled(of.values), scaled(of.lowest), -1.0)
    groups = _groups(up, above, noises, height, skipped, _reach(len(of)))
    tall = float(np.log(1 + limits.spike_high_percent / 100)) if positive else limits.spike_high_percent / 100
    peaks = [at for at in groups if above[at] > limits.spike_high_noises or up[at] > tall]
    if not peaks or (len(peaks) == 1 and not (up[peaks[0]] > tall or above[peaks[0]] > ALONE_NOISES)):
        return
    deep = max(height, AS_DEEP * float(np.median(up[peaks])))
    against = _groups(down, below, noises, deep, skipped, _reach(len(of)))
    if len(against) >= max(1, limits.spike_downward_share * len(peaks)) or len(peaks) > _most(of, limits):
        return
    highest = max(peaks, key=lambda at: up[at])
    percent = 100 * (float(np.exp(min(up[highest], 50.0))) - 1 if positive else up[highest])
    many = len(peaks) >= limits.spike_warning_groups and of is inputs.train
    evidence = {
        "spikes": Evidence(len(peaks), "spikes"),
        "highest": Evidence(float(of.highest[highest])),
        "height": Evidence(percent, "%"),
        "noises": Evidence(float(above[highest]), "x noise"),
    }
    rows = tuple(int(of.highest_rows[at]) for at in peaks)
    loud = many or percent >= limits.spike_warning_percent
    yield Finding("spikes", "warning" if loud else "notice", of.metric, rows, evidence, "eval" if of is inputs.evaluation else "")


def _most(of: Curve, limits: Limits) -> float:
    return max(limits.most_spike_groups, 0.03 * len(of))


def _reach(count: int) -> int:
    return min(25, max(4, count // 12))


def _hits(values: Floats, outer: Floats, sign: float) -> tuple[Floats, Floats]:
    """Return how far each outer value stands off both sides of it, and the same in parts of the local noise; [n] each.

    The base is the higher (for `sign` -1 the lower) of the medians of the values before and after: steps and the edges
    of plateaus have no spikes then. Without two values on both sides there is no base: -inf.
    """
    reach = _reach(len(values))
    side = running_median(values, reach | 1)  # centred: shifted by half a window it is the median of one side
    half = (reach | 1) // 2 + 1
    before, after = np.full(len(values), np.nan), np.full(len(values), np.nan)
    before[half:], after[:-half] = side[:-half], side[half:]
    before[:half], after[-half:] = np.nan, np.nan
    off = sign * outer - np.maximum(sign * before, sign * after)
    residual = np.abs(values - running_median(values, 5))
    moving = running_median(residual, (4 * reach) | 1)
    local = NORMAL_MAD * np.maximum(moving, 0.5 * np.median(residual)) * 1.3
    off = np.where(np.isfinite(off), off, -np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        return off, np.where(off > 0, off / local, -np.inf)


def _groups(off: Floats, noises: Floats, least_noises: float, height: float, skipped: int, reach: int) -> list[int]:
    """Return the highest place of each group of hits that lie within the reach of each other."""
    hits: Indices = np.flatnonzero((noises > least_noises) & (off > height))
    hits = hits[hits >= skipped]
    if not len(hits):
        return []
    cuts = np.flatnonzero(np.diff(hits) > reach) + 1
    return [int(group[np.argmax(off[group])]) for group in np.split(hits, cuts)]
