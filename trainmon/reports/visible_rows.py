"""The rows behind a visible range of the curves, as a CSV table in full."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pyarrow as pa
from pyarrow import csv

from trainmon.analysis.series import Axis, Series, Stretch
from trainmon.charts.lines import Window
from trainmon.runs.run import EPOCH, EVAL, TRAIN, Column
from trainmon.stats.arrays import Indices

PHASES = {TRAIN: "train", EVAL: "eval", EPOCH: "epoch"}


def visible_rows(stretch: Stretch, metrics: Sequence[str], axis: Axis, window: Window | None = None) -> bytes:
    """Return the rows of a stretch that lie in `window` of `axis` and hold any of `metrics`, as CSV (UTF-8).

    Columns: global_step, step, epoch, phase, time (UTC, ISO 8601), then the metrics. Blank = not logged; nan and inf are kept.
    Of a log that counts nothing the first two are called global_row and row.
    """
    run = stretch.run
    rows = _rows(stretch, metrics, axis, window)
    moments = np.where(np.isfinite(run.rows.time[rows]), run.rows.time[rows] * 1e6, 0).astype("int64")
    unknown = ~np.isfinite(run.rows.time[rows])
    unit = "row" if stretch.counted == "row" else "step"
    table = {
        f"global_{unit}": _known(run.global_step[rows]),
        unit: _known(run.rows.values("step")[rows]),
        "epoch": _known(run.rows.values("epoch")[rows]),
        "phase": pa.array(np.array([PHASES[phase] for phase in sorted(PHASES)])[run.rows.phase[rows]]),
        "time": pa.array(moments, mask=unknown).cast(pa.timestamp("us", tz="UTC")),
        **{name: _logged(run.rows.columns[name], rows) for name in metrics},
    }
    out = BytesIO()
    csv.write_csv(pa.table(list(table.values()), names=list(table)), out, csv.WriteOptions(quoting_style="needed"))
    return out.getvalue()


def _rows(stretch: Stretch, metrics: Sequence[str], axis: Axis, window: Window | None) -> Indices:
    line = stretch.line
    wanted = np.zeros(len(line), dtype=bool)
    for name in metrics:
        wanted |= stretch.run.rows.columns[name].logged[line]
    rows: Indices = line[wanted]
    if window is None:
        return rows
    x = Series(stretch, "", rows, np.zeros(len(rows))).x(axis)
    return rows[(x >= window[0]) & (x <= window[1])]


def _known(values: np.typing.NDArray[np.float64]) -> pa.Array:
    """Return numbers, blank where there is none; as whole ones where all are."""
    unknown = ~np.isfinite(values)
    if (values[~unknown] == np.trunc(values[~unknown])).all() and (np.abs(values[~unknown]) < 2**53).all():
        return pa.array(np.where(unknown, 0, values).astype("int64"), mask=unknown)
    return pa.array(values, mask=unknown)


def _logged(column: Column, rows: Indices) -> pa.Array:
    return pa.array(column.values[rows], mask=~column.logged[rows])
