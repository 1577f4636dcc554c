"""A learning rate that is not what the configuration asks for: 0, never changing, or still high where its schedule ends.

The logged rate is compared with the configuration, where that gives a rate, a warm-up or a schedule that falls (Hugging Face's
Trainer, MLX-LM, Keras and Ultralytics, and the same names elsewhere). It is a warning where the rate is 0 on ten rows and more,
or where it has been 0 on the last twentieth of the rows with a tenth of the plan to go: nothing is learned then. It is a notice
where it is the same on every row though a tenth of the schedule is over, or where it never rose in a warm-up; and where more than
half of it is left with nine tenths of the plan done, though the schedule ends at 0 with the plan.

When it is wrong: a schedule that was handed to the trainer in the code is in no configuration; and what was logged may not be the
rate of the optimizer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs, Schedule
from trainmon.diagnosis.limits import limit

KIND = "learning_rate"
SAME = 1e-9  # of the rate: closer values are one value
NOTHING = 1e-6  # of the highest rate: with less, nothing is learned
FEWEST_ZEROS = 10  # rows: the first ones of a warm-up, or steps that a loss scaler skips, are 0 as well
ZERO_SHARE, FEWEST_LAST = 0.05, 5  # of the rows, at the end: a schedule that restarts is not 0 for so long
FEWEST_OF_WARM_UP = 3  # rows in a warm-up: a rate that rises shows in them


@dataclass(frozen=True)
class LearningRateLimits:
    """From where on a schedule must have shown."""

    schedule_shows: float = limit(0.1, "of the schedule", "after it, a cosine has fallen by 2 % and a line by 10 %")
    plan_left: float = limit(0.1, "of the plan", "with less to go, a rate of 0 is the end of its schedule")
    still_high: float = limit(0.5, "of the highest rate", "left with a tenth to go; a line has a tenth left there, a cosine 2 %")


def find_learning_rate(inputs: Inputs) -> Iterator[Finding]:
    """Yield what the learning rate does against its configuration; nothing where that says nothing of it."""
    rate, schedule = inputs.learning_rate, inputs.schedule
    if rate is None or schedule is None or not len(rate):
        return
    case, onset = _case(inputs, rate, schedule)
    if not case:
        return
    evidence = {"learning_rate": Evidence(float(rate.values[-1])), "highest": Evidence(float(rate.highest.max()))}
    if schedule.rate is not None:
        evidence["configured"] = Evidence(schedule.rate)
    if case == "no_warm_up":
        evidence["warm_up"] = Evidence(schedule.warm_up, "step")
    if schedule.plan_done == schedule.plan_done:
        evidence["done"] = Evidence(100 * schedule.plan_done, "%")
    evidence["rows"] = Evidence(rate.count, "rows")
    yield Finding(KIND, "warning" if case in ("zero", "early") else "notice", rate.metric, (onset,), evidence, case)


def _case(inputs: Inputs, rate: Curve, schedule: Schedule) -> tuple[str, int]:
    """Return which of its cases it is and the row from which on, "" for none."""
    limits, first = inputs.limits.of(LearningRateLimits), int(rate.rows[0])
    highest, left = float(rate.highest.max()), 1 - schedule.plan_done
    if highest == 0 and rate.lowest.min() == 0:
        return ("zero", first) if rate.count >= FEWEST_ZEROS and (schedule.rate or 0) > 0 else ("", first)
    if highest <= 0:
        return "", first
    nothing = rate.highest <= NOTHING * highest
    last = len(rate) - (int(np.flatnonzero(~nothing)[-1]) + 1)
    if last >= max(FEWEST_LAST, ZERO_SHARE * len(rate)) and left > limits.plan_left:
        return "early", int(rate.rows[-last])
    if rate.count < inputs.limits.shared.fewest_rows:
        return "", first
    if highest - rate.lowest.min() <= SAME * highest:
        return _constant(rate, schedule, limits), first
    high = schedule.to_zero and left <= limits.plan_left and rate.end() > limits.still_high * highest
    return ("high", int(rate.rows[-1])) if high else ("", first)


def _constant(rate: Curve, schedule: Schedule, limits: LearningRateLimits) -> str:
    """Return which change of a rate that never changes has failed to come, "" where none was due."""
    if schedule.falls and schedule.done - schedule.warm_up_share >= limits.schedule_shows:
        return "constant"
    in_warm_up = rate.count * min(1.0, schedule.warm_up_share / schedule.done) if schedule.done > 0 else 0.0
    return "no_warm_up" if in_warm_up >= FEWEST_OF_WARM_UP else ""


CHECK = Check(KIND, ("warning", "notice"), find_learning_rate, LearningRateLimits, asks="rows once")
