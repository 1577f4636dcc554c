"""The small charts below a loss: which metrics there are, and which of them belong into one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainmon.analysis.series import Stretch
from trainmon.charts.chart import MEMORY, TRAIN, VALIDATION

MOST = 12  # small charts until more are chosen
TRAIN_WORDS = frozenset({"train", "training", "trn"})
EVAL_WORDS = frozenset({"eval", "evaluation", "val", "valid", "validation", "dev", "test"})
COLOURS = (TRAIN, VALIDATION)
RATE = "#6A3D9A"
BY_ROLE = {"memory": MEMORY, "learning_rate": RATE}
_FIRST, _LAST = re.compile(r"([A-Za-z]+)[/_.-](.+)"), re.compile(r"(.+)[/_.-]([A-Za-z]+)")


@dataclass(frozen=True)
class Panel:
    """A small chart: the metrics in it, one or a pair of train and validation, with their colours and short names."""

    metrics: tuple[str, ...]
    colours: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the address bar calls it: the name of its first metric."""
        return self.metrics[0]


def panels_of(stretch: Stretch) -> list[Panel]:
    """Return a panel for every metric of a stretch but its two losses, in the order of the file, pairs together."""
    rows = stretch.run.rows
    roles = {name: role for role, name in rows.roles.items()}
    names = [name for name in logged_metrics(stretch) if roles.get(name) not in ("train_loss", "eval_loss")]
    return [_panel(metrics, roles.get(metrics[0], "")) for metrics in paired(names)]


def logged_metrics(stretch: Stretch) -> list[str]:
    """Return the names of the metrics of which the stretch's rows hold a value, superseded rows included."""
    start, stop = stretch.attempts[0].start, stretch.attempts[-1].stop
    columns = stretch.run.rows.columns
    return [name for name in stretch.run.rows.metrics() if columns[name].logged[start:stop].any()]


def paired(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Return names in their order, each with its counterpart: train/x with eval/x, x with val_x, x/train with x/val."""
    left = list(dict.fromkeys(names))
    by_part = {_split(name): name for name in left}
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for name in left:
        side, base = _split(name)
        if side != "eval":
            continue
        partner = by_part.get(("train", base)) or (base if base in left else None)
        if partner is not None and partner not in taken:
            found[partner] = (partner, name)
            taken |= {partner, name}
    pairs = {name: pair for pair in found.values() for name in pair}
    return list(dict.fromkeys(pairs.get(name, (name,)) for name in left))


def chosen_panels(panels: Sequence[Panel], metrics: Iterable[str]) -> list[Panel]:
    """Return the panels that hold any of `metrics`, in the order of the file; the first 12 where none is named."""
    wanted = set(metrics)
    return [panel for panel in panels if wanted & set(panel.metrics)] if wanted else list(panels[:MOST])


def _panel(metrics: tuple[str, ...], role: str) -> Panel:
    if len(metrics) == 2:
        return Panel(metrics, COLOURS, ("train", "validation"))
    colour = VALIDATION if _split(metrics[0])[0] == "eval" else BY_ROLE.get(role, TRAIN)
    return Panel(metrics, (colour,), metrics)


def _split(name: str) -> tuple[str, str]:
    """Return "train", "eval" or "" as the name says, and the name without that."""
    first, last = _FIRST.fullmatch(name), _LAST.fullmatch(name)
    for word, base in ((first[1], first[2]) if first else ("", ""), (last[2], last[1]) if last else ("", "")):
        if word.lower() in TRAIN_WORDS:
            return "train", base
        if word.lower() in EVAL_WORDS:
            return "eval", base
    return "", name
