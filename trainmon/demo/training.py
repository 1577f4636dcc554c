"""The demo's training: real gradients on real data, logged as anyone would log a training of their own."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trainmon import wording
from trainmon.demo import checkpoint
from trainmon.demo.checkpoint import Position, Saved
from trainmon.demo.network import Adam, clip, loss_and_gradients, make_weights, mean_loss
from trainmon.demo.sentences import Dataset, make_dataset
from trainmon.demo.settings import DEFAULT_PACE, DEFAULT_STEPS, Settings, make_settings
from trainmon.errors import UsageError
from trainmon.files.format import METRICS_CSV
from trainmon.tracking.performance import get_available_memory
from trainmon.tracking.tracker import MetricsTracker

Say = Callable[[str], None]

VALIDATION_EXAMPLES = 2_000


def train_demo(
    directory: Path,
    say: Say,
    *,
    steps: int | None = None,
    pace: float = DEFAULT_PACE,
    seed: int | None = None,
    fresh: bool = False,
) -> None:
    """Train in `directory`, at least `pace` seconds a step; an unfinished training there is resumed unless `fresh`."""
    if not (math.isfinite(pace) and pace >= 0):
        raise UsageError(f"--pace is {pace}; it has to be 0 or more seconds.")
    saved = _unfinished(directory)
    if saved is None or fresh:
        saved, settings = None, make_settings(DEFAULT_STEPS if steps is None else steps, seed or 0)
    else:
        settings = _settings_to_resume(saved, steps, seed)
    _introduce(directory, saved, say)
    tracker = MetricsTracker(
        directory,
        config=settings,
        total_steps=settings.max_steps,
        total_epochs=settings.num_epochs,
        resume="allow" if saved else "never",
    )
    with tracker:
        Training(directory, settings, tracker, saved).run(pace, say)


def _introduce(directory: Path, saved: Saved | None, say: Say) -> None:
    say(f"Logging to {directory.absolute()}")
    say(f"Watch it from another terminal: python -m trainmon app {directory}")
    say(f"                            or: python -m trainmon monitor {directory}")
    if saved is not None:
        done, steps = wording.count(saved.position.steps), wording.count(saved.settings.max_steps)
        say(f"Resuming after step {done} of {steps}, from {saved.folder.name}.")


def _unfinished(directory: Path) -> Saved | None:
    saved = checkpoint.newest(directory)
    if saved is None and (directory / METRICS_CSV).exists():
        raise UsageError(f"{directory} holds a training that the demo did not write: name another folder for the demo.")
    return saved if saved is not None and saved.position.steps < saved.settings.max_steps else None


def _settings_to_resume(saved: Saved, steps: int | None, seed: int | None) -> Settings:
    for option, given, stored in (("--steps", steps, saved.settings.max_steps), ("--seed", seed, saved.settings.seed)):
        if given is not None and given != stored:
            raise UsageError(
                f"The unfinished training in {saved.folder.parent} was started with {option} {stored}, not {given}: "
                f"leave {option} out to resume it, or add --fresh to begin a new one."
            )
    return saved.settings


class Training:
    """A training under way: the data, the weights, and how far it is."""

    def __init__(self, directory: Path, settings: Settings, tracker: MetricsTracker, saved: Saved | None) -> None:
        self.directory, self.settings, self.tracker = directory, settings, tracker
        generator = np.random.default_rng(settings.seed)
        self.data = make_dataset(settings.steps_per_epoch * settings.batch_size, generator)
        self.validation = make_dataset(VALIDATION_EXAMPLES, generator)
        self.weights = make_weights(settings.hidden_size, generator)
        self.optimiser = Adam(self.weights)
        self.losses: list[float] = []  # of the epoch under way
        self.started = time.monotonic()
        if saved is not None:
            self.weights, self.optimiser = saved.load()
            self.losses = saved.position.epoch_losses
            self.started -= saved.position.seconds

    def run(self, pace: float, say: Say) -> None:
        """Train to the end of the plan."""
        settings = self.settings
        if self.optimiser.steps == 0:
            self.save(0, 0, self.evaluate())  # a restart must not find only the checkpoints of an older training
        for epoch in range(self.optimiser.steps // settings.steps_per_epoch, settings.num_epochs):
            self.run_epoch(epoch, pace)
            average, validation = float(np.mean(self.losses)), self.evaluate()
            self.tracker.log_epoch(epoch, average, val_loss=validation)
            self.tracker.save_json()
            self.losses = []
            self.save(epoch, settings.epoch_length(epoch) - 1, average)
            say(f"Epoch {epoch + 1} of {settings.num_epochs}: loss {average:.4f}, validation {validation:.4f}.")
        samples = self.optimiser.steps * settings.batch_size
        self.tracker.save_summary(time.monotonic() - self.started, samples, training_config=settings)

    def run_epoch(self, epoch: int, pace: float) -> None:
        """Train to the end of `epoch`, from where the training is."""
        settings = self.settings
        order = np.random.default_rng((settings.seed, epoch)).permutation(len(self.data))
        samples, since = 0, time.monotonic()
        for step in range(self.optimiser.steps - epoch * settings.steps_per_epoch, settings.epoch_length(epoch)):
            due = time.monotonic() + pace
            batch = order[step * settings.batch_size : (step + 1) * settings.batch_size]
            norm = self.train_on(self.data.pick(batch))
            samples += len(batch)
            time.sleep(max(0.0, due - time.monotonic()))
            if step % settings.logging_steps == 0:
                self.log(epoch, step, norm, samples / (time.monotonic() - since))
                samples, since = 0, time.monotonic()

    def train_on(self, batch: Dataset) -> float:
        """Take one step on `batch` and return the norm of the gradient."""
        loss, gradients = loss_and_gradients(self.weights, batch)
        norm = clip(gradients)
        self.optimiser.update(self.weights, gradients, self.rate(self.optimiser.steps))
        self.losses.append(loss)
        return norm

    def rate(self, step: int) -> float:
        """Return the learning rate of a step over all epochs."""
        return self.settings.learning_rate_at(step)

    def memory(self) -> float | None:
        """Return the available memory in MB."""
        return get_available_memory()

    def log(self, epoch: int, step: int, norm: float, samples_per_second: float) -> None:
        """Log the step just taken; now and then with a validation, and then a checkpoint is saved too."""
        evaluated = step > 0 and step % self.settings.eval_steps == 0
        self.tracker.log_step(
            epoch,
            step,
            self.losses[-1],
            val_loss=self.evaluate() if evaluated else None,
            learning_rate=self.rate(self.optimiser.steps - 1),
            memory_mb=self.memory(),
            grad_norm=norm,
            samples_per_second=samples_per_second,
        )
        if evaluated:
            self.save(epoch, step, self.losses[-1])

    def evaluate(self) -> float:
        """Return the mean loss on the sentences that are held out."""
        return mean_loss(self.weights, self.validation)

    def save(self, epoch: int, step: int, loss: float) -> None:
        """Save a checkpoint after `step` of `epoch`, by the loss there."""
        position = Position(self.optimiser.steps, time.monotonic() - self.started, self.losses)
        folder = self.directory / f"checkpoint_epoch{epoch}_step{step}"
        checkpoint.save(folder, self.weights, self.optimiser, self.settings, position, epoch=epoch, step=step, loss=loss)
