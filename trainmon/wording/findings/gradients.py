"""What is said of the gradient norm."""

from __future__ import annotations

from trainmon.wording.findings.actions import CLIP, WARM_UP, lower_rate
from trainmon.wording.findings.sentences import Lines, Sentences, at, loss_of, restart, since
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import number


def _grad_explosion(found: Found) -> str:
    before, now = number(found.value("before")), number(found.value("now"))
    losses = f"the loss went from {loss_of(found, 'loss_before')} to {loss_of(found, 'loss_after')}"
    if found.case == "jumps":
        many = round(found.value("jumps") or 0)
        first = f"{many} times, first" if many > 1 else "once,"
        highest = number(found.value("highest"))
        return f"{found.metric} jumped {first}{at(found)}, up from {before} to {highest}, and after it {losses}"
    so_far = f", and {losses}" if found.case == "followed" else "; the loss has not followed so far"
    return f"{found.metric} runs away{since(found)}: from {before} to {now}{so_far}"


def _about_grad_explosion(found: Found) -> Lines:
    if found.case == "jumps":
        return (CLIP, f"check the data in the batches at these {found.counted}s (log the ids of the samples)", lower_rate(found))
    return (lower_rate(found), CLIP, WARM_UP, restart(found))


def _but_grad_explosion(found: Found) -> str:
    if found.case == "jumps":
        return "harder data that begin at the same moment lift the norm and the loss as well"
    return "the norm is logged before it is clipped: with clipping, a training may go well with any norm"


GRAD_EXPLOSION = Sentences(
    "Gradients explode", _grad_explosion, _about_grad_explosion, _but_grad_explosion, short="Exploding gradients"
)
