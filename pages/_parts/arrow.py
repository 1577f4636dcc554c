"""What charts draw, in the form in which it is sent: made once for all sessions."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping

import pyarrow as pa

from trainmon.charts import Chart

_made: dict[int, dict[str, pa.Table]] = {}
_making = threading.Lock()


def tables(chart: Chart) -> Mapping[str, pa.Table]:
    """Return the datasets of a chart as Arrow tables, made at the first call; they go with the chart.

    Left to Streamlit, every session would convert the same frames at every refresh, which costs more than all the rest of
    it: pyarrow starts threads for each frame of more than a hundred rows a column.
    """
    key = id(chart)
    with _making:
        if key not in _made:
            _made[key] = {name: pa.Table.from_pandas(table, nthreads=1) for name, table in chart.datasets.items()}
            weakref.finalize(chart, _made.pop, key, None)
        return _made[key]
