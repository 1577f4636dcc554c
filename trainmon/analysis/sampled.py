"""What was sampled beside the newest attempt of a training, as the checks take it: a curve over the rows."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from trainmon.analysis.series import Stretch, as_slice
from trainmon.diagnosis.curve import Curve, curve
from trainmon.diagnosis.inputs import Reading
from trainmon.stats.arrays import Floats, Indices

GPU = r"gpu\d+_"
Columns = dict[str, Floats]


def sampled_of(stretch: Stretch) -> dict[Reading, Curve]:
    """Return the samples that were taken between the first and the last row of the newest attempt; empty where none were."""
    at, rows = _placed(stretch)
    if not len(at):
        return {}
    columns = {name: column.values[at] for name, column in stretch.run.samples.columns.items()}
    found: dict[Reading, Floats | None] = {
        "gpu_use": _over_gpus(columns, "utilisation_percent", np.nanmean),
        "gpu_heat": _over_gpus(columns, "temperature_c", np.nanmax),
        "gpu_power": _over_gpus(_power_shares(columns), "power_share", np.nanmax),
        "gpu_slowed": _over_gpus(columns, "slowed_by_heat", np.nanmax),
        "cpu": columns.get("cpu_percent"),
        "swap": columns.get("swap_mb"),
    }
    there = {reading: values for reading, values in found.items() if values is not None and np.isfinite(values).any()}
    return {reading: _curve(reading, rows, values) for reading, values in there.items()}


def _placed(stretch: Stretch) -> tuple[Indices, Indices]:
    """Return the samples of the newest attempt in the order of time, and the row before each."""
    samples, nothing = stretch.run.samples, np.zeros(0, dtype=np.int64)
    line = stretch.line[np.searchsorted(stretch.line, stretch.attempts[-1].start) :] if samples.count else nothing
    clock = stretch.run.rows.time[as_slice(line)]
    known = np.flatnonzero(np.isfinite(clock))
    if not len(known):
        return nothing, nothing
    clock = np.maximum.accumulate(clock[known])
    during = np.flatnonzero((samples.time >= clock[0]) & (samples.time <= clock[-1]))
    at = during[np.argsort(samples.time[during], kind="stable")]
    return at, line[known[np.searchsorted(clock, samples.time[at], side="right") - 1]]


def _power_shares(columns: Columns) -> Columns:
    """Return the power of each GPU in % of the limit that it had."""
    limits = {name: name.replace("_power_w", "_power_limit_w") for name in columns if re.fullmatch(GPU + "power_w", name)}
    with np.errstate(all="ignore"):  # a limit of 0
        return {
            name.replace("_power_w", "_power_share"): 100 * columns[name] / columns[limit]
            for name, limit in limits.items()
            if limit in columns
        }


def _over_gpus(columns: Columns, what: str, together: Callable[..., Floats]) -> Floats | None:
    """Return one value a sample out of those of all GPUs, NaN where none has one; None without such a column."""
    of_each = [values for name, values in columns.items() if re.fullmatch(GPU + what, name)]
    if not of_each:
        return None
    stacked = np.stack(of_each)
    told = np.isfinite(stacked).any(axis=0)
    result = np.full(stacked.shape[1], np.nan)
    result[told] = together(np.where(np.isfinite(stacked), stacked, np.nan)[:, told], axis=0)
    return result


def _curve(reading: Reading, rows: Indices, values: Floats) -> Curve:
    there = np.isfinite(values)
    return curve(reading, rows[there], values[there])
