"""Tables whose figures stand as everywhere in the app, and are still sorted, copied and downloaded as numbers.

Streamlit writes numbers with the browser's thousands, commas or none. It takes other words from a pandas Styler alone, and that
writes every cell of the table anew at each look. Here the Styler is given the words that differ, and has nothing left to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler  # takes its time to import: the first table does it

SAME_EVERYWHERE = "worded"  # pandas would give each table a random name, and so send one again that has not changed
# How Streamlit asks a Styler for its words: the table as text, and what pandas makes of each cell. Nothing promises this.
AS_TEXT, TRANSLATE = "astype", "_translate"

Words = Mapping[str, Callable[[Any], str]]


def worded(table: pd.DataFrame, words: Words) -> pd.DataFrame | Styler:
    """Return what shows a table with the cells of some columns as `words` says them, and missing ones empty.

    Where pandas and Streamlit work in another way than is known here, pandas writes the whole table, which is slow. A table with
    more cells than Streamlit lets anybody word is returned as it is.
    """
    if table.size > pd.get_option("styler.render.max_elements"):
        return table
    return _light(table, words) if light_is_known() else _whole(table, words)


@cache
def light_is_known() -> bool:
    """Return whether a table says the same with the words alone as with every cell written by pandas."""
    table = pd.DataFrame({"a figure": [1.5, None, -2.5], "a name": ["x", None, "z"]})
    words: Words = {"a figure": lambda value: f"<{value}>"}
    try:
        seen = [_sent(make(table, words)) for make in (_light, _whole)]
    except Exception:  # whatever may fail in what nobody has promised
        return False
    return seen[0] == seen[1] == ["<1.5>", "", "<-2.5>"]


def _sent(styler: Styler) -> list[str]:
    """Return the words of the first column as Streamlit sends them to the browser."""
    from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
    from streamlit.elements.lib.pandas_styler_utils import marshall_styler
    from streamlit.proto.ArrowData_pb2 import ArrowData

    message = ArrowData()
    marshall_styler(message, styler, "")
    return list(convert_arrow_bytes_to_pandas_df(message.styler.display_values).iloc[:, 0])


def _light(table: pd.DataFrame, words: Words) -> Styler:
    """Return a table with its words beside it: a column without any is shown as it is."""
    said = pd.DataFrame({name: _said(table[name], words.get(str(name))) for name in table}, index=table.index, dtype=object)
    both = table.copy(deep=False)
    vars(both)[AS_TEXT] = lambda _: said
    styler = both.style.set_uuid(SAME_EVERYWHERE)
    vars(styler)[TRANSLATE] = lambda *_: {"body": []}
    return styler


def _said(column: pd.Series[Any], say: Callable[[Any], str] | None) -> list[str | None]:
    if say is None:
        return [None] * len(column)
    missing = column.isna().tolist()
    return ["" if nothing else say(value) for value, nothing in zip(column.tolist(), missing, strict=True)]


def _whole(table: pd.DataFrame, words: Words) -> Styler:
    forms: dict[Any, Any] = dict(words)
    return table.style.set_uuid(SAME_EVERYWHERE).format(forms, na_rep="")
