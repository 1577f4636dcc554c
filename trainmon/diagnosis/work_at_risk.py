"""Hours of work since the last saved model, in a training that used to save more often.

The steps since the newest saved model are compared with the usual ones between two: those of the configuration, else of at least
three models at even steps. Twice as many are a notice, and three times as many a warning, once they are worth half an hour. Of a
run that broke off it is a notice, since that work is lost. Nothing is said of runs that never saved a model, or did all that they
meant to, nor where the newest model is the best one and no rhythm is configured: then it may be that only the best is saved.

When it is wrong: the models may be moved elsewhere as soon as they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit

KIND = "work_at_risk"
GOES_ON = ("running", "silent")
BROKE_OFF = ("interrupted", "failed", "ended")


@dataclass(frozen=True)
class WorkAtRiskLimits:
    """How much later than usual a model has to be, and what it has to be worth."""

    late_times: float = limit(2.0, "times the usual gap", "one model that failed or took long is no loss")
    very_late_times: float = limit(3.0, "times the usual gap", "a warning from here: saving has stopped")
    least_unsaved_minutes: float = limit(30.0, "minutes", "less work is done again faster than it is thought about")


def find_work_at_risk(inputs: Inputs) -> Iterator[Finding]:
    """Yield the work since the newest saved model where that is overdue, from its first row on."""
    unsaved, state, limits = inputs.unsaved, inputs.state, inputs.limits.of(WorkAtRiskLimits)
    if unsaved is None or state is None or state.complete or state.word not in (*GOES_ON, *BROKE_OFF):
        return
    if unsaved.steps <= limits.late_times * unsaved.usual or unsaved.seconds < 60 * limits.least_unsaved_minutes:
        return
    evidence = {
        "unsaved": Evidence(unsaved.seconds, "s"),
        "unsaved_steps": Evidence(unsaved.steps, "step"),
        "usual": Evidence(unsaved.usual, "step"),
        "saved_at": Evidence(unsaved.place, "step"),
    }
    loud = state.word in GOES_ON and unsaved.steps > limits.very_late_times * unsaved.usual
    case = "" if state.word in GOES_ON else "lost"
    yield Finding(KIND, "warning" if loud else "notice", None, (unsaved.row,), evidence, case)


CHECK = Check(KIND, ("warning", "notice"), find_work_at_risk, WorkAtRiskLimits, asks="state")
