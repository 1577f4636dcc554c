"""Single values of a loss that stand far above both sides of them.

Each value is compared with the medians of the values before and after it, and with the noise around it. It is a spike where it
stands above both sides by 7 times that noise and by 10 %; of neighbouring ones the highest counts. They are told where they are
tall, 10 times the noise or half as high again, and taller than the dips are deep: a loss with heavy tails has as many of these.
More than 8 (or 3 % of the rows) are noise. Steps, staircases and the edges of plateaus have no spikes, since they stand above
one side only. From three on it is a warning, and so is one that doubles the loss. In the validation, which has few values, a
spike is 8 times the noise and half as high again as both sides.

So is a burst: a jump as tall above what came before it that takes its time, up to a quarter of the run, to come back by half. At
the end of the log it need not have come back yet. What stands among the first values of a resumed attempt is no spike.

When it is wrong: a loss that is back at once has usually taken no harm, and the data need not be at fault, since the same batch
may have no spike from another checkpoint (PaLM, 5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats, Indices
from trainmon.stats.robust import NORMAL_MAD
from trainmon.stats.smoothing import running_median, trailing_median

KIND = "spikes"
EVAL_HIGH = 1.5  # validations are few: a spike there is 8 times the noise and half as high again as both sides
EVAL_NOISES = 8.0
FEWEST_BESIDE = 2  # values on a side: their median is what a value there is compared with
FEWEST_AROUND = 32  # values whose spread is the local noise
FEWEST_BEFORE = 3  # values that a burst jumps up from
LONGEST_BURST, NEW = 4, 20  # a quarter of the values: what lasts longer is a new level; a twentieth: what is new
MOST_BURSTS = 1000  # places looked at: a loss that jumps up more often is noisy
AFTER_A_RESUME = 5  # values
ALONE_NOISES = 20.0  # a single low spike is chance: heavy tails have one


@dataclass(frozen=True)
class SpikeLimits:
    """How far a value has to stand out, and how many that do are still spikes."""

    fewest_for_spikes: int = limit(12, "values", "needed: two windows of 4 around a value, and something to compare with")
    spike_noises: float = limit(7.0, "times the local noise", "above both sides; 3 flags 56 of 71 healthy real runs")
    spike_percent: float = limit(10.0, "% above both sides", "less is seen by nobody on a chart")
    spike_high_noises: float = limit(10.0, "times the local noise", "spikes are told where one is so high ...")
    spike_high_percent: float = limit(50.0, "% above both sides", "... or so high")
    spike_warning_percent: float = limit(100.0, "% above both sides", "a warning from here: worth looking at the batch")
    spike_warning_groups: int = limit(3, "spikes", "a warning from here: one or two are an accident")
    most_spike_groups: int = limit(8, "spikes", "or 3 % of the rows: more are a noisy loss, not a spiky one")
    spike_tail: float = limit(2.0, "times the deepest dip", "a spike is higher: heavy-tailed noise reaches as far down as up")


def find_spikes(inputs: Inputs) -> Iterator[Finding]:
    """Yield the spikes of the train loss, and those of the validation loss."""
    limits = inputs.limits.of(SpikeLimits)
    if inputs.train is not None:
        yield from _spikes(inputs, inputs.train, limits.spike_noises, 1 + limits.spike_percent / 100)
    if inputs.evaluation is not None:
        yield from _spikes(inputs, inputs.evaluation, EVAL_NOISES, EVAL_HIGH)


def _spikes(inputs: Inputs, of: Curve, noises: float, factor: float) -> Iterator[Finding]:
    limits = inputs.limits.of(SpikeLimits)
    if len(of) < limits.fewest_for_spikes:
        return
    positive = of.lowest.min() > 0

    def scaled(values: Floats) -> Floats:
        return np.log(values) if positive else values / of.level

    def tall(percent: float) -> float:
        return float(np.log1p(percent / 100)) if positive else percent / 100

    values, skipped = scaled(of.values), inputs.warm_up(of)
    spread = _spread(of, scaled)
    sides = _sides(values)
    up, above = _hits(sides, scaled(of.highest), spread, 1.0)
    _, below = _hits(sides, scaled(of.lowest), spread, -1.0)
    tail, high = limits.spike_tail * max(0.0, float(below[skipped:].max(initial=0.0))), tall(limits.spike_high_percent)
    groups = _groups(up, above, noises, tall(100 * (factor - 1)), skipped, _reach(len(of)))
    peaks = {at: up[at] for at in groups if above[at] > tail and (above[at] > limits.spike_high_noises or up[at] > high)}
    bursts = _bursts(values, sides[0], scaled(of.highest), np.maximum(high, max(tail, noises) * spread), skipped)
    lasting = {at: rise for at, rise in bursts.items() if not any(abs(at - peak) <= _reach(len(of)) for peak in peaks)}
    alone = len(peaks) == 1 and not lasting
    if alone and all(up[at] <= high and above[at] <= ALONE_NOISES for at in peaks):
        return
    peaks |= lasting
    peaks = {at: rise for at, rise in peaks.items() if not _after_a_resume(inputs, of, at)}
    if not peaks or len(peaks) > _most(of, limits):
        return
    highest = max(peaks, key=lambda at: peaks[at])
    percent = 100 * (float(np.expm1(min(peaks[highest], 50.0))) if positive else peaks[highest])
    many = len(peaks) >= limits.spike_warning_groups and of is inputs.train
    evidence = {
        "spikes": Evidence(len(peaks), "spikes"),
        "highest": Evidence(float(of.highest[highest])),
        "height": Evidence(percent, "%"),
        "noises": Evidence(float(peaks[highest] / spread[highest]) if spread[highest] else 0.0, "x noise"),
    }
    rows = tuple(int(of.highest_rows[at]) for at in sorted(peaks))
    loud = many or percent >= limits.spike_warning_percent
    yield Finding(KIND, "warning" if loud else "notice", of.metric, rows, evidence, "eval" if of is inputs.evaluation else "")


def _bursts(values: Floats, base: Floats, outer: Floats, least: Floats, skipped: int) -> dict[int, float]:
    """Return the peak of each burst and its height above its base: it jumps up by `least`, and comes back by half of that.

    One at the end need not have come back yet, if it is shorter than a twentieth of the values; none takes more than a quarter.
    """
    begins = np.flatnonzero(outer - base > least)
    found: dict[int, float] = {}
    stop = skipped
    for begin in begins[:MOST_BURSTS]:
        if begin < stop:
            continue
        half = base[begin] + (outer[begin] - base[begin]) / 2
        back = np.flatnonzero(values[begin + 1 :] < half)
        stop = begin + 1 + int(back[0]) if len(back) else len(values)
        peak = begin + int(np.argmax(outer[begin:stop]))
        at_the_end = stop == len(values) and stop - begin <= max(FEWEST_BEFORE, len(values) // NEW)
        if at_the_end or (stop < len(values) and stop - begin <= len(values) // LONGEST_BURST):
            found[int(peak)] = float(outer[peak] - base[begin])
    return found


def _after_a_resume(inputs: Inputs, of: Curve, at: int) -> bool:
    """Return whether a peak is among the first values of a resumed attempt: a cold optimizer lifts those."""
    since = at - np.searchsorted(of.rows, np.array(inputs.resumes, dtype=np.int64))
    return bool(((since >= 0) & (since < AFTER_A_RESUME)).any())


def _most(of: Curve, limits: SpikeLimits) -> float:
    return max(limits.most_spike_groups, 0.03 * len(of))


def _reach(count: int) -> int:
    return min(25, max(4, count // 12))


def _spread(of: Curve, scaled: Callable[[Floats], Floats]) -> Floats:
    """Return the standard deviation of single rows around each value, [n].

    Of single rows: what stands off the middle of its two neighbours, or off the running median where neighbours are alike.
    Of blocks: by their range, which for m normal values is about twice the quantile (m - 0.375) / (m + 0.25) (Blom 1958).
    """
    around = max(FEWEST_AROUND, 4 * _reach(len(of))) | 1
    if of.size > 1:
        inside = scaled(of.highest) - scaled(of.lowest)
        return _locally(inside / (2 * NormalDist().inv_cdf((of.size - 0.375) / (of.size + 0.25))), around)
    values = scaled(of.values)
    bend = np.zeros(len(values))
    bend[1:-1] = np.abs(values[1:-1] - (values[:-2] + values[2:]) / 2) / np.sqrt(1.5)  # the noise of three values
    bend[0], bend[-1] = bend[1], bend[-2]
    off = np.abs(values - running_median(values, _reach(len(of)) | 1))
    return NORMAL_MAD * np.maximum(_locally(bend, around), _locally(off, around))


def _locally(values: Floats, around: int) -> Floats:
    """Return the running median, at least half of the median of all."""
    local: Floats = np.maximum(running_median(values, around), 0.5 * np.median(values))
    return local


def _sides(values: Floats) -> tuple[Floats, Floats]:
    """Return the median of the values before each value and that of those after it, [n] each; NaN without two of them."""
    window = _reach(len(values)) | 1
    return trailing_median(values, window, FEWEST_BESIDE), trailing_median(values[::-1], window, FEWEST_BESIDE)[::-1]


def _hits(sides: tuple[Floats, Floats], outer: Floats, spread: Floats, sign: float) -> tuple[Floats, Floats]:
    """Return how far each outer value stands off both sides of it, and the same in parts of the local spread; [n] each.

    The base is the higher (for `sign` -1 the lower) of the two: steps and the edges of plateaus have no spikes then. Without two
    values on both sides there is no base: -inf.
    """
    before, after = sides
    off = sign * outer - np.maximum(sign * before, sign * after)
    off = np.where(np.isfinite(off), off, -np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        return off, np.where(off > 0, off / spread, -np.inf)


def _groups(off: Floats, noises: Floats, least_noises: float, height: float, skipped: int, reach: int) -> list[int]:
    """Return the highest place of each group of hits that lie within the reach of each other."""
    hits: Indices = np.flatnonzero((noises > least_noises) & (off > height))
    hits = hits[hits >= skipped]
    if not len(hits):
        return []
    cuts = np.flatnonzero(np.diff(hits) > reach) + 1
    return [int(group[np.argmax(off[group])]) for group in np.split(hits, cuts)]


CHECK = Check(KIND, ("warning", "notice"), find_spikes, SpikeLimits, follows=("diverging", "non_finite"), marked=True)
