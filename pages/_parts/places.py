"""Where something stands in runs that need not count the same: a column of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from trainmon import wording


def places_column(places: Sequence[tuple[float, str] | None], *, alike: bool) -> pd.Series[Any]:
    """Return numbers where all runs count `alike`, else words that say what is counted; a place is its number and its unit."""
    if alike:
        return pd.Series([place and place[0] for place in places], dtype="Int64")
    return pd.Series(["" if place is None else wording.at_number(*place) for place in places])
