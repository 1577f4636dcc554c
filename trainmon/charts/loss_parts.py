"""The lines that a loss is drawn with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis, Stretch
from trainmon.charts.chart import Scale
from trainmon.charts.lines import Line, Window, line, lines_of_attempts
from trainmon.runs.run import Role

LOSSES: tuple[Role, Role] = ("train_loss", "eval_loss")


@dataclass(frozen=True)
class Parts:
    """The lines of a loss, None where there is none: train and validation smoothed by `weight` where they are not short, both as
    logged, and the superseded train rows of each attempt.
    """

    train: Line | None
    validation: Line | None
    raw: Line | None
    raw_validation: Line | None
    ghosts: tuple[Line, ...]
    weight: float

    @property
    def named(self) -> list[tuple[str, Line]]:
        """The lines of the legend."""
        return [(name, each) for name, each in (("train", self.train), ("validation", self.validation)) if each is not None]

    @property
    def logged(self) -> list[tuple[str, Line]]:
        """The same as they were logged."""
        both = (("train", self.raw), ("validation", self.raw_validation))
        return [(name, each) for name, each in both if each is not None]

    @property
    def smoothed(self) -> frozenset[str]:
        """The names of the lines that are not what was logged."""
        return frozenset(name for name, each in self.named if each.weight > 0)

    def since(self, x: float) -> Parts:
        """Return the part of every line from `x` on."""
        return self._changed(lambda each: each.since(x), lambda each: each.since(x))

    def thinned(self, limit: int, window: Window | None = None) -> Parts:
        """Return at most `limit` points of every line, most of them in the `window`; the superseded ones share one limit."""
        few = max(2, limit // max(1, len(self.ghosts)))
        return self._changed(lambda each: each.thinned(limit, window), lambda each: each.thinned(few, window))

    def _changed(self, line: Callable[[Line], Line], ghost: Callable[[Line], Line]) -> Parts:
        lines = (self.train, self.validation, self.raw, self.raw_validation)
        train, validation, raw, raw_validation = (None if each is None else line(each) for each in lines)
        return Parts(train, validation, raw, raw_validation, tuple(map(ghost, self.ghosts)), self.weight)


def loss_parts(analysis: Analysis, axis: Axis, scale: Scale, smooth: float) -> Parts | None:
    """Return all points of train and validation loss, None where neither was logged."""
    stretch = analysis.stretch
    if stretch is None:
        return None
    raw, raw_validation = (_line(stretch, role, axis, scale) for role in LOSSES)
    if raw is None and raw_validation is None:
        return None
    train, validation = (_line(stretch, role, axis, scale, smooth) for role in LOSSES) if smooth else (raw, raw_validation)
    superseded = stretch.by_role("train_loss", ghosts=True)
    ghosts = lines_of_attempts(superseded, axis, scale=scale) if superseded is not None else ()
    return Parts(train, validation, raw, raw_validation, ghosts, smooth)


def _line(stretch: Stretch, role: Role, axis: Axis, scale: Scale, weight: float = 0.0) -> Line | None:
    series = stretch.by_role(role)
    return None if series is None else line(series, axis, weight=weight, scale=scale)
