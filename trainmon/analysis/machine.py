"""What was logged of the machine, chart by chart: process, swap, CPU, disk and GPU; and why the rest was not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainmon import wording
from trainmon.analysis.memory import DISK_FREE, disk_of
from trainmon.analysis.progress import Progress
from trainmon.analysis.samples import PlacedSamples, Readings, place_samples, readings_of
from trainmon.analysis.series import Stretch
from trainmon.stats.outlook import Outlook

# Words that name a metric of the machine, not of the model ("temperature" alone is a sampling temperature).
_MACHINE = re.compile(r"mem|memory|vram|ram|rss|swap|gpu|cuda|cpu|disk|power|watts|util(i[sz]ation)?|mps|mlx")
_TOTAL = re.compile(r"gpu\d+_total_mb")
_PEAKS = (  # where the peak of the GPU's memory is known from: the whole of it first
    (re.compile(r"gpu(\d+)_used_mb"), "GPU {0}", "gpu{0}_total_mb"),
    (re.compile(r"torch(\d+)_peak_mb"), "GPU {0}, by torch", ""),
    (re.compile(r"mlx_peak_mb"), "by MLX", ""),
    (re.compile(r"mps_driver_mb"), "by torch (MPS)", ""),
)
_BEGINNINGS = {"nvidia": ("gpu",), "torch": ("torch", "mps_"), "mlx": ("mlx_",)}  # of the columns of a source


@dataclass(frozen=True, eq=False)
class Panel:
    """One small chart: its lines by their names in it, and where they end at best (`ceiling`, the memory that there is).

    `outlook` says whether what runs out (the free disk) will last.
    """

    title: str
    unit: str
    lines: tuple[tuple[str, Readings], ...]
    ceiling: float | None = None
    outlook: Outlook | None = None

    @property
    def from_zero(self) -> bool:
        """Whether the chart begins at 0: a degree or a gigabyte of disk less is seen only in close-up."""
        return self.unit != "°C" and all(found.name != DISK_FREE for _, found in self.lines)


@dataclass(frozen=True)
class Peak:
    """The most memory of a GPU that was in use, in MB, which one, and how much it has."""

    value: float
    source: str
    total: float | None


@dataclass(frozen=True, eq=False)
class Machine:
    """What was logged of the machine along a stretch; `silent` says by source why the rest was not sampled."""

    panels: tuple[Panel, ...]
    samples: int
    silent: Mapping[str, str]
    peak: Peak | None


def machine_of(stretch: Stretch, progress: Progress, drawn: str = "") -> Machine:
    """Return what was logged of the machine, worked out once; `drawn` is the column that has a chart of its own already."""
    about = (stretch.attempts[0].number, stretch.attempts[-1].number, progress.total_steps, drawn)
    return stretch.memo.once(Machine, lambda: _machine(stretch, progress, drawn), *about)


def _machine(stretch: Stretch, progress: Progress, drawn: str) -> Machine:
    placed = place_samples(stretch)
    return Machine(
        panels=(*_sampled(placed, drawn, progress), *_logged(stretch)),
        samples=len(placed.index),
        silent=_silent(stretch, placed),
        peak=_peak(placed),
    )


def _sampled(placed: PlacedSamples, drawn: str, progress: Progress) -> list[Panel]:
    """Return the charts of training_system.csv, in the order of its columns."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    totals: dict[str, float] = {}
    for name in placed.names:
        what = wording.sampled(name)
        if _TOTAL.fullmatch(name):
            totals[what.title] = _largest(placed.readings(name))
        elif name != drawn:
            groups.setdefault((what.title, what.unit), []).append((what.label, name))
    panels = []
    for (title, unit), columns in groups.items():
        disk = disk_of(placed, progress) if columns[0][1] == DISK_FREE else None
        lines = tuple((label, placed.readings(name)) for label, name in columns)
        panels.append(Panel(title, unit, lines, totals.get(title), disk))
    return panels


def _logged(stretch: Stretch) -> list[Panel]:
    """Return the charts of what the training itself logged of the machine among its metrics."""
    played = set(stretch.run.rows.roles.values())
    names = [name for name in stretch.metrics() if name not in played and any(map(_MACHINE.fullmatch, _words(name)))]
    found = [readings_of(stretch.series(name)) for name in names]
    return [Panel(each.name, wording.sampled(each.name).unit, ((each.name, each),)) for each in found if _any(each)]


def _words(name: str) -> list[str]:
    """Return the words that a name is made of: "GPU0 peakMem_mb" has gpu, peak, mem and mb."""
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())


def _silent(stretch: Stretch, placed: PlacedSamples) -> dict[str, str]:
    """Return why sources were not sampled, as the newest attempt recorded it, without those that have readings after all."""
    records = [attempt.record for attempt in stretch.attempts if attempt.record is not None]
    reasons = records[-1].not_sampled if records else {}
    there = {source for source, begin in _BEGINNINGS.items() if any(name.startswith(begin) for name in placed.names)}
    return {source: why for source, why in reasons.items() if source not in there}


def _peak(placed: PlacedSamples) -> Peak | None:
    for pattern, source, total in _PEAKS:
        matches = [match for name in placed.names if (match := pattern.fullmatch(name))]
        peaks = [(_largest(placed.readings(match.string)), match.groups()) for match in matches]
        if peaks:
            value, number = max(peaks)
            ceiling = total.format(*number)
            of = _largest(placed.readings(ceiling)) if ceiling in placed.names else None
            return Peak(value, source.format(*number), of)
    return None


def _largest(found: Readings) -> float:
    return float(found.values[np.isfinite(found.values)].max())


def _any(found: Readings) -> bool:
    return bool(np.isfinite(found.values).any())
