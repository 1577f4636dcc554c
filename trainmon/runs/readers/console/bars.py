"""Progress bars: of all the states in which a bar is drawn, those that count."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trainmon.runs.readers.console.lines import Said

# A bar that no epoch names is the training itself: so many of its states are rows.
STATES_OF_A_TRAINING = 100

Key = tuple[float | None, float | None, bool]


@dataclass
class _Bar:
    key: Key
    said: Said
    first: float | None
    counted: float = -1.0
    done: bool = False

    @property
    def of_epoch(self) -> bool:
        """True where the bar's last state stands for an epoch, or for a validation."""
        return self.key[0] is not None or self.key[2]


class Bars:
    """Follows the bar that is being drawn; an epoch's bar counts once, by the last of its states."""

    def __init__(self) -> None:
        self._now: _Bar | None = None

    def continued_by(self, said: Said, epoch: float | None) -> bool:
        """Return whether `said` is another state of the bar that was drawn last."""
        bar = self._now
        if bar is None or bar.key != _key(said, epoch) or (bar.done and not bar.of_epoch):
            return False
        return not _goes_back(bar.said, said)

    def drawing(self, said: Said, epoch: float | None) -> bool:
        """Return whether `said` goes on with a bar that has not counted yet."""
        return self.continued_by(said, epoch) and self._now is not None and not self._now.done

    def take(self, said: Said, epoch: float | None, redrawn: bool) -> list[Said]:
        """Take a state of a bar, drawn in `epoch`, and return what counts because of it."""
        found: list[Said] = []
        if self._now is None or not self.continued_by(said, epoch):
            found = self.finish()
            self._now = _Bar(_key(said, epoch), said, said.line.step)
        elif self._now.done:
            return self._late(said)
        else:
            self._now.said = _merged(self._now.said, said)
        return found + self._due(self._now, redrawn)

    def finish(self) -> list[Said]:
        """Return the last state of a bar that is not drawn any more, where it has not counted yet."""
        bar = self._now
        if bar is None or bar.done:
            return []
        bar.done = True
        return [_row(bar)] if bar.of_epoch or (bar.said.line.step or 0.0) > bar.counted else []

    def _due(self, bar: _Bar, redrawn: bool) -> list[Said]:
        line = bar.said.line
        ended = line.step is None or line.steps is None or line.step >= line.steps - (line.shape.listed and bar.first == 0)
        complete = ended and not redrawn and not line.shape.unfinished
        if bar.of_epoch or line.step is None:
            bar.done = complete
            return [_row(bar)] if complete else []
        if line.step < bar.counted + max(1.0, (line.steps or 0.0) / STATES_OF_A_TRAINING) and not complete:
            return []
        due = line.step > bar.counted
        bar.counted, bar.done = line.step, complete
        return [_row(bar)] if due else []

    def _late(self, said: Said) -> list[Said]:
        """Return what a bar says once more after its end, where that is new: a validation, mostly."""
        assert self._now is not None
        known = self._now.said.line.metrics
        fresh = {name: number for name, number in said.line.metrics.items() if name not in known}
        self._now.said = _merged(self._now.said, said)
        shape = replace(said.line.shape, evaluation=True)
        return (
            [said._replace(line=said.line._replace(shape=shape, metrics=fresh, epoch=self._now.key[0], step=None))]
            if fresh
            else []
        )


def _key(said: Said, epoch: float | None) -> Key:
    line = said.line
    return (epoch if line.epoch is None else line.epoch, line.steps, line.shape.evaluation)


def _goes_back(before: Said, after: Said) -> bool:
    return before.line.step is not None and after.line.step is not None and after.line.step < before.line.step


def _merged(before: Said, after: Said) -> Said:
    return after._replace(line=after.line._replace(metrics={**before.line.metrics, **after.line.metrics}))


def _row(bar: _Bar) -> Said:
    if not bar.of_epoch:
        return bar.said
    return bar.said._replace(line=bar.said.line._replace(epoch=bar.key[0], step=None, steps=None))
