"""What is said of memory and of the machine: trends, forecasts, and what each column of training_system.csv is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from trainmon.wording.formats import MINUS, NOT_LOGGED, count, duration, figure, memory, number

LOW_MEMORY = "5 GB: getting short"
NO_TREND = "no trend beyond its own swings"
NOT_LOGGED_IN_ROWS = "The rows hold no memory: this is what was sampled beside them."
TREND_CAPTION = "dashed: the trend of the newest attempt, and the band in which readings lie by it"
SOURCES = {"nvidia": "NVIDIA GPU", "torch": "torch", "mlx": "MLX", "machine": "memory, CPU and disk", "disk": "the file"}


class Sampled(NamedTuple):
    """What a column holds: the chart that it belongs to, its own name there, and the unit."""

    title: str
    label: str
    unit: str


_COLUMNS: tuple[tuple[str, Sampled], ...] = (
    (r"available_mb", Sampled("Available memory, as sampled", "available", "MB")),
    (r"process_mb", Sampled("Memory of the training", "its process", "MB")),
    (r"children_mb", Sampled("Memory of the training", "its child processes", "MB")),
    (r"swap_mb", Sampled("Swap in use", "swap", "MB")),
    (r"cpu_percent", Sampled("CPU, all cores", "CPU", "%")),
    (r"disk_free_mb", Sampled("Free disk", "free", "MB")),
    (r"gpu(\d+)_used_mb", Sampled("GPU {0} memory", "in use", "MB")),
    (r"gpu(\d+)_process_mb", Sampled("GPU {0} memory", "by this training", "MB")),
    (r"gpu(\d+)_total_mb", Sampled("GPU {0} memory", "in all", "MB")),
    (r"gpu(\d+)_utilisation_percent", Sampled("GPU utilisation", "GPU {0}", "%")),
    (r"gpu(\d+)_temperature_c", Sampled("GPU temperature", "GPU {0}", "°C")),
    (r"gpu(\d+)_power_w", Sampled("GPU power", "GPU {0}", "W")),
    (r"gpu(\d+)_power_limit_w", Sampled("GPU power", "limit of GPU {0}", "W")),
    (r"gpu(\d+)_slowed_by_heat", Sampled("GPU slowed by heat (1: yes)", "GPU {0}", "")),
    (r"torch(\d+)_(allocated|reserved|peak)_mb", Sampled("GPU {0} memory, by torch", "{1}", "MB")),
    (r"mps_(allocated|driver)_mb", Sampled("GPU memory, by torch on MPS", "{0}", "MB")),
    (r"mlx_(active|cache|peak)_mb", Sampled("GPU memory, by MLX", "{0}", "MB")),
)
_UNITS = {"mb": "MB", "mib": "MB", "gb": "GB", "gib": "GB", "percent": "%", "pct": "%", "c": "°C", "w": "W", "watts": "W"}


def sampled(column: str) -> Sampled:
    """Return what a column of samples holds; one that is not known stands for itself, with the unit that its name ends in."""
    for pattern, what in _COLUMNS:
        if found := re.fullmatch(pattern, column):
            return Sampled(*(part.format(*found.groups()) for part in what))
    return Sampled(column, column, _UNITS.get(re.split(r"[^a-z]", column.lower())[-1], ""))


def newest_available(*, past: bool, over: bool) -> str:
    """Return what the newest reading of the available memory is called."""
    return "Available then" if past else "Available at the end" if over else "Available now"


def not_sampled(reasons: Mapping[str, str]) -> str:
    """Return why some sources are silent, in one line."""
    named = "; ".join(f"{SOURCES.get(source, source)} ({why})" for source, why in reasons.items())
    return f"Not sampled: {named}." if named else ""


def limit_name(megabytes: float) -> str:
    """Return a limit as people call it: "1 GB" for 1,024 MB."""
    whole = megabytes / 1024
    return f"{whole:g} GB" if whole >= 1 and whole == round(whole, 1) else memory(megabytes)


def lowest_memory_limit(megabytes: float) -> str:
    """Return what the line at the limit says."""
    return f"{limit_name(megabytes)}: should never fall below this"


def amount(value: float | None, unit: str) -> str:
    """Return a reading with its unit."""
    if value is None or value != value:
        return NOT_LOGGED
    return memory(value) if unit == "MB" else f"{number(value)} {unit}".strip()


def memory_rate(megabytes: float, per: str) -> str:
    """Return a trend: "38 MB per 100 steps"."""
    return f"{_rate(megabytes)} {per}"


def rate_unit(by_step: bool) -> str:
    """Return the unit of a trend."""
    return f"MB {per_what(by_step)}"


def per_what(by_step: bool) -> str:
    """Return for how much of a training a trend is told."""
    return "per 100 steps" if by_step else "per epoch"


def signed_rate(megabytes: float) -> str:
    """Return a trend with its sign: "−38 MB", "+0.4 MB"."""
    shown = _rate(megabytes)
    return f"{shown if shown.startswith(MINUS) or shown == '0' else f'+{shown}'} MB"


def rate_range(low: float, high: float) -> str:
    """Return the 95 % interval of a trend."""
    return f"95 %: {signed_rate(low)} to {signed_rate(high)}"


def step_range(low: float, high: float) -> str:
    """Return the range of a forecast: "8 900 to 10 200"."""
    return f"{count(low)} to {count(high)}" if round(low) != round(high) else ""


def reaches(limit: float, at: float, low: float, high: float, *, by_step: bool = True) -> str:
    """Return where a limit is reached: "1 GB at about step 9 400 (8 900 to 10 200)"."""
    between = step_range(low, high)
    return f"{limit_name(limit)} at about {place(at, by_step)}" + (f" ({between})" if between else "")


def place(x: float, by_step: bool) -> str:
    """Return a place on the axis of a trend."""
    return f"{'step' if by_step else 'epoch'} {count(x)}"


def in_about(seconds: float | None, ahead: float | None = None, *, by_step: bool = True) -> str:
    """Return how far off something is, in steps (epochs) and at the present pace: "in about 40 steps (3 min at this pace)".

    "" where neither is known.
    """
    time = f"{duration(seconds)} at this pace" if seconds is not None and seconds > 0 else ""
    if ahead is None or not ahead > 0:
        return f"in about {time}" if time else ""
    far = f"in about {_rounded(ahead)} {'steps' if by_step else 'epochs'}"
    return f"{far} ({time})" if time else far


def few_readings(there: int, needed: int) -> str:
    """Return that a trend cannot be told yet."""
    return f"too few readings for a trend: {count(there)} of {count(needed)}"


def panel_caption(readings: int, size: int) -> str:
    """Return what a small chart shows of its readings."""
    return f"{count(readings)} readings" + (f": the mean and the range of each {count(size)}" if size > 1 else "")


def titled(title: str, unit: str, ceiling: float | None) -> str:
    """Return the title of a small chart with its unit, and with what the dashed line at its top is."""
    named = f"{title} ({unit})" if unit else title
    return f"{named} of {memory(ceiling)}" if ceiling is not None else named


def gpu_share(source: str, total: float | None) -> str:
    """Return what a peak is the peak of: "GPU 0, of 24.0 GB"."""
    return f"{source}, of {memory(total)}" if total is not None else source


def _rate(megabytes: float) -> str:
    """Return megabytes with as many digits as tell: 38, 0.42, 1 234."""
    size = abs(megabytes)
    if size >= 9.5:
        return figure(f"{megabytes:,.0f}")
    rounded = f"{megabytes:.2g}" if size >= 0.001 else "0"
    return figure(f"{float(rounded):g}")


def _rounded(amount: float) -> str:
    """Return an amount of steps or epochs to two digits: no forecast knows more of them."""
    return count(float(f"{amount:.2g}")) if amount >= 1 else number(float(f"{amount:.1g}"))
