"""A gradient norm that runs away, or jumps and takes the loss with it.

The newest 2 % of the norms, at least three, are compared with the lowest level of their running median, after the warm-up: they
have run away where their median is 6 times that level, where they lie above what the norm was before it, and further up than its
scatter explains, unless the learning rate rose with them. That is a warning where the loss went up with the norm or where the
norm is 50 times as high, else a notice. A jump is one norm ten times as high as those before it; it is told where the loss was
higher by 15 % and more than its noise in the five rows after it. A jump without that has done no harm, which is what clipping is
for, and is not told. Norms of 0, nan and infinity say nothing here: a loss scaler (fp16) skips such steps.

When it is wrong: the norm is logged before it is clipped, so that a clipped training may go well with any norm; harder data and a
learning rate that was raised on purpose lift the norm as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats, Indices, Mask
from trainmon.stats.robust import NORMAL_MAD
from trainmon.stats.smoothing import running_median

KIND = "grad_explosion"
NEWEST_SHARE, FEWEST_NEWEST = 0.02, 3  # of the norms: what is compared with their lowest level
WINDOW = 15  # norms in a running median: a level is no single batch
HIGH_BEFORE = 90  # percentile of the norms before the lowest level: where it has been this high, it is no news
AROUND = 25  # losses before a moment: their median is the level that it left
AFTER = 5  # losses after a jump: one that only its own batch raised is back by then
RATE_ROSE = 1.5  # times the learning rate before: a warm restart
LEFT = 0.25  # of the way up (of logarithms): the last norm below it is where they left their level
LOSS_NOISES = 6.0  # standard errors of a median of so many: further up is no chance, for neighbours that are alike too


@dataclass(frozen=True)
class GradExplosionLimits:
    """How far a gradient norm has to rise, and a loss with it."""

    runaway_times: float = limit(6.0, "times the lowest level", "norms wander by a factor of 2 to 4 in healthy runs (real logs)")
    runaway_noises: float = limit(4.0, "times the scatter of its logarithm", "less is the norm's own scatter")
    lost_times: float = limit(50.0, "times the lowest level", "a warning from here, whatever the loss does yet")
    jump_times: float = limit(
        10.0, "times the norms before it", "healthy runs have such jumps too: only what the loss does tells"
    )
    jumps_warning: int = limit(3, "jumps", "that the loss followed: a warning from here; one or two are an accident")
    loss_percent: float = limit(15.0, "% of the loss before", "from here the loss went up with the norm")


def find_grad_explosion(inputs: Inputs) -> Iterator[Finding]:
    """Yield a norm that has run away, from where it left its lowest level; else the jumps that the loss followed."""
    norm = inputs.grad_norm
    if norm is None:
        return
    above = norm.values > 0
    if above.sum() < inputs.limits.shared.fewest_rows:
        return
    runaway = _runaway(inputs, norm, norm.rows[above], np.log(norm.values[above]))
    if runaway is not None:
        yield runaway
    else:
        yield from _jumps(inputs, norm)


def _runaway(inputs: Inputs, norm: Curve, rows: Indices, logs: Floats) -> Finding | None:
    """Return the finding of norms (their logarithms and rows, [n]) whose newest ones stand far above their lowest level."""
    limits, newest = inputs.limits.of(GradExplosionLimits), max(FEWEST_NEWEST, int(NEWEST_SHARE * len(logs)))
    now, last = float(np.median(logs[-newest:])), logs[-newest:].min()
    level, usual = _levels(logs[min(inputs.warm_up(norm), len(logs) // 2) : len(logs) - newest], now, limits)
    if last <= usual:
        return None
    quiet = np.flatnonzero(logs <= max(usual, level + LEFT * (now - level)))
    onset, times = int(rows[quiet[-1] + 1]), float(np.exp(now - level))
    before, after = _loss_before(inputs, onset), _loss_since(inputs, int(rows[-newest]))
    if times < limits.lost_times and _rate_rose(inputs, int(rows[quiet[-1]]), int(rows[-1])):
        return None
    followed = bool(_went_up(inputs, np.array(before), np.array(after), newest))
    evidence = {
        "before": Evidence(float(np.exp(level))),
        "now": Evidence(float(np.exp(now))),
        "times": Evidence(times, "x"),
        **_losses(before, after),
        **learning_rate(inputs, onset),
    }
    loud = followed or times >= limits.lost_times
    return Finding(KIND, "warning" if loud else "notice", norm.metric, (onset,), evidence, "followed" if followed else "")


def _levels(earlier: Floats, now: float, limits: GradExplosionLimits) -> tuple[float, float]:
    """Return the lowest level of norms before the newest (logarithms), and how high they were at times until then.

    Infinity for the second where the newest ones, `now`, are not far above the level.
    """
    if now - earlier.min() < np.log(limits.runaway_times):  # no level is lower than the lowest norm
        return now, np.inf
    smooth = running_median(earlier, WINDOW)
    low = int(np.argmin(smooth))
    scatter = NORMAL_MAD * float(np.median(np.abs(earlier[: low + 1] - smooth[: low + 1])))
    level = float(smooth[low])
    if now - level < max(float(np.log(limits.runaway_times)), limits.runaway_noises * scatter):
        return level, np.inf
    return level, float(np.percentile(earlier[: low + 1], HIGH_BEFORE))


def _jumps(inputs: Inputs, norm: Curve) -> Iterator[Finding]:
    """Yield the single norms far above those before them in whose wake the loss was higher, as one finding."""
    limits, loss = inputs.limits.of(GradExplosionLimits), inputs.train
    if loss is None or len(loss) < inputs.limits.shared.fewest_rows or inputs.adversarial:
        return
    at, usual = _high(norm, limits.jump_times, inputs.warm_up(norm))
    following = np.searchsorted(loss.rows, norm.highest_rows[at], side="right")
    told = (following > 0) & (following + AFTER <= len(loss))
    at, usual, following = at[told], usual[told], following[told].tolist()
    left = np.array([np.median(loss.values[max(0, row - AROUND) : row]) for row in following])
    after = np.array([np.median(loss.values[row : row + AFTER]) for row in following])
    harmful = _went_up(inputs, left, after, AFTER)
    if not harmful.any():
        return
    at, usual, left, after = at[harmful], usual[harmful], left[harmful], after[harmful]
    worst = int(np.argmax(after - left))
    evidence = {
        "jumps": Evidence(len(at), "jumps"),
        "before": Evidence(float(usual[worst])),
        "highest": Evidence(float(norm.highest[at[worst]])),
        "times": Evidence(float(norm.highest[at[worst]] / usual[worst]), "x"),
        **_losses(float(left[worst]), float(after[worst])),
    }
    loud = len(at) >= limits.jumps_warning or after[worst] >= 2 * left[worst] > 0
    rows = tuple(norm.highest_rows[at].tolist())
    yield Finding(KIND, "warning" if loud else "notice", norm.metric, rows, evidence, "jumps")


def _high(norm: Curve, times: float, skipped: int) -> tuple[Indices, Floats]:
    """Return the places of norms so many times as high as those before them, of neighbours the first, and those before."""
    if not len(norm) or norm.highest.max() <= times * norm.values.min():
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    before = _before(norm.values, WINDOW)
    high = np.flatnonzero((norm.highest > times * before) & (before > 0))
    high = high[(high >= skipped) & (np.diff(high, prepend=-WINDOW) >= WINDOW)]
    return high, before[high]


def _before(values: Floats, window: int) -> Floats:
    """Return the median of the `window` values before each value, of fewer at the start; NaN for the first, [n]."""
    centred = running_median(np.concatenate([np.full(window, np.nan), values]), window)
    return centred[window // 2 : window // 2 + len(values)]


def _loss_before(inputs: Inputs, row: int) -> float:
    loss = inputs.train
    earlier = loss.values[: np.searchsorted(loss.rows, row)][-AROUND:] if loss is not None else np.zeros(0)
    return float(np.median(earlier)) if len(earlier) else float("nan")


def _loss_since(inputs: Inputs, row: int) -> float:
    loss = inputs.train
    later = loss.values[np.searchsorted(loss.rows, row) :] if loss is not None else np.zeros(0)
    return float(np.median(later)) if len(later) else float("nan")


def _went_up(inputs: Inputs, before: Floats, after: Floats, count: int) -> Mask:
    """Return where the loss rose from one level to another, both medians of `count` values; nowhere if it need not fall."""
    loss, limits = inputs.train, inputs.limits.of(GradExplosionLimits)
    if loss is None or inputs.adversarial:
        return np.zeros_like(before, dtype=bool)
    scale = np.abs(before) if len(loss) and loss.values.min() > 0 else loss.level
    chance = LOSS_NOISES * loss.noise / np.sqrt(count)
    high: Mask = after - before > np.maximum(limits.loss_percent / 100 * scale, chance)
    return high


def _rate_rose(inputs: Inputs, before: int, now: int) -> bool:
    """Return whether the learning rate is clearly higher at one row than at another: the norm and the loss rise with it."""
    rate = inputs.learning_rate
    return rate is not None and bool(rate.at(now) > RATE_ROSE * rate.at(before))


def _losses(before: float, after: float) -> dict[str, Evidence]:
    """Return the loss before and after as evidence, nothing where it is not known."""
    found = {"loss_before": before, "loss_after": after}
    return {name: Evidence(value) for name, value in found.items() if value == value}


CHECK = Check(
    KIND,
    ("warning", "notice"),
    find_grad_explosion,
    GradExplosionLimits,
    follows=("non_finite", "diverging", "spikes"),
    asks="rows once",
)
