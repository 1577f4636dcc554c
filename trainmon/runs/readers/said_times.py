"""The points in time of a log whose column for them a person names, because its own name does not say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trainmon.runs.readers import moments
from trainmon.runs.run import Column
from trainmon.stats.arrays import Floats


def said_times(
    name: object, count: int, columns: Mapping[str, Column], texts: Mapping[str, Sequence[str | None]]
) -> Floats | None:
    """Return the moments of the rows, [count], by the column of this name: dates, or numbers since 1970.

    "" = no column has them. None where the name is of no column, or none is given.
    """
    if name == "":
        return np.full(count, np.nan)
    if isinstance(name, str) and (column := columns.get(name)) is not None:
        since_1970 = moments.unix_seconds(column.values)
        return np.where(since_1970 >= moments.EARLIEST, since_1970, np.nan)
    return moments.all_seconds(texts[name]) if isinstance(name, str) and name in texts else None
