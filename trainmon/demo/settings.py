"""What the demo trains with: how long, and the numbers that a training's configuration holds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trainmon.errors import UsageError

DEFAULT_STEPS = 1_800  # at the default pace about three minutes
DEFAULT_PACE = 0.1  # seconds a step
EPOCHS = 6
MAX_STEPS_AN_EPOCH = 500  # so that the data of a very long training still fits in memory: it has more epochs
LOGS_AN_EPOCH = 60
EVALUATIONS_AN_EPOCH = 3


@dataclass(frozen=True)
class Settings:
    """The configuration of one training; `max_steps` counts over all epochs."""

    max_steps: int
    seed: int
    num_epochs: int
    steps_per_epoch: int
    logging_steps: int
    eval_steps: int
    batch_size: int = 64
    hidden_size: int = 96
    learning_rate: float = 3e-3
    warmup_steps: int = 20

    def learning_rate_at(self, step: int) -> float:
        """Return the learning rate of a step (over all epochs): a short warm-up, then a cosine down to a tenth."""
        if step < self.warmup_steps:
            return self.learning_rate * (step + 1) / self.warmup_steps
        along = (step - self.warmup_steps) / max(self.max_steps - self.warmup_steps, 1)
        return self.learning_rate * (0.55 + 0.45 * math.cos(math.pi * min(along, 1)))

    def epoch_length(self, epoch: int) -> int:
        """Return how many steps `epoch` has; only the last may be shorter."""
        return min(self.steps_per_epoch, self.max_steps - epoch * self.steps_per_epoch)


def make_settings(steps: int, seed: int) -> Settings:
    """Return the settings of a training of `steps` steps."""
    if steps < 1:
        raise UsageError(f"--steps is {steps}; a training needs at least 1.")
    if seed < 0:
        raise UsageError(f"--seed is {seed}; it has to be 0 or more.")
    an_epoch = min(math.ceil(steps / EPOCHS), MAX_STEPS_AN_EPOCH)
    logging = max(1, an_epoch // LOGS_AN_EPOCH)
    evaluating = max(1, an_epoch // EVALUATIONS_AN_EPOCH // logging) * logging  # on rows that are logged anyway
    return Settings(steps, seed, math.ceil(steps / an_epoch), an_epoch, logging, evaluating)
