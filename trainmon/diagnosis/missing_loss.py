"""A loss that the training means to log and never did: validations without a train loss, or the reverse.

A plan and validations are there, but no row has a train loss, under whatever name; or the configuration asks for validations
(`eval_steps`, `eval_strategy`, `steps_per_eval`), two of them should have come by now, and none has. What was logged may look
healthy: it is half of the training. Where the newest training of a run logged no loss but 0, an earlier one is judged, and that
is said.

When it is wrong: a training may log its loss elsewhere on purpose, or validate by a score alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs

KIND = "missing_loss"
FEWEST_EXPECTED = 2  # validations: one may be late


def find_missing_loss(inputs: Inputs) -> Iterator[Finding]:
    """Yield the loss that is not there, beside the one that is; `case` says which is missing."""
    if (newer := inputs.newer_empty) is not None:
        which = {"chain": Evidence(newer.chain), "of": Evidence(newer.chains), "rows": Evidence(newer.rows, "rows")}
        yield Finding(KIND, "notice", None, (), which, "newest")
    train, evaluation, expected = inputs.train, inputs.evaluation, inputs.expected_validations
    if evaluation is not None and train is None and inputs.planned and not inputs.other_losses:
        logged = {"evaluations": Evidence(evaluation.count, "evaluations")}
        yield Finding(KIND, "warning", evaluation.metric, (int(evaluation.rows[0]),), logged, "train")
    if train is not None and evaluation is None and not inputs.scores and expected >= FEWEST_EXPECTED:
        missed = {"values": Evidence(train.count, "values"), "expected": Evidence(expected, "evaluations")}
        yield Finding(KIND, "warning", train.metric, (), missed, "eval")


CHECK = Check(KIND, ("warning", "notice"), find_missing_loss, asks="rows once")
