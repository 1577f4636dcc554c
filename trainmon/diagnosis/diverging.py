"""A train loss that turned and rises, from the step at which it was lowest.

The lowest point of its running median is compared with its last rows. It is diverging where it ends more than 10 % above that
point and further than noise explains, and where one of three things holds: it ends above where it began, it rises all along, or
it stays on the height to which it jumped. From a rise of 100 % on it is an error; 20 % are enough where it ends above its
beginning, because then it has lost what it learned. Warm restarts and rises like one that came down before are left alone, and so
is a validation that rises by itself, which is overfitting.

It is a notice as soon as the newest values lie above the stretches of as many values before them, by 4 times the noise of such
stretches and by 10 %. An alarm asks for 30 %, or for 15 % that lasts for a third of the run. With fewer than 20 values, the last
three have to lie half as high again as the lowest, and to rise since it by 8 times the noise.

When it is wrong: a switch to harder data or a learning rate that was raised on purpose lifts a loss as well; it comes down again,
and then this is no longer found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.evidence import learning_rate
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats
from trainmon.stats.change import newest_rise
from trainmon.stats.robust import block_medians, noise, noise_around_curve
from trainmon.stats.smoothing import running_median
from trainmon.stats.trend import kendall_tau, mann_kendall

KIND = "diverging"
TWO_A_BLOCK = 2  # rows: with fewer in a block, the noise of blocks is that of rows
LEAST_TURNED, MOST_TURNED = 0.02, 0.1  # of the rise: around a flat minimum the last row this low is where it turned
TURNED_NOISES = 4.0  # standard errors of the running median: between the two, what is as low as the lowest
HALF = 0.5  # of a rise: what falls below it is on its way back
LAST = 3  # values whose median is where a short run ends
RATE_ROSE, RATE_RISES = 5, 1.02  # a learning rate that rose at all in the last fifth of the rows explains a new rise
FEW_TAU = 0.6  # Kendall's: few values have to rise more steadily than to and fro
ALIKE = 0.6  # of a rise: an earlier one that high, which came down again, makes it ordinary


@dataclass(frozen=True)
class DivergingLimits:
    """From where on a loss rises, stays up, and has lost what it learned."""

    rise_percent: float = limit(10.0, "% of the lowest", "a smaller rise is drift and noise (trials)")
    rise_noises: float = limit(
        5.0, "times the noise of the running median", "a smaller rise is chance: of many points, the lowest was chosen"
    )
    rise_smooth_noises: float = limit(
        3.1, "times its noise from window to window", "the same where neighbours are alike, which the trend inflates"
    )
    rise_z: float = limit(1.64, "z (Mann-Kendall)", "from here it rises all along: 5 %, as the size has been judged already")
    step_up_percent: float = limit(30.0, "% of the lowest", "a jump so high that stays is a divergence without a trend")
    shift_percent: float = limit(15.0, "% of the lowest", "so is a lower one, where the loss does not fall again after it")
    much_percent: float = limit(20.0, "% of the lowest", "an error from here where it ends above its beginning: it has unlearned")
    alarm_clear: float = limit(
        1.2, "times what chance explains", "an alarm from here, and 30 % high: less may go away again (trials)"
    )
    long_clear: float = limit(1.6, "times what chance explains", "or from here, 15 % high, where it lasts ...")
    long_share: float = limit(0.33, "of the rows", "... for so long: bumps of a learning rate last up to a quarter")
    newest_rise_noises: float = limit(
        4.0, "times the noise of such stretches", "the newest stretch rose: of many looks, chance reaches 4"
    )
    fewest_few: int = limit(6, "values", "needed where there are fewer than 20: three on the way down, three on the way up")
    few_percent: float = limit(50.0, "% of the lowest", "they have to rise by more than of many")
    few_noises: float = limit(8.0, "times the noise", "and so much further than noise explains")
    twice_percent: float = limit(100.0, "% of the lowest", "an error from here in any case: the model is worth less than half")


def find_diverging(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss that turned and rises, from the step at which it was lowest; else one whose newest part rose."""
    loss = inputs.train
    if loss is None or inputs.adversarial:
        return
    if len(loss) < inputs.limits.shared.fewest_rows:
        found = _in_few(inputs, loss)
    else:
        found = _over_all(inputs, loss) or _in_newest(inputs, loss)
    if found is not None:
        yield found


def _over_all(inputs: Inputs, loss: Curve) -> Finding | None:
    limits, skipped = inputs.limits.of(DivergingLimits), min(inputs.warm_up(loss), len(loss) // 2)
    smooth = loss.smooth[skipped:]
    low = int(np.argmin(smooth))
    rest, start = loss.values[skipped + low :], loss.start()
    rise, scale = loss.end() - float(smooth[low]), _scale(loss, float(smooth[low]))
    chance = _chance(loss, inputs)
    if len(rest) <= max(3, int(0.05 * len(loss))) or rise <= max(limits.rise_percent / 100 * scale, chance):
        return None
    above_start = loss.end() > max(start, loss.start(0.2))
    trend = mann_kendall(block_medians(rest))
    if not (above_start or trend > limits.rise_z or _stays_up(loss, float(smooth[low]), rise / scale, trend, inputs)):
        return None
    if _restarted(inputs, loss, skipped + low) or _happened_before(smooth, low, rise):
        return None
    turn = low + int(np.flatnonzero(smooth[low:] <= smooth[low] + _alike(loss, skipped + low, rise))[-1])
    much = limits.much_percent if above_start else limits.twice_percent
    severity: Severity = "error" if rise > much / 100 * scale else "warning"
    if not _proven(limits, rise / scale, rise / chance if chance else np.inf, (len(smooth) - turn) / len(loss)):
        severity = "notice"
    return _finding(inputs, loss, severity, skipped + turn, (float(smooth[low]), loss.end()))


def _in_newest(inputs: Inputs, loss: Curve) -> Finding | None:
    """Return a notice where the newest values lie above those before them, though the lowest may be among the newest."""
    limits, change = inputs.limits.of(DivergingLimits), newest_rise(loss.values)
    if change is None or change.noises <= limits.newest_rise_noises:
        return None
    begin, rise, skipped = len(loss) - change.count, change.now - change.before, inputs.warm_up(loss)
    if begin <= skipped or rise <= limits.rise_percent / 100 * _scale(loss, change.before):
        return None
    smooth = running_median(loss.values[skipped:begin], change.count | 1)
    as_low = np.flatnonzero(smooth <= change.before + MOST_TURNED * rise)
    turn = int(as_low[-1]) if len(as_low) else 0
    rate_since = max(0, begin - len(loss) // RATE_ROSE)
    if _restarted(inputs, loss, rate_since, RATE_RISES) or _happened_before(smooth, turn, rise):
        return None
    return _finding(inputs, loss, "notice", skipped + turn, (change.before, change.now), "newest")


def _in_few(inputs: Inputs, loss: Curve) -> Finding | None:
    """Return what a dozen values prove: that the last three lie far above the lowest, and that they rise since it."""
    limits, values = inputs.limits.of(DivergingLimits), loss.values
    if len(values) < limits.fewest_few:
        return None
    low = int(np.argmin(values))
    end, scale = float(np.median(values[-LAST:])), _scale(loss, float(values[low]))
    rise, chance = end - float(values[low]), limits.few_noises * float(np.nan_to_num(noise_around_curve(values)))
    after = values[low + 1 :]
    if len(after) < LAST or rise <= max(limits.few_percent / 100 * scale, chance) or kendall_tau(values[low:]) < FEW_TAU:
        return None
    severe = end > values[0] or rise > limits.twice_percent / 100 * scale
    return _finding(inputs, loss, "error" if severe else "warning", low, (float(values[low]), end))


def _finding(inputs: Inputs, loss: Curve, severity: Severity, onset: int, values: tuple[float, float], case: str = "") -> Finding:
    row, (lowest, now) = int(loss.rows[onset]), values
    evidence = {
        "lowest": Evidence(lowest),
        "now": Evidence(now),
        "rise": Evidence(100 * (now - lowest) / _scale(loss, lowest), "%"),
        "noise": Evidence(loss.noise),
        **learning_rate(inputs, row),
    }
    if inputs.grad_norm is not None and inputs.grad_norm.at(row) == inputs.grad_norm.at(row):
        evidence["grad_norm"] = Evidence(inputs.grad_norm.at(row))
    return Finding(KIND, severity, loss.metric, (row,), evidence, case)


def _scale(loss: Curve, lowest: float) -> float:
    return abs(lowest) if loss.values.min() > 0 else loss.level


def _proven(limits: DivergingLimits, rise: float, noises: float, since: float) -> bool:
    """Return whether a rise is one to be alarmed by: tall and clear, or lower and there for a long part of the run."""
    tall = rise > limits.step_up_percent / 100 and noises > limits.alarm_clear
    long = rise > limits.shift_percent / 100 and noises > limits.long_clear and since > limits.long_share
    return tall or long


def _chance(loss: Curve, inputs: Inputs) -> float:
    """Return the rise that a lowest running median and chance alone explain."""
    limits, by_values = inputs.limits.of(DivergingLimits), loss.noise / np.sqrt(loss.window)
    by_blocks = noise_around_curve(loss.blocks) if len(loss) > TWO_A_BLOCK * len(loss.blocks) else 0.0
    return float(max(limits.rise_noises * max(by_values, by_blocks), limits.rise_smooth_noises * loss.smooth_noise))


def _stays_up(loss: Curve, lowest: float, rise: float, trend: float, inputs: Inputs) -> bool:
    """Return whether the loss stays on the height to which it rose (in parts of the lowest) and is not on its way back."""
    limits, falls = inputs.limits.of(DivergingLimits), trend <= -inputs.limits.shared.trend_z
    high = rise > limits.step_up_percent / 100 or (rise > limits.shift_percent / 100 and not falls)
    last = loss.smooth[-max(3, len(loss) // 10) :]
    return high and bool((last > lowest + HALF * (loss.end() - lowest)).all())


def _alike(loss: Curve, low: int, rise: float) -> float:
    """Return how far above the lowest running median a value still is as low as it: by the noise around that place."""
    around = loss.values[max(0, low - loss.window) : low + loss.window + 1]
    chance = TURNED_NOISES * float(np.nan_to_num(noise(around))) / np.sqrt(loss.window)
    return float(np.clip(chance, LEAST_TURNED * rise, MOST_TURNED * rise))


def _restarted(inputs: Inputs, loss: Curve, low: int, factor: float = 1.5) -> bool:
    """Return whether the learning rate rose after the lowest point: a warm restart lifts the loss, and it falls again."""
    rate = inputs.learning_rate
    if rate is None or not len(rate):
        return False
    since = rate.values[np.searchsorted(rate.rows, loss.rows[low]) :]
    before = rate.at(int(loss.rows[low]))
    return bool(len(since) and since.max() > factor * before and loss.end() < loss.start())


def _happened_before(smooth: Floats, low: int, rise: float) -> bool:
    """Return whether the loss rose like this before and came back below where it had been: restarts, staircases.

    `rise` is in parts of the lowest value where the loss is above 0: early noise is as large as early losses are.
    """
    before = smooth[: low + 1]
    lowest = np.minimum.accumulate(before)
    risen = (before - lowest) / (lowest if lowest.min() > 0 else 1.0)
    return bool(risen.max() > ALIKE * rise / (lowest[-1] if lowest.min() > 0 else 1.0))


CHECK = Check(KIND, ("error", "warning", "notice"), find_diverging, DivergingLimits, follows=("non_finite",), marked=True)
