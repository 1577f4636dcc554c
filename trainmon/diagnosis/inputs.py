"""What the checks look at: the curves of one stretch of a run, and plain values about what lies beside its rows."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np

from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.limits import Limits
from trainmon.stats.outlook import Outlook

FEWEST_WARM_UP = 3


@dataclass(frozen=True)
class LostBest:
    """The best point of a run whose saved model is gone, of `saved` that are there; the best of these, None where unknown.

    `percent_above` is how far the best saved one lies above the best point.
    """

    metric: str
    row: int
    value: float
    saved: int
    best_saved: float | None = None
    percent_above: float | None = None
    best_saved_step: int | None = None


@dataclass(frozen=True)
class EmptyTraining:
    """A newer training of the same run that logged no loss but 0: the number of its chain, of how many, and its rows."""

    chain: int
    chains: int
    rows: int


@dataclass(frozen=True)
class RunState:
    """The state of a run in one word, the sentence that it rests on, and whether the run did all that it meant to."""

    word: str
    evidence: str
    complete: bool = False


@dataclass(frozen=True, eq=False)
class Sampled:
    """What was sampled of the machine during the newest attempt, None where it was not; a sample stands at the row before it.

    `gpu_use`, `gpu_power` (of its limit) and `cpu` are in %, `gpu_heat` in degrees Celsius, `gpu_slowed` is 1 where the GPU
    lowered its clock because of heat, else 0; `swap` is in MB. Of several GPUs use is the mean, the others the highest.
    """

    gpu_use: Curve | None = None
    gpu_heat: Curve | None = None
    gpu_power: Curve | None = None
    gpu_slowed: Curve | None = None
    cpu: Curve | None = None
    swap: Curve | None = None

    def before(self, row: int) -> Sampled:
        """Return the samples before a row."""
        there = {each.name: getattr(self, each.name) for each in fields(self)}
        return Sampled(**{name: curve.before(row) for name, curve in there.items() if curve is not None})


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the checks look at: the curves of one stretch of a run, None where a metric was not logged.

    `other_losses` are further loss columns, in which only non-finite values are looked for; `scores` are metrics that
    should rise. `pace` is steps per second between rows. `adversarial` says that the loss has no reason to fall
    (a GAN, a reward). `planned` says that the training has a plan, `expected_validations` how many it should have made by
    now. `newer_empty` is a newer training of the run without a loss. `lost_best` and `state` are what no row says, None where
    it is not known (yet). `first_row` and `stop_row` bound the stretch.
    """

    train: Curve | None = None
    evaluation: Curve | None = None
    other_losses: tuple[Curve, ...] = ()
    scores: tuple[Curve, ...] = ()
    learning_rate: Curve | None = None
    grad_norm: Curve | None = None
    memory: Curve | None = None
    memory_outlook: Outlook | None = None
    samples_per_second: Curve | None = None
    pace: Curve | None = None
    sampled: Sampled = field(default_factory=Sampled)
    adversarial: bool = False
    planned: bool = False
    expected_validations: int = 0
    newer_empty: EmptyTraining | None = None
    lost_best: LostBest | None = None
    state: RunState | None = None
    first_row: int = 0
    last_start: int = 0
    stop_row: int = 0
    limits: Limits = field(default_factory=Limits)

    def before(self, row: int) -> Inputs:
        """Return the inputs as they were before a row was logged."""

        def cut(each: Curve | None) -> Curve | None:
            return each.before(row) if each is not None else None

        return replace(
            self,
            train=cut(self.train),
            evaluation=cut(self.evaluation),
            other_losses=tuple(each.before(row) for each in self.other_losses),
            scores=tuple(each.before(row) for each in self.scores),
            learning_rate=cut(self.learning_rate),
            grad_norm=cut(self.grad_norm),
            memory=cut(self.memory),
            samples_per_second=cut(self.samples_per_second),
            pace=cut(self.pace),
            sampled=self.sampled.before(row),
            stop_row=min(self.stop_row, row),
        )

    @cached_property
    def still_warming_up(self) -> bool:
        """True while the learning rate has never stopped rising: nothing is to be said of a trend yet."""
        rate = self.learning_rate
        return (
            rate is not None
            and len(rate) > FEWEST_WARM_UP
            and bool(rate.values[-1] > 1.02 * rate.values[: -len(rate) // 10].max())
        )

    def warm_up(self, of: Curve) -> int:
        """Return how many values of a curve belong to the warm-up: 5 %, at least 3, or while the learning rate first rises."""
        least = max(FEWEST_WARM_UP, int(self.limits.shared.warm_up_share * len(of)))
        rate = self.learning_rate
        if rate is None or len(rate) <= FEWEST_WARM_UP:
            return least
        falls = np.flatnonzero(np.diff(rate.values) < 0)
        top = int(falls[0]) if len(falls) else int(rate.values.argmax())
        if rate.values[top] <= 1.05 * rate.values[0]:
            return least
        return max(least, int(np.searchsorted(of.rows, rate.rows[top])))
