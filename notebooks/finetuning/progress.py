"""How far a training is, and whether it should stop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass
class Progress:
    """Where a training stands: `done` of its `total_steps`, the best validation after `best_done`, and `worse` ones since then.

    `losses` are those of the epoch under way; `ended` says why the training ended before its last step.
    """

    settings: Mapping[str, Any]
    total_steps: int
    done: int = 0
    losses: list[float] = field(default_factory=list)
    best_loss: float = math.inf
    best_done: int = 0
    worse: int = 0
    ended: str | None = None

    def validated(self, loss: float) -> bool:
        """Take a validation loss and say whether it is the best so far."""
        better = loss < self.best_loss  # not a number is never better
        if better:
            self.best_loss, self.best_done, self.worse = loss, self.done, 0
        else:
            self.worse += 1
        return better

    @property
    def over(self) -> bool:
        """True where no step is to come."""
        return self.ended is not None or self.done >= self.total_steps

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        return self.ended or f"went through {self.done} of {self.total_steps} steps"

    def going_on(self, settings: Mapping[str, Any], total_steps: int) -> Progress:
        """Return the progress of a training that goes on from here, perhaps with other settings and after an early stop."""
        return replace(self, settings=settings, total_steps=total_steps, ended=None, worse=0 if self.ended else self.worse)

    def stops_early(self, patience: int | None) -> bool:
        """Say whether there were so many validations without a better one, and remember why the training ends here."""
        if patience is None or self.worse < patience or self.over:
            return False
        self.ended = (
            f"stopped early after {self.done} of {self.total_steps} steps: {self.worse} validations in a row were no better "
            f"than {self.best_loss:.4f}, after {self.best_done} steps"
        )
        return True
