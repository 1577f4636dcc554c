"""The demo's training with a fault in its middle: `python -m benchmarks.app.planted KIND FOLDER [--steps N] [--pace S]`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from trainmon.demo.network import Adam
from trainmon.demo.sentences import Dataset
from trainmon.demo.settings import Settings, make_settings
from trainmon.demo.training import Training
from trainmon.tracking.tracker import MetricsTracker

STEPS, PACE = 1_200, 0.1
MB_A_ROW, FEW_MB = 40.0, 500.0  # what a leak takes, and what is left where memory is low
BY_HEART = 4  # batches, which are trained on again and again


class Planted(Training):
    """A training in which nothing is wrong up to the middle of its plan."""

    def __init__(self, directory: Path, settings: Settings, tracker: MetricsTracker) -> None:
        super().__init__(directory, settings, tracker, None)
        self.available, self.norm = 20_000.0, 1.0
        self.set_rate: float | None = None

    @property
    def ill(self) -> bool:
        """True from the middle on."""
        return self.optimiser.steps >= self.settings.max_steps // 2

    def train_on(self, batch: Dataset) -> float:
        """Take one step, with what is planted before it."""
        return super().train_on(self.plant(batch) if self.ill else batch) * self.norm

    def plant(self, batch: Dataset) -> Dataset:
        """Do what is wrong in this step, and return the batch to train on."""
        return batch

    def rate(self, step: int) -> float:
        """Return the learning rate that was set, that of the schedule where none was."""
        return super().rate(step) if self.set_rate is None else self.set_rate

    def memory(self) -> float:
        """Return memory that is what it was, but for a little noise."""
        return self.available * (1 + 0.005 * float(np.random.default_rng(self.optimiser.steps).standard_normal()))


class Diverging(Planted):
    """A learning rate that is set a hundred times too high."""

    def plant(self, batch: Dataset) -> Dataset:
        """Raise the learning rate."""
        self.set_rate = 100 * self.settings.learning_rate
        return batch


class NonFinite(Planted):
    """A weight that overflows."""

    def plant(self, batch: Dataset) -> Dataset:
        """Make one weight nan."""
        self.weights["output_bias"][0] = np.nan
        return batch


class Overfitting(Planted):
    """Four batches, which are learned by heart."""

    def plant(self, batch: Dataset) -> Dataset:
        """Take one of the four batches."""
        self.set_rate = self.settings.learning_rate
        start = self.settings.batch_size * (self.optimiser.steps % BY_HEART)
        return self.data.pick(np.arange(start, start + self.settings.batch_size))


class Spikes(Planted):
    """A row now and then of a batch that is like no other."""

    def log(self, epoch: int, step: int, norm: float, samples_per_second: float) -> None:
        """Log six times the loss every fortieth row."""
        if self.ill and step // self.settings.logging_steps % 40 == 5:
            self.losses[-1] *= 6
        super().log(epoch, step, norm, samples_per_second)


class NotLearning(Planted):
    """A learning rate of 0 from the first step on."""

    def __init__(self, directory: Path, settings: Settings, tracker: MetricsTracker) -> None:
        super().__init__(directory, settings, tracker)
        self.set_rate = 0.0


class MemoryLeak(Planted):
    """Lists that grow at every step."""

    def plant(self, batch: Dataset) -> Dataset:
        """Take some memory."""
        self.available -= MB_A_ROW / self.settings.logging_steps
        return batch


class LowMemory(Planted):
    """Another program that takes nearly all memory."""

    def plant(self, batch: Dataset) -> Dataset:
        """Take nearly all memory."""
        self.available = FEW_MB
        return batch


class ThroughputDrop(Planted):
    """A step that takes twice its time."""

    def plant(self, batch: Dataset) -> Dataset:
        """Wait."""
        time.sleep(2 * PACE)
        return batch


class GradExplosion(Planted):
    """Gradients that grow from step to step, which clipping hides from the loss."""

    def plant(self, batch: Dataset) -> Dataset:
        """Let the logged norm grow."""
        self.norm = min(1e6, self.norm * 1.05)
        return batch


class JumpAtResume(Planted):
    """A training that goes on without what its optimiser knew, and with a part of its weights lost."""


KINDS: dict[str, type[Planted]] = {
    "diverging": Diverging, "non_finite": NonFinite, "overfitting": Overfitting, "spikes": Spikes, "not_learning": NotLearning,
    "memory_leak": MemoryLeak, "low_memory": LowMemory, "throughput_drop": ThroughputDrop, "grad_explosion": GradExplosion,
    "jump_at_resume": JumpAtResume,
}  # fmt: skip


def train(kind: str, directory: Path, steps: int, pace: float) -> None:
    """Train in `directory`; a jump at a resume needs two attempts, the others one."""
    settings = make_settings(steps, 0)
    parts = 2 if kind == "jump_at_resume" else 1
    weights = None
    for part in range(parts):
        with MetricsTracker(directory, config=settings, total_steps=steps, resume="allow" if part else "never") as tracker:
            training = KINDS[kind](directory, settings, tracker)
            if weights is not None:
                training.weights = {name: value * (0.2 if name == "output" else 1) for name, value in weights.items()}
                training.optimiser = Adam(training.weights, steps=settings.steps_per_epoch * (settings.num_epochs // 2))
            half = settings.num_epochs // 2 if parts == 2 else settings.num_epochs
            for epoch in range(half * part, half * (part + 1)):
                training.run_epoch(epoch, pace)
            weights = training.weights


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--pace", type=float, default=PACE, help="seconds a step")
    options = parser.parse_args()
    train(options.kind, options.folder, options.steps, options.pace)
