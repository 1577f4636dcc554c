"""What is said of a training that was taken up again."""

from __future__ import annotations

from trainmon.wording.findings.sentences import Lines, Sentences, at, loss_of, percent_of
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import learning_rate


def _jump_at_resume(found: Found) -> str:
    rise = f"from {loss_of(found, 'before')} to {loss_of(found, 'after')} (+{percent_of(found, 'rise')})"
    if found.case == "anew":
        return f"{found.metric} begins anew{at(found)}, where the training was resumed: {rise}"
    ended = "; it has come back since" if found.case == "back" else ""
    return f"{found.metric} is higher since the resume{at(found)}: {rise}{ended}"


def _about_jump_at_resume(found: Found) -> Lines:
    weights = "check that the weights of the saved model were loaded (and not the base model alone)"
    optimizer = "load the state of the optimizer, the schedule and the random numbers with the weights"
    order = "check that the data go on where they stopped, and in the same order"
    before, after = found.value("rate_before"), found.value("rate_after")
    if found.case == "anew":
        return (weights, "resume again from the newest saved model", optimizer)
    if before is not None and after is not None:
        rate = f"the learning rate went from {learning_rate(before)} to {learning_rate(after)}: load the state of the schedule"
        return (rate, optimizer, order)
    return (optimizer, order, weights)


JUMP_AT_RESUME = Sentences(
    "Higher after the resume",
    _jump_at_resume,
    _about_jump_at_resume,
    "harder data, or a learning rate that was raised on purpose, lift the loss as well",
    short="Jump at resume",
)
