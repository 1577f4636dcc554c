"""Trainings that were resumed: taken up as they were left, and such whose loss is higher after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.faults import Fault, Faulty, Strength, base_of, of_strength
from benchmarks.diagnosis.healthy import Family, Log, memorising, staircase
from benchmarks.diagnosis.noise import Floats, Generator
from benchmarks.diagnosis.onsets import onset_of


def resumed(rng: Generator, made: Log, places: Sequence[int]) -> tuple[Log, list[int]]:
    """Return a log that broke off at each of some rows and was taken up at a saved model before it, and where it was, as rows.

    The rows after the saved model are logged twice.
    """
    kept, starts, last = [], [], 0
    for place in places:
        kept.append(np.arange(last, place))
        starts.append(sum(map(len, kept)))
        last = place - int(rng.integers(2, max(3, min(40, place // 3))))
    rows = np.concatenate([*kept, np.arange(last, made.rows)])
    gaps = np.diff(made.seconds, prepend=0)[rows]
    gaps[starts] += rng.uniform(60, 50_000, len(starts))
    again = replace(
        made, loss=made.loss[rows], val=made.val[rows], rate=made.rate[rows], memory=made.memory[rows], speed=made.speed[rows],
        seconds=np.cumsum(gaps), step=10.0 * rows,
    )  # fmt: skip
    return again, starts


def _places(rng: Generator, count: int) -> list[int]:
    """Return the rows at which a training breaks off: one to three of them."""
    return sorted({onset_of(rng, count) for _ in range(int(rng.integers(1, 4)))})


def _after(count: int, starts: Sequence[int], length: float) -> Floats:
    """Return 1 at each of some rows and a decay over `length` rows after it, 0 before the first; [count]."""
    decay = np.zeros(count)
    for start in starts:
        decay[start:] = np.exp(-np.arange(count - start) / length)
    return decay


def taken_up(rng: Generator) -> Log:
    """A training that goes on as it was left, its data in another order."""
    made, starts = resumed(rng, base := base_of(rng), _places(rng, base.rows))
    other = 1 + rng.uniform(-0.03, 0.03) * (np.arange(made.rows) >= starts[0])
    return replace(made, family="taken up", loss=made.loss * other)


def cold_optimizer(rng: Generator) -> Log:
    """A short bump after each resume, which is gone within a few rows."""
    made, starts = resumed(rng, base := base_of(rng), _places(rng, base.rows))
    bump = 1 + rng.uniform(0.05, 0.5) * _after(made.rows, starts, max(1.0, rng.uniform(0, 0.005) * made.rows))
    return replace(made, family="cold optimizer", loss=made.loss * bump)


def taken_up_by_epochs(rng: Generator) -> Log:
    """A small data set that is learned by heart, in stairs or all along, and taken up in the middle."""
    base = staircase(rng) if rng.random() < 0.5 else memorising(rng)
    return replace(resumed(rng, base, _places(rng, base.rows))[0], family="learned by heart, taken up")


def lost_optimizer(rng: Generator, strength: Strength) -> Faulty:
    """A loss that is higher after the resume and needs a good part of the run to come back."""
    base = base_of(rng)
    made, (start,) = resumed(rng, base, [onset_of(rng, base.rows)])
    back = max(10.0, rng.uniform(0.05, 0.4) * made.rows)
    hurt = 1 + of_strength(strength, 0.3, 0.6, 1.5) * _after(made.rows, [start], back)
    return Faulty("jump_at_resume", strength, replace(made, loss=made.loss * hurt), start)


def lost_weights(rng: Generator, strength: Strength) -> Faulty:
    """A loss that stays higher after the resume; at its worst it begins where the training began."""
    base = base_of(rng)
    made, (start,) = resumed(rng, base, [onset_of(rng, base.rows)])
    loss = made.loss.copy()
    if strength == "severe":
        loss[start:] = base.loss[: made.rows - start]
        return Faulty("jump_at_resume", strength, replace(made, loss=loss), start)
    loss[start:] *= 1 + of_strength(strength, 0.25, 0.5, 0)
    return Faulty("jump_at_resume", strength, replace(made, loss=loss), start)


FAMILIES: tuple[Family, ...] = (taken_up, cold_optimizer, taken_up_by_epochs)
GROWING_FAULTS: tuple[Fault, ...] = (lost_optimizer, lost_weights)
