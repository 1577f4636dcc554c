"""The lines that a loss is drawn with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from trainmon.analysis import Analysis
from trainmon.analysis.series import Axis, Series
from trainmon.charts.chart import Scale
from trainmon.charts.joining import apart
from trainmon.charts.lines import Line, Window, line, lines_of_attempts

BY_EPOCH = "valid. by epoch"  # where epoch rows logged another one than the steps; short: three names fit above a narrow chart


@dataclass(frozen=True)
class Parts:
    """The lines of a loss, None where there is none: train and validation smoothed by `weight` where they are not short, both as
    logged, and the superseded train rows of each attempt.

    `by_epoch` is the validation of epoch rows, where they say something else than the steps that they end.
    """

    train: Line | None
    validation: Line | None
    by_epoch: Line | None
    raw: Line | None
    raw_validation: Line | None
    ghosts: tuple[Line, ...]
    weight: float

    @property
    def named(self) -> list[tuple[str, Line]]:
        """The lines of the legend."""
        return _there(("train", self.train), ("validation", self.validation), (BY_EPOCH, self.by_epoch))

    @property
    def logged(self) -> list[tuple[str, Line]]:
        """The same as they were logged."""
        return _there(("train", self.raw), ("validation", self.raw_validation), (BY_EPOCH, self.by_epoch))

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
        names = ("train", "validation", "by_epoch", "raw", "raw_validation")
        lines: dict[str, Line | None] = {name: getattr(self, name) for name in names}
        changed = {name: None if each is None else line(each) for name, each in lines.items()}
        return replace(self, ghosts=tuple(map(ghost, self.ghosts)), **changed)  # type: ignore[arg-type]  # all of them are lines


def loss_parts(analysis: Analysis, axis: Axis, scale: Scale, smooth: float) -> Parts | None:
    """Return all points of train and validation loss, None where neither was logged."""
    stretch = analysis.stretch
    if stretch is None:
        return None
    losses, measured = stretch.by_role("train_loss"), stretch.by_role("eval_loss")
    if losses is None and measured is None:
        return None
    at_steps, at_ends = apart(measured) if measured is not None else (None, None)
    raw, raw_validation, by_epoch = (_line(each, axis, scale) for each in (losses, at_steps, at_ends))
    train, validation = raw, raw_validation
    if smooth:
        train, validation = (_line(each, axis, scale, smooth) for each in (losses, at_steps))
    superseded = stretch.by_role("train_loss", ghosts=True)
    ghosts = lines_of_attempts(superseded, axis, scale=scale) if superseded is not None else ()
    return Parts(train, validation, by_epoch, raw, raw_validation, ghosts, smooth)


def _line(series: Series | None, axis: Axis, scale: Scale, weight: float = 0.0) -> Line | None:
    return None if series is None else line(series, axis, weight=weight, scale=scale)


def _there(*lines: tuple[str, Line | None]) -> list[tuple[str, Line]]:
    return [(name, each) for name, each in lines if each is not None]
