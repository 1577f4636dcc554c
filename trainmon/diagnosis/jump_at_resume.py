"""A resumed attempt whose loss begins clearly above where the one before it ended, and does not come back at once.

The last 25 losses before each resume are compared with those after it, once it has had three rows (or 2 % of what was trained) to
settle: a short bump is usual where an optimizer begins cold. It is told where their median is 10 % higher and more than noise
explains: a warning while the loss is still half as far up, a notice once it came back, and at first where it is less than twice
that high. Where its first rows are as high as those of the very first attempt, the weights were not loaded, and that is an error
while it lasts.

When it is wrong: harder data or a higher learning rate that begin with the resume, on purpose, lift the loss as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit
from trainmon.stats.arrays import Floats
from trainmon.stats.robust import block_medians, noise, noise_around_curve

KIND = "jump_at_resume"
MOST_RESUMES = 20  # the newest: nobody asks about older ones
BEFORE, AFTER = 25, 15  # losses: their medians are where one attempt ended and the other goes on
FEWEST_BEFORE, FEWEST_AFTER = 8, 5
NEAR_BY = 100  # losses before a resume: their noise is what chance can do there
FEWEST_SURE, TWICE = 10, 2.0  # with fewer losses after it, only twice the least jump is more than a notice
BLOCKS, FEWEST_A_BLOCK = 10, 5  # of these losses: their medians keep what wanders
FIRST = 3  # losses of an attempt: where it begins
SETTLING_ROWS, SETTLING_SHARE = 3, 0.02  # after a resume, at least so many or so much of what was trained before it
STILL_UP = 0.5  # of the rise: what fell below it has come back
ANEW, TOLD_APART = 0.7, 1.3  # of the way back up to the first losses; times the last ones, which must be clearly lower


@dataclass(frozen=True)
class JumpAtResumeLimits:
    """From where on a loss begins clearly above where it ended."""

    jump_percent: float = limit(10.0, "% of the loss before", "a smaller step is that of other data, in another order (trials)")
    jump_noises: float = limit(6.0, "standard errors of the two medians", "a smaller one is chance where neighbours are alike")
    jump_block_noises: float = limit(3.0, "times the noise of block medians", "so is a smaller one where a loss wanders")


def find_jump_at_resume(inputs: Inputs) -> Iterator[Finding]:
    """Yield the resumes after which the loss was clearly higher, one finding each, the newest first."""
    loss = inputs.train
    if loss is None or inputs.adversarial:
        return
    starts = [row for row in inputs.resumes if inputs.first_row < row < inputs.stop_row]
    places = np.searchsorted(loss.rows, [*starts, inputs.stop_row]).tolist()
    for row, (at, stop) in reversed(list(zip(starts, pairwise(places), strict=True))[-MOST_RESUMES:]):
        found = _jump(inputs, loss, row, loss.values[:at], loss.values[at:stop])
        if found is not None:
            yield found


def _jump(inputs: Inputs, loss: Curve, row: int, before: Floats, after: Floats) -> Finding | None:
    """Return the finding of a resume at a row, between the losses [n] before it and those [m] of its attempt."""
    settled = after[max(SETTLING_ROWS, int(SETTLING_SHARE * len(before))) :][:AFTER]
    if len(before) < FEWEST_BEFORE or len(settled) < FEWEST_AFTER:
        return None
    last = before[-min(BEFORE, len(before) // 4 + FEWEST_AFTER) :]
    ended, goes_on, now = float(np.median(last)), float(np.median(settled)), float(np.median(after[-FEWEST_AFTER:]))
    limits, scale = inputs.limits.of(JumpAtResumeLimits), ended if loss.values.min() > 0 else loss.level
    least = max(limits.jump_percent / 100 * scale, _chance(before, 1 / len(last) + 1 / len(settled), limits))
    if goes_on - ended <= least:
        return None
    began, first = loss.start(), float(np.median(after[:FIRST]))
    anew = began > TOLD_APART * ended > 0 and first > ended + ANEW * (began - ended)
    lasts = now > ended + STILL_UP * (goes_on - ended)
    sure = len(settled) >= FEWEST_SURE or goes_on - ended > TWICE * least
    severity: Severity = "notice" if not (lasts and sure) else "error" if anew else "warning"
    evidence = {
        "before": Evidence(ended),
        "after": Evidence(goes_on),
        "rise": Evidence(100 * (goes_on - ended) / scale, "%"),
        "now": Evidence(now),
        **_rates(inputs, row),
    }
    return Finding(KIND, severity, loss.metric, (row,), evidence, "anew" if anew else "" if lasts else "back")


def _chance(before: Floats, shares: float, limits: JumpAtResumeLimits) -> float:
    """Return how far two medians lie apart by chance, by the losses before; `shares` is 1/n + 1/m of what they are made of."""
    near = before[-NEAR_BY:]
    by_values = limits.jump_noises * float(np.nan_to_num(noise(near))) * np.sqrt(shares)
    if len(near) < FEWEST_A_BLOCK * BLOCKS:
        return float(by_values)
    return float(max(by_values, limits.jump_block_noises * np.nan_to_num(noise_around_curve(block_medians(near, BLOCKS)))))


def _rates(inputs: Inputs, row: int) -> dict[str, Evidence]:
    """Return the learning rate on both sides of a resume where it is another one, as evidence."""
    rate = inputs.learning_rate
    if rate is None:
        return {}
    before, after = rate.at(row - 1), rate.values[np.searchsorted(rate.rows, row) :][:FIRST]
    higher = float(after.max()) if len(after) else float("nan")
    return {"rate_before": Evidence(before), "rate_after": Evidence(higher)} if higher > 1.5 * before > 0 else {}


CHECK = Check(KIND, ("error", "warning", "notice"), find_jump_at_resume, JumpAtResumeLimits, asks="rows once", marked=True)
