"""The train loss: does it fall, did it turn, and how does it end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.preparation import Curve, Inputs, edge
from trainmon.stats.arrays import Floats
from trainmon.stats.robust import block_medians, noise, noise_around_curve, theil_sen
from trainmon.stats.trend import mann_kendall

TWO_A_BLOCK = 2  # rows: with fewer in a block, the noise of blocks is that of rows
LEAST_TURNED, MOST_TURNED = 0.02, 0.1  # of the rise: around a flat minimum the last row this low is where it turned
TURNED_NOISES = 4.0  # standard errors of the running median: between the two, what is as low as the lowest
HALF = 0.5  # of a rise: what falls below it is on its way back
HEAD, FIRST = 0.02, 20  # of the values, the fewest: where a loss begins, and what tells how noisy that is
ALIKE = 0.6  # of a rise: an earlier one that high, which came down again, makes it ordinary


def find_not_learning(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss that is constant, or that has no trend and never fell."""
    loss, limits = inputs.train, inputs.limits
    if loss is None or len(loss) < limits.fewest_constant:
        return
    if loss.highest.max() - loss.lowest.min() <= limits.constant * abs(float(np.median(loss.values))):
        zero = not loss.values.any()
        evidence = {"value": Evidence(float(loss.values[0])), "rows": Evidence(loss.count, "rows")}
        enough = loss.count >= limits.fewest_rows and not zero
        yield Finding(
            "not_learning", "error" if enough else "warning", loss.metric, (int(loss.rows[0]),),
            {**evidence, **_rate(inputs, loss)}, "zero" if zero else "constant",
        )  # fmt: skip
        return
    if len(loss) < limits.fewest_rows or inputs.adversarial or inputs.still_warming_up:
        return
    gain, head, significant = _gain(loss), loss.start(HEAD) - loss.end(), mann_kendall(loss.blocks) <= -limits.trend_z
    error, untold = _gain_error(loss), limits.untold_percent / 100 * loss.level
    flat = gain < limits.flat_percent / 100 * loss.level
    lost_in_noise = gain < min(limits.flat_noises * error, untold) and error <= untold and not significant
    if (flat or lost_in_noise) and head <= limits.fell_fast_percent / 100 * loss.level + _head_error(loss):
        evidence = {
            "first": Evidence(loss.start(0.2)),
            "last": Evidence(loss.end(0.2)),
            "change": Evidence(-100 * gain / loss.level, "%"),
            "noise": Evidence(100 * loss.noise / loss.level, "%"),
            "rows": Evidence(loss.count, "rows"),
        }
        yield Finding("not_learning", "warning", loss.metric, (int(loss.rows[0]),), {**evidence, **_rate(inputs, loss)}, "flat")


def _gain(loss: Curve) -> float:
    """Return by how much the loss fell: between its outer fifths, or along its Theil-Sen line where that says more."""
    slope = theil_sen(np.arange(len(loss.blocks), dtype=np.float64), loss.blocks)
    return max(loss.start(0.2) - loss.end(0.2), -slope * (len(loss.blocks) - 1))


def _gain_error(loss: Curve) -> float:
    """Return the standard error of the difference between the outer fifths: by the noise of values, or of blocks if larger.

    A median has 1.25 times the error of a mean; neighbours that are alike show in the blocks only.
    """
    by_values = 1.25 * loss.noise * np.sqrt(2 / (len(loss) / 5))
    by_blocks = float(np.nan_to_num(noise(loss.blocks))) * np.sqrt(2 / (len(loss.blocks) / 5))
    return float(max(by_values, by_blocks))


def _head_error(loss: Curve) -> float:
    """Return what the median of the first values may be off by chance: two standard errors, by the larger noise."""
    first = float(np.nan_to_num(noise_around_curve(loss.values[: max(FIRST, len(loss) // 10)])))
    return float(2 * 1.25 * max(loss.noise, first) / np.sqrt(edge(len(loss), HEAD)))


def _rate(inputs: Inputs, loss: Curve, row: int | None = None) -> dict[str, Evidence]:
    """Return the learning rate at a row (its highest where none is given), as evidence; nothing where it was not logged."""
    rate = inputs.learning_rate
    if rate is None or not len(rate):
        return {}
    value = float(rate.values.max()) if row is None else rate.at(row)
    return {"learning_rate": Evidence(value)} if value == value else {}


def find_diverging(inputs: Inputs) -> Iterator[Finding]:
    """Yield a loss that turned and rises, from the step at which it was lowest."""
    loss, limits = inputs.train, inputs.limits
    if loss is None or len(loss) < limits.fewest_rows or inputs.adversarial:
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
        **_rate(inputs, loss, onset),
    }
    if inputs.grad_norm is not None and inputs.grad_norm.at(onset) == inputs.grad_norm.at(onset):
        evidence["grad_norm"] = Evidence(inputs.grad_norm.at(onset))
    yield Finding("diverging", "error" if severe else "warning", loss.metric, (onset,), evidence)


def _least_rise(loss: Curve, scale: float, inputs: Inputs) -> float:
    """Return the rise that a lowest running median and chance alone do not explain."""
    limits, by_values = inputs.limits, loss.noise / np.sqrt(loss.window)
    by_blocks = noise_around_curve(loss.blocks) if len(loss) > TWO_A_BLOCK * len(loss.blocks) else 0.0
    by_chance = max(limits.rise_noises * max(by_values, by_blocks), limits.rise_smooth_noises * loss.smooth_noise)
    return float(max(limits.rise_percent / 100 * scale, by_chance))


def _stays_up(loss: Curve, lowest: float, rise: float, trend: float, inputs: Inputs) -> bool:
    """Return whether the loss stays on the height to which it rose (in parts of the lowest) and is not on its way back."""
    limits = inputs.limits
    high = rise > limits.step_up_percent / 100 or (rise > limits.shift_percent / 100 and trend > -limits.trend_z)
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


def find_ending(inputs: Inputs) -> Iterator[Finding]:
    """Yield how the loss ends: on a plateau (with its schedule or without), or still falling."""
    loss, limits = inputs.train, inputs.limits
    if loss is None or len(loss) < limits.fewest_rows or inputs.adversarial:
        return
    total = loss.start() - float(loss.blocks[-5:].min())
    if total <= limits.flat_percent / 100 * loss.level:
        return
    third, quarter = loss.values[-(len(loss) // 3) :], loss.values[-(len(loss) // 4) :]
    level = float(np.median(third)) if loss.values.min() > 0 else loss.level
    change, late = _change(third), _change(quarter)
    evidence = {"change": Evidence(100 * change / level, "%"), "rows": Evidence(float(len(third) * loss.size), "rows")}
    onset = (int(loss.rows[-len(third)]),)
    small = max(limits.plateau_percent / 100 * level, limits.plateau_of_fall_percent / 100 * total)
    if -max(small, _by_chance(loss, third, level, inputs)) < change < limits.rise_percent / 100 * level:
        rate = inputs.learning_rate
        decayed = rate is not None and len(rate) > 0 and rate.values[-1] < limits.decayed_share * rate.values.max()
        yield Finding(
            "plateau", "info", loss.metric, onset, {**evidence, **_rate(inputs, loss)}, "converged" if decayed else "flat"
        )
        return
    falls = late < -limits.improving_percent / 100 * level and mann_kendall(block_medians(quarter)) < -limits.trend_z
    if falls and _best_at_the_end(inputs.evaluation):
        evidence = {"change": Evidence(100 * late / level, "%"), "rows": Evidence(float(len(quarter) * loss.size), "rows")}
        yield Finding("still_improving", "info", loss.metric, (int(loss.rows[-len(quarter)]),), evidence)


def _by_chance(loss: Curve, last: Floats, level: float, inputs: Inputs) -> float:
    """Return the fall over the last values that noise alone explains, 0 where their trend is significant all the same."""
    limits = inputs.limits
    if mann_kendall(block_medians(last)) < -limits.trend_z:
        return 0.0
    slope_error = loss.noise * np.sqrt(12 / len(last))  # of a straight line, along its whole length
    return float(min(limits.plateau_noise_percent / 100 * level, limits.plateau_noises * slope_error))


def _change(values: Floats) -> float:
    blocks = block_medians(values)
    return theil_sen(np.arange(len(blocks), dtype=np.float64), blocks) * (len(blocks) - 1)


def _best_at_the_end(evaluation: Curve | None) -> bool:
    """Return whether validation was best in its last fifth; True where there is too little of it to say."""
    if evaluation is None or len(evaluation) < 4:
        return True
    return int(np.argmin(evaluation.values)) >= 0.8 * (len(evaluation) - 1)


def find_low_improvement(inputs: Inputs) -> Iterator[Finding]:
    """Yield an improvement that the guide calls bad; a loss that is not above 0 has none in percent."""
    loss, limits = inputs.train, inputs.limits
    if loss is None or len(loss) < limits.fewest_rows or inputs.adversarial or loss.values.min() <= 0:
        return
    first = loss.start()
    gained = 100 * (first - float(loss.smooth.min())) / first
    if gained < limits.low_improvement_percent:
        evidence = {"first": Evidence(first), "best": Evidence(float(loss.smooth.min())), "improvement": Evidence(gained, "%")}
        yield Finding("low_improvement", "info", loss.metric, (), evidence)
