"""A train loss that turned and rises, from the step at which it was lowest.

The lowest point of its running median is compared with its last rows. It is diverging where it ends more than 10 % above that
point and further than noise explains, and where one of three things holds: it ends above where it began, it rises all along, or
it stays on the height to which it jumped. From a rise of 100 % on it is an error; 20 % are enough where it ends above its
beginning, because then it has lost what it learned. Warm restarts and rises like one that came down before are left alone, and so
is a validation that rises by itself, which is overfitting.

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
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats
from trainmon.stats.robust import block_medians, noise, noise_around_curve
from trainmon.stats.trend import mann_kendall

KIND = "diverging"
TWO_A_BLOCK = 2  # rows: with fewer in a block, the noise of blocks is that of rows
LEAST_TURNED, MOST_TURNED = 0.02, 0.1  # of the rise: around a flat minimum the last row this low is where it turned
TURNED_NOISES = 4.0  # standard errors of the running median: between the two, what is as low as the lowest
HALF = 0.5  # of a rise: what falls below it is on its way back
ALIKE = 0.6  # of a rise: an earlier one that high, which came down again, makes it ordinary


@dataclass(frozen=True)
class DivergingLimits:
    """From where on a loss rises, stays up, and has lost what it learned."""

    rise_percent: float = limit(10.0, "% of the lowest", "a smaller rise is drift and noise (trials)")
    rise_noises: float = limit(
        4.0, "times the noise of the running median", "a smaller rise is chance: of many points, the lowest was chosen"
    )
    rise_smooth_noises: float = limit(
        2.5, "times its noise from window to window", "the same where neighbours are alike, which the trend inflates"
    )
    rise_z: float = limit(1.64, "z (Mann-Kendall)", "from here it rises all along: 5 %, as the size has been judged already")
    step_up_percent: float = limit(30.0, "% of the lowest", "a jump so high that stays is a divergence without a trend")
    shift_percent: float = limit(15.0, "% of the lowest", "so is a lower one, where the loss does not fall again after it")
    much_percent: float = limit(20.0, "% of the lowest", "an error from here where it ends above its beginning: it has unlearned")
    twice_percent: float = limit(100.0, "% of the lowest", "an error from here in any case: the model is worth less than half")


def find_diverging(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss that turned and rises, from the step at which it was lowest."""
    loss, limits = inputs.train, inputs.limits.of(DivergingLimits)
    if loss is None or len(loss) < inputs.limits.shared.fewest_rows or inputs.adversarial:
        return
    skipped = min(inputs.warm_up(loss), len(loss) // 2)
    smooth = loss.smooth[skipped:]
    low = int(np.argmin(smooth))
    rest, start = loss.values[skipped + low :], loss.start()
    rise = loss.end() - float(smooth[low])
    scale = abs(float(smooth[low])) if loss.values.min() > 0 else loss.level
    last = max(3, int(0.05 * len(loss)))
    if len(rest) <= last or rise <= _least_rise(loss, scale, inputs):
        return
    above_start = loss.end() > max(start, loss.start(0.2))
    trend = mann_kendall(block_medians(rest))
    if not (above_start or trend > limits.rise_z or _stays_up(loss, float(smooth[low]), rise / scale, trend, inputs)):
        return
    if _restarted(inputs, loss, skipped + low) or _happened_before(smooth, low, rise):
        return
    turn = low + int(np.flatnonzero(smooth[low:] <= smooth[low] + _alike(loss, skipped + low, rise))[-1])
    onset = int(loss.rows[skipped + turn])
    much = limits.much_percent if above_start else limits.twice_percent
    severe = rise > much / 100 * scale
    evidence = {
        "lowest": Evidence(float(smooth[low])),
        "now": Evidence(loss.end()),
        "rise": Evidence(100 * rise / scale, "%"),
        "noise": Evidence(loss.noise),
        **learning_rate(inputs, onset),
    }
    if inputs.grad_norm is not None and inputs.grad_norm.at(onset) == inputs.grad_norm.at(onset):
        evidence["grad_norm"] = Evidence(inputs.grad_norm.at(onset))
    yield Finding(KIND, "error" if severe else "warning", loss.metric, (onset,), evidence)


def _least_rise(loss: Curve, scale: float, inputs: Inputs) -> float:
    """Return the rise that a lowest running median and chance alone do not explain."""
    limits, by_values = inputs.limits.of(DivergingLimits), loss.noise / np.sqrt(loss.window)
    by_blocks = noise_around_curve(loss.blocks) if len(loss) > TWO_A_BLOCK * len(loss.blocks) else 0.0
    by_chance = max(limits.rise_noises * max(by_values, by_blocks), limits.rise_smooth_noises * loss.smooth_noise)
    return float(max(limits.rise_percent / 100 * scale, by_chance))


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


def _restarted(inputs: Inputs, loss: Curve, low: int) -> bool:
    """Return whether the learning rate rose after the lowest point: a warm restart lifts the loss, and it falls again."""
    rate = inputs.learning_rate
    if rate is None or not len(rate):
        return False
    since = rate.values[np.searchsorted(rate.rows, loss.rows[low]) :]
    before = rate.at(int(loss.rows[low]))
    return bool(len(since) and since.max() > 1.5 * before and loss.end() < loss.start())


def _happened_before(smooth: Floats, low: int, rise: float) -> bool:
    """Return whether the loss rose like this before and came back below where it had been: restarts, staircases.

    `rise` is in parts of the lowest value where the loss is above 0: early noise is as large as early losses are.
    """
    before = smooth[: low + 1]
    lowest = np.minimum.accumulate(before)
    risen = (before - lowest) / (lowest if lowest.min() > 0 else 1.0)
    return bool(risen.max() > ALIKE * rise / (lowest[-1] if lowest.min() > 0 else 1.0))


CHECK = Check(KIND, ("error", "warning"), find_diverging, DivergingLimits, follows=("non_finite",), marked=True)
