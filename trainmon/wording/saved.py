"""What is said of the saved models of a training."""

from __future__ import annotations

from typing import Protocol

from trainmon.wording.formats import NOT_LOGGED, at_number, count, percent
from trainmon.wording.status import saved_every


class Named(Protocol):
    """A file or folder by its name."""

    @property
    def name(self) -> str:
        """Its name."""


class SavedOne(Protocol):
    """One saved model: where it is, at which step, and by how many percent it is above the best of the run."""

    @property
    def checkpoint(self) -> Named:
        """Its file or folder."""

    @property
    def step(self) -> int | None:
        """Its step as logged, its epoch where the training counts epochs alone."""

    @property
    def percent_above(self) -> float:
        """How far it is above the best point, in percent."""


class Saved(Protocol):
    """The saved models of a run: how many, the newest, how many steps lie between two, the best, and the best step of the run."""

    @property
    def count(self) -> int:
        """How many there are."""

    @property
    def newest(self) -> Named:
        """The newest of them."""

    @property
    def usual_gap(self) -> float | None:
        """The steps between two."""

    @property
    def best(self) -> SavedOne | None:
        """The best of them."""

    @property
    def best_step(self) -> int | None:
        """The step of the best point of the run."""

    @property
    def counted(self) -> str:
        """What the training counts, in which steps are given: "step", "epoch" or "row"."""


def saved_line(saved: Saved) -> str:
    """Return the saved models in one line: "12 checkpoints, every 200 steps, newest checkpoint-2400; best saved: ..."."""
    many = f"{count(saved.count)} {'checkpoint' if saved.count == 1 else 'checkpoints'}"
    return f"{many}{saved_every(saved.usual_gap, saved.counted)}, newest {saved.newest.name}" + (
        f"; best saved: {best_saved(saved)}" if saved.best else ""
    )


def best_saved(saved: Saved) -> str:
    """Return the best saved model and what it costs: "step 200, 1.6 % above the best at 250"."""
    best = saved.best
    if best is None:
        return NOT_LOGGED
    place = f"{at_number(best.step, saved.counted)} ({best.checkpoint.name})" if best.step is not None else best.checkpoint.name
    if best.percent_above <= 0 or saved.best_step is None:
        return f"{place}, the best of the run"
    return f"{place}, {percent(best.percent_above)} above the best at {count(saved.best_step)}"
