"""The figures of a chain as running sums: what the summary says, and where the model was best."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

BEST_WEIGHT = 0.6  # how strongly the train loss is smoothed before its lowest point counts as the best
FEWEST_VALIDATIONS = 2  # a single validation says nothing about which checkpoint is best
BY_VALIDATION, BY_TRAIN = "validation loss", "smoothed train loss"


class BestPoint(NamedTuple):
    """Where a model was best, and by what: the value is that loss there; None where nothing was logged."""

    by: str
    value: float | None
    epoch: float | None
    step: float | None


class LossSums:
    """First, final, best, worst and mean of a loss that comes value by value; all but `latest` are over finite values.

    `filled` is False while every value is 0: such a loss was never filled in, and its figures mean nothing. `smooth` is where
    the smoothed loss was lowest: the debiased exponential moving average that starts anew behind a value that is not finite and
    at a restart (Kingma & Ba 2015, section 3; `trainmon.stats.smoothing.ema` is the same of arrays).
    """

    __slots__ = ("_sum", "_weight", "best", "best_epoch", "best_step", "filled", "final", "finite", "first", "latest", "logged",
                 "smooth", "smooth_epoch", "smooth_step", "total", "worst")  # fmt: skip

    def __init__(self) -> None:
        self.logged = self.finite = 0
        self.filled = False
        self.total = 0.0
        self.latest: float | None = None
        self.first: float | None = None
        self.final: float | None = None
        self.best: float | None = None
        self.worst: float | None = None
        self.best_epoch: float | None = None
        self.best_step: float | None = None
        self.smooth: float | None = None
        self.smooth_epoch: float | None = None
        self.smooth_step: float | None = None
        self.restart()

    def restart(self) -> None:
        """Begin the smoothed loss anew."""
        self._sum = self._weight = 0.0

    def add(self, value: float, epoch: float | None, step: float | None) -> None:
        """Take the next value, with the epoch and step of its row."""
        self.logged += 1
        self.latest = value
        if value:
            self.filled = True
        if not math.isfinite(value):
            self.restart()
            return
        self._sum, self._weight = BEST_WEIGHT * self._sum + value, BEST_WEIGHT * self._weight + 1
        smooth = self._sum / self._weight
        if self.smooth is None or smooth < self.smooth:
            self.smooth, self.smooth_epoch, self.smooth_step = smooth, epoch, step
        self.finite += 1
        self.total += value
        self.final = value
        if self.best is None or self.worst is None:
            self.first = self.best = self.worst = value
            self.best_epoch, self.best_step = epoch, step
        elif value < self.best:
            self.best, self.best_epoch, self.best_step = value, epoch, step
        elif value > self.worst:
            self.worst = value

    @property
    def mean(self) -> float | None:
        """The mean of the finite values, None where there are none."""
        return self.total / self.finite if self.finite else None

    @property
    def improvement(self) -> float | None:
        """First minus final finite value, None where there are none."""
        return None if self.first is None or self.final is None else self.first - self.final

    @property
    def improvement_percent(self) -> float | None:
        """The improvement in percent of the absolute first value, None where that is 0 or missing."""
        return None if self.improvement is None or not self.first else 100 * self.improvement / abs(self.first)


_NO_LOSS = LossSums()


class GlobalStep:
    """The step that never goes back within a chain, from its train rows one by one.

    Where the step starts again, an offset grows by the last step before, plus the logging interval where it starts at 0
    (the guide's loop logs 0, 50, 100, ...). The interval is the distance that most steps keep (Boyer and Moore's vote:
    two numbers of memory).
    """

    __slots__ = ("_epoch", "_interval", "_offset", "_step", "_votes", "value")

    def __init__(self) -> None:
        self.value: float | None = None
        self._epoch: float | None = None
        self._step: float | None = None
        self._offset: float = 0
        self._interval: float = 1
        self._votes = 0

    def add(self, epoch: float | None, step: float | None) -> None:
        """Take the next train row; one without a step changes nothing."""
        if step is None:
            return
        if self._step is not None:
            if step < self._step or (step == self._step and (epoch or 0) - (self._epoch or 0) >= 1):
                self._offset += self._step + (self._interval if step == 0 else 0)
            elif step > self._step:
                self._vote(step - self._step)
        self._epoch, self._step = epoch, step
        reached = step + self._offset
        if self.value is None or reached > self.value:
            self.value = reached

    def _vote(self, interval: float) -> None:
        if self._votes == 0:
            self._interval = interval
        self._votes += 1 if interval == self._interval else -1


class ChainSums:
    """What the summary says of one chain, kept up to date row by row; its memory does not grow with the steps."""

    __slots__ = ("_epoch_rows", "_train_rows", "_val", "elapsed", "epoch", "global_step", "memory_mb", "rows", "step", "time",
                 "total_epochs", "total_steps")  # fmt: skip

    def __init__(self) -> None:
        self.rows = self.total_steps = self.total_epochs = 0
        self.epoch: float | None = None
        self.step: float | None = None
        self.elapsed: float | None = None
        self.memory_mb: float | None = None
        self.time: float | None = None
        self.global_step = GlobalStep()
        self._train_rows, self._epoch_rows, self._val = LossSums(), LossSums(), LossSums()

    def add(
        self, time: float | None, epoch: float | None, step: float | None, phase: str, loss: float | None, val_loss: float | None,
        memory_mb: float | None, elapsed: float | None,
    ) -> None:  # fmt: skip
        """Take the next row of the chain's line: time in seconds since 1970, memory in MB, elapsed in seconds, None = blank."""
        self.rows += 1
        self.epoch = epoch
        self.step = self.step if step is None else step
        self.time = self.time if time is None else time
        self.memory_mb = self.memory_mb if memory_mb is None else memory_mb
        self.elapsed = self.elapsed if elapsed is None else elapsed
        if phase == "train":
            self.total_steps += 1
            self.global_step.add(epoch, step)
            if loss is not None:
                self._train_rows.add(loss, epoch, step)
        elif phase == "epoch":
            self.total_epochs += 1
            if loss is not None:
                self._epoch_rows.add(loss, epoch, step)
        if val_loss is not None:
            self._val.add(val_loss, epoch, self.step)  # an epoch row stands at the step before it

    @property
    def train(self) -> LossSums:
        """The train loss: of the train rows, or of the epoch rows where no train row has one; empty where it was never filled."""
        sums = self._train_rows if self._train_rows.logged else self._epoch_rows
        return sums if sums.filled else _NO_LOSS

    @property
    def val(self) -> LossSums:
        """The validation loss of every row that has one; empty where it was never filled."""
        return self._val if self._val.filled else _NO_LOSS

    def restart(self) -> None:
        """Note that another attempt goes on from here."""
        for sums in (self._train_rows, self._epoch_rows):
            sums.restart()

    @property
    def best(self) -> BestPoint:
        """Where the model was best: by validation where there are two of it, else by the smoothed train loss."""
        if self.val.finite >= FEWEST_VALIDATIONS:
            return BestPoint(BY_VALIDATION, self.val.best, self.val.best_epoch, self.val.best_step)
        train = self.train
        return BestPoint(BY_TRAIN, train.smooth, train.smooth_epoch, train.smooth_step)

    def totals(self) -> dict[str, Any]:
        """Return the figures that stand in training_metrics.json beside the rows."""
        train = self.train
        return {
            "best_loss": train.best,
            "best_epoch": train.best_epoch,
            "best_step": train.best_step,
            "total_steps": self.total_steps,
            "total_epochs": self.total_epochs,
            "last_global_step": self.global_step.value,
        }

    def summary(self, training_date: str, total_time: float | None, total_samples: float | None, config: Any) -> dict[str, Any]:
        """Return training_summary.json: `total_time` in seconds; what is not known is None."""
        train, val, best = self.train, self.val, self.best
        return {
            "training_date": training_date,
            "total_time_seconds": total_time,
            "total_time_hours": None if total_time is None else total_time / 3600,
            "total_steps": self.total_steps,
            "total_epochs": self.total_epochs,
            "total_samples_processed": total_samples,
            "best_train_loss": train.best,
            "final_train_loss": train.final,
            "best_val_loss": val.best,
            "final_val_loss": val.final,
            "avg_loss_per_step": train.mean,
            "loss_improvement": train.improvement,
            "loss_improvement_pct": train.improvement_percent,
            "samples_per_second": total_samples / total_time if total_samples is not None and total_time else None,
            "best_checkpoint": {"epoch": best.epoch, "step": best.step, "loss": best.value},
            "training_config": config,
        }
