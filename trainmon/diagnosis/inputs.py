"""What the checks look at: the curves of one stretch of a run, and plain values about what lies beside its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.limits import Limits
from trainmon.stats.outlook import Outlook

FEWEST_WARM_UP = 3
BESIDE = 0.8  # of the train losses

Part = Literal[
    "reward", "unvaried", "spread", "margins", "accuracies", "chosen", "rejected", "chosen_logps", "rejected_logps",
    "kl", "summed_kl", "update_kl", "entropy", "cut_off", "length", "clipped",
]  # fmt: skip
"""What a column of reinforcement or preference tuning is; wording/tuning.py says each in words."""
MEASURES: tuple[Part, ...] = ("reward", "margins", "accuracies")

# Use, power (of its limit) and CPU are in %, heat is in degrees Celsius, slowed is 1 where the GPU lowered its clock because of
# heat, else 0; swap is in MB. Of several GPUs use is the mean, the others are the highest.
Reading = Literal["gpu_use", "gpu_heat", "gpu_power", "gpu_slowed", "cpu", "swap"]


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
class Schedule:
    """What the configuration says of the learning rate: its height (None = nothing), its warm-up, and whether it falls after it.

    The warm-up is in steps and as a share of the schedule. `to_zero` says that it ends near 0 where the plan ends; `done` is how
    much of it is over, `plan_done` how much of the plan, NaN where this is not known.
    """

    rate: float | None = None
    warm_up: float = 0.0
    warm_up_share: float = 0.0
    falls: bool = False
    to_zero: bool = False
    done: float = float("nan")
    plan_done: float = float("nan")


@dataclass(frozen=True)
class Unsaved:
    """The work since the newest saved model: seconds of training, steps since its `place`, and the usual steps between two.

    `row` is the first row of it. Where the log counts epochs or rows alone, they stand where steps do.
    """

    seconds: float
    steps: float
    usual: float
    place: float
    row: int


@dataclass(frozen=True)
class RunState:
    """The state of a run in one word, the sentence that it rests on, and whether the run did all that it meant to."""

    word: str
    evidence: str
    complete: bool = False


@dataclass(frozen=True, eq=False)
class Inputs:
    """What the checks look at: the curves of one stretch of a run, None where a metric was not logged.

    `other_losses` are further loss columns, in which only non-finite values are looked for; `scores` are metrics that should
    rise. `tuned` are the columns that count in reinforcement and preference tuning, empty for another training; there the
    losses are among the other ones. `pace` is steps per second between rows. `sampled` is what was sampled of the machine
    during the newest attempt, without what was not; a sample stands at the row before it. `adversarial` says that the loss has
    no reason to fall (a GAN). `planned` says that the training has a plan, `fraction` the share of it that is done (None where
    it is not known), `expected_validations` how many validations it should have made by now. `newer_empty` is a newer training
    of the run without a loss, `schedule` what is configured of the learning rate. `lost_best`, `unsaved` and `state` are what
    no row says, None where it is not known (yet). `first_row` and `stop_row` bound the stretch, `resumes` are the first rows of
    its later attempts.
    """

    train: Curve | None = None
    evaluation: Curve | None = None
    other_losses: tuple[Curve, ...] = ()
    scores: tuple[Curve, ...] = ()
    tuned: Mapping[Part, Curve] = field(default_factory=dict)
    learning_rate: Curve | None = None
    grad_norm: Curve | None = None
    memory: Curve | None = None
    memory_outlook: Outlook | None = None
    samples_per_second: Curve | None = None
    pace: Curve | None = None
    sampled: Mapping[Reading, Curve] = field(default_factory=dict)
    adversarial: bool = False
    planned: bool = False
    fraction: float | None = None
    expected_validations: int = 0
    newer_empty: EmptyTraining | None = None
    lost_best: LostBest | None = None
    schedule: Schedule | None = None
    unsaved: Unsaved | None = None
    state: RunState | None = None
    first_row: int = 0
    last_start: int = 0
    resumes: tuple[int, ...] = ()
    stop_row: int = 0
    limits: Limits = field(default_factory=Limits)

    def before(self, row: int) -> Inputs:
        """Return the inputs before a row, in the blocks that their curves have now: for a second look at the same moment."""
        then = {place: each.before(row) for place, each in _curves(self).items()}
        return replace(self, **self._holding(then), fraction=self._fraction_before(row), stop_row=min(self.stop_row, row))

    def _fraction_before(self, row: int) -> float | None:
        rows = self.stop_row - self.first_row
        if self.fraction is None or rows <= 0:
            return self.fraction
        return self.fraction * min(1.0, (row - self.first_row) / rows)

    @cached_property
    def by_epoch(self) -> bool:
        """True where the log has a row an epoch: a validation beside almost every train loss."""
        if self.train is None or self.evaluation is None:
            return False
        return self.evaluation.count >= BESIDE * self.train.count

    @property
    def measure(self) -> Curve | None:
        """What such a training is judged by, None for another."""
        return next((self.tuned[part] for part in MEASURES if part in self.tuned), None)

    def as_of(self, row: int, earlier: Inputs | None = None) -> Inputs:
        """Return the inputs with every curve exactly as it was before a row was logged, None where it had no value yet.

        `earlier` are the inputs as of an earlier row, from whose curves these go on. What is no curve stays as it is.
        """
        known = _curves(earlier) if earlier is not None else {}
        then = {place: each.as_of(row, known.get(place)) for place, each in _curves(self).items()}
        there = {place: each for place, each in then.items() if each.logged}
        return replace(self, **self._holding(there), stop_row=min(self.stop_row, row))

    def _holding(self, there: Mapping[_Place, Curve]) -> dict[str, Any]:
        """Return every field that holds curves with those in their places that are there."""
        return {name: _held(getattr(self, name), name, there) for name in {name for name, _ in _curves(self)}}

    def go_on_from(self, earlier: Inputs) -> bool:
        """Return whether the curves begin with all that earlier ones were made of."""
        known = _curves(self)
        return all(place in known and each.begins(known[place]) for place, each in _curves(earlier).items())

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


_Place = tuple[str, str]  # the field that holds a curve, and which of several it is there


def _curves(inputs: Inputs) -> dict[_Place, Curve]:
    """Return every curve of the inputs by its place, whether its field holds one, several or a mapping of them."""
    found: dict[_Place, Curve] = {}
    for each in fields(inputs):
        held = getattr(inputs, each.name)
        several = held.items() if isinstance(held, Mapping) else ((one.metric, one) for one in _alone_or_several(held))
        found.update({(each.name, key): one for key, one in several if isinstance(one, Curve)})
    return found


def _alone_or_several(held: object) -> tuple[Curve, ...]:
    return tuple(one for one in (held if isinstance(held, tuple) else (held,)) if isinstance(one, Curve))


def _held(before: object, name: str, there: Mapping[_Place, Curve]) -> object:
    """Return what a field holds of the curves that are there, in the form in which it held them before."""
    if isinstance(before, Mapping):
        return {key: there[name, key] for key in before if (name, key) in there}
    kept = tuple(there[name, one.metric] for one in _alone_or_several(before) if (name, one.metric) in there)
    return kept if isinstance(before, tuple) else next(iter(kept), None)
