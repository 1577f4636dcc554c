"""Values that are no numbers: nan and infinity in a loss or in the gradient norm, or hidden behind a loss of exactly 0.

Every loss that was logged and the gradient norm are looked through. One such loss is enough, and it counts at once: it is an
error where the newest value is one, and a warning where finite ones came after. Gradient norms are an error where the last four
and more are not finite. Where they are at most 1 % of all, or the very first, this is information: a loss scaler (fp16) skips
such steps by itself, and finds its scale by them at the start. Where half of the losses are exactly 0 and half of the gradient
norms or validations are nan, or where the loss is 0 to its end and they are nan since then, the zeros stand for nan: the Hugging
Face Trainer logs them so (`logging_nan_inf_filter`).

When it is wrong: a column that is nan on purpose, for "not computed here", looks the same; leave such a cell blank.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.inputs import Inputs

KIND = "non_finite"
RARE_SHARE = 0.01  # of the gradient norms: fp16 loss scaling skips such steps by itself
MOST_HALVINGS = 16  # from the 65,536 with which PyTorch's GradScaler begins, down to 1
FEW = 20  # rows below which a share says nothing
FEWEST_ZEROS = 3  # losses at the end: fewer may be batches without a label
MOST_IN_SEQUENCE = 3  # gradient norms at the end: more are no single steps any more


def find_non_finite(inputs: Inputs) -> Iterator[Finding]:
    """Yield the non-finite values of the losses and the gradient norm, one finding a metric."""
    hidden = _hidden(inputs)
    if hidden is not None:
        yield hidden
        return
    for each, case in ((inputs.train, "train"), (inputs.evaluation, "eval"), *((one, "eval") for one in inputs.other_losses)):
        if each is not None and len(each.bad_rows):
            yield _finding(inputs, each, case, _severity(each))
    if inputs.grad_norm is not None and len(inputs.grad_norm.bad_rows):
        yield _finding(inputs, inputs.grad_norm, "grad_norm", _of_gradients(inputs.grad_norm))


def _of_gradients(norm: Curve) -> Severity:
    """Return how bad non-finite gradient norms are: a loss scaler skips such steps, rarely, or while it looks for its scale."""
    newest = norm.rows[-1] if len(norm) else -1
    if (norm.bad_rows > newest).sum() > MOST_IN_SEQUENCE:
        return "error"
    opening = int((norm.bad_rows < norm.rows[0]).sum()) if len(norm) else 0
    later = len(norm.bad_rows) - (opening if opening <= MOST_HALVINGS else 0)
    rare = later <= 1 if norm.logged < FEW else later <= max(1, RARE_SHARE * norm.logged)
    return "info" if rare else "warning"


def _severity(of: Curve) -> Severity:
    """Return an error where the newest value is not finite, a warning where finite ones came after."""
    return "error" if of.bad_rows[-1] == of.last_row else "warning"


def _hidden(inputs: Inputs) -> Finding | None:
    """Return the finding of a loss of exactly 0 that stands for nan: Trainer logs it so (logging_nan_inf_filter)."""
    train = inputs.train
    if train is None or not len(train) or not (train.lowest == 0).any():
        return None
    witnesses = [each for each in (inputs.grad_norm, inputs.evaluation) if each is not None and len(each.bad_rows)]
    zeros = train.rows[train.lowest == 0]
    count = sum(len(each.bad_rows) for each in witnesses)
    by_half = witnesses and 2 * len(zeros) >= len(train) and 2 * count >= sum(each.logged for each in witnesses)
    since = _zero_since(train)
    if since is not None and any(each.bad_rows[-1] >= since and not (each.rows >= since).any() for each in witnesses):
        first, zeros = since, zeros[zeros >= since]
        count = sum(int((each.bad_rows >= since).sum()) for each in witnesses)
    elif by_half:
        first = min(int(zeros[0]), int(witnesses[0].bad_rows[0]))
    else:
        return None
    evidence = {"zeros": Evidence(len(zeros) * train.size, "values"), "count": Evidence(count, "values")}
    return Finding(KIND, "error", train.metric, (first,), evidence, "hidden")


def _zero_since(train: Curve) -> int | None:
    """Return the row from which on a loss is exactly 0 to its end, None where these are less than three."""
    other = np.flatnonzero(train.highest != 0)
    begins = int(other[-1]) + 1 if len(other) else 0
    return int(train.rows[begins]) if len(train) - begins >= FEWEST_ZEROS else None


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
