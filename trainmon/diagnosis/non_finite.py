"""Values that are no numbers: nan and infinity in a loss or in the gradient norm, or hidden behind a loss of exactly 0.

Every loss that was logged and the gradient norm are looked through. One such value is enough, and it counts at once: it is an
error where the newest value is one, and a warning where finite ones came after. Where at most 1 % of the gradient norms are
infinite this is information, since fp16 loss scaling skips such steps by itself. Where half of the losses are exactly 0 and half
of the gradient norms or validations are nan, the zeros stand for nan: the Hugging Face Trainer logs them so
(`logging_nan_inf_filter`).

When it is wrong: a column that is nan on purpose, for "not computed here", looks the same; leave such a cell blank.
"""

from __future__ import annotations

from collections.abc import Iterator

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs

KIND = "non_finite"
RARE_SHARE = 0.01  # of the gradient norms: fp16 loss scaling skips such steps by itself
FEW = 20  # rows below which a share says nothing


def find_non_finite(inputs: Inputs) -> Iterator[Finding]:
    """Yield the non-finite values of the losses and the gradient norm, one finding a metric."""
    hidden = _hidden(inputs)
    if hidden is not None:
        yield hidden
        return
    for each, case in ((inputs.train, "train"), (inputs.evaluation, "eval"), *((one, "eval") for one in inputs.other_losses)):
        if each is not None and len(each.bad_rows):
            yield _finding(inputs, each, case, _severity(each))
    gradients = inputs.grad_norm
    if gradients is not None and len(gradients.bad_rows):
        rare = len(gradients.bad_rows) <= max(1, RARE_SHARE * gradients.logged) and gradients.logged >= FEW
        recovered = _severity(gradients) == "warning"
        yield _finding(inputs, gradients, "grad_norm", "info" if rare and recovered else _severity(gradients))


def _severity(of: Curve) -> Severity:
    """Return an error where the newest value is not finite, a warning where finite ones came after."""
    return "error" if of.bad_rows[-1] == of.last_row else "warning"


def _hidden(inputs: Inputs) -> Finding | None:
    """Return the finding of a loss of exactly 0 that stands for nan: Trainer logs it so (logging_nan_inf_filter)."""
    train, gradients, evaluation = inputs.train, inputs.grad_norm, inputs.evaluation
    if train is None or not len(train) or not (train.lowest == 0).any():
        return None
    bad = [each for each in (gradients, evaluation) if each is not None and len(each.bad_rows)]
    zeros = train.rows[train.lowest == 0]
    if not bad or 2 * len(zeros) < len(train) or 2 * sum(len(each.bad_rows) for each in bad) < sum(each.logged for each in bad):
        return None
    first = min(int(zeros[0]), int(bad[0].bad_rows[0]))
    evidence = {"zeros": Evidence(len(zeros), "values"), "count": Evidence(sum(len(each.bad_rows) for each in bad), "values")}
    return Finding(KIND, "error", train.metric, (first,), evidence, "hidden")


def _finding(inputs: Inputs, of: Curve, case: str, severity: Severity) -> Finding:
    first = int(of.bad_rows[0])
    evidence = {"count": Evidence(len(of.bad_rows), "values"), "of": Evidence(of.logged, "values")}
    named = {
        "last_finite": of,
        "learning_rate": inputs.learning_rate,
        "grad_norm": inputs.grad_norm if of is not inputs.grad_norm else None,
    }
    for name, each in named.items():
        value = each.at(first) if each is not None else float("nan")
        if value == value:
            evidence[name] = Evidence(value)
    if severity == "warning":
        evidence["recovered"] = Evidence(float((of.rows > of.bad_rows[-1]).sum() * of.size), "values")
    return Finding(KIND, severity, of.metric, (first,), evidence, case)


CHECK = Check(KIND, ("error", "warning", "info"), find_non_finite, asks="rows once", marked=True)
