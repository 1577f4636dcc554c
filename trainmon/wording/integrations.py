"""What is said to whoever trains with a library that trainmon takes part in."""

from __future__ import annotations

CLOSING_SUMS = "what the Trainer sums up in the end (train_loss, total_flos, its speed), which belongs to no step"
OUTSIDE_TRAINING = "what is measured where no training has begun, since a run begins with its training"


def no_number(name: str) -> str:
    """Return which value has no column, and why."""
    return f"{name!r}, which is not one number"


def left_out(what: str) -> str:
    """Say what is not logged on purpose, the first time that it is not."""
    return f"trainmon leaves out, here and from now on, {what}"
