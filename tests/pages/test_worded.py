"""Tables in the app's words: what Streamlit is given, and what happens where it takes it in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from pandas.io.formats.style import Styler
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.elements.lib import pandas_styler_utils
from streamlit.proto.ArrowData_pb2 import ArrowData

from pages._parts.worded import light_is_known, worded
from trainmon import wording

TABLE = pd.DataFrame(
    {
        "Loss": [-0.25, float("nan"), 1e-07],
        "Rows": pd.Series([1_234_567, None, 3], dtype="Int64"),
        "Name": ["apple", None, "cherry"],
        "Trend": [[1.0, 2.0], [], [3.0]],
    }
)
WORDS = {"Loss": wording.loss, "Rows": wording.count}
SAID = {"Loss": ["\u22120.2500", "", "1e-07"], "Rows": ["1\u2009234\u2009567", "", "3"]}


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    light_is_known.cache_clear()
    yield
    light_is_known.cache_clear()


def sent(shown: pd.DataFrame | Styler) -> ArrowData:
    assert isinstance(shown, Styler)
    message = ArrowData()
    pandas_styler_utils.marshall_styler(message, shown, "")
    return message


def said(message: ArrowData) -> pd.DataFrame:
    return convert_arrow_bytes_to_pandas_df(message.styler.display_values)


def test_the_installed_pandas_and_streamlit_take_the_words_alone() -> None:
    assert light_is_known()
    words = said(sent(worded(TABLE, WORDS)))
    assert {name: list(words[name]) for name in SAID} == SAID
    assert words[["Name", "Trend"]].isna().all(axis=None)


def test_the_values_stay_what_they_are() -> None:
    shown = worded(TABLE, WORDS)
    assert isinstance(shown, Styler)
    pd.testing.assert_frame_equal(shown.data, TABLE)  # type: ignore[attr-defined]


def test_the_same_table_is_sent_as_the_same_bytes() -> None:
    assert sent(worded(TABLE, WORDS)) == sent(worded(TABLE.copy(), WORDS))


def fails(*_: Any) -> None:
    raise AttributeError("this Streamlit asks otherwise")


def wants_the_head(message: ArrowData, styler: Any, uuid: str) -> None:
    styler._compute()
    message.styler.caption = str(styler._translate(False, False)["head"])


def takes_no_table_as_text(message: ArrowData, styler: Any, uuid: str) -> None:
    styler._compute()
    body = styler._translate(False, False)["body"]
    message.styler.display_values = pandas_styler_utils.dataframe_util.convert_pandas_df_to_arrow_bytes(pd.DataFrame(body))


@pytest.mark.parametrize("otherwise", [fails, wants_the_head, takes_no_table_as_text])
def test_another_streamlit_gets_a_table_that_pandas_writes(
    otherwise: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr(pandas_styler_utils, "marshall_styler", otherwise)
        assert not light_is_known()
    words = said(sent(worded(TABLE, WORDS)))  # by the Streamlit that is here, from what the other one gets
    assert {name: list(words[name]) for name in SAID} == SAID
    assert list(words["Name"]) == ["apple", "", "cherry"]


def test_a_table_with_more_cells_than_streamlit_words_is_shown_as_it_is() -> None:
    with pd.option_context("styler.render.max_elements", TABLE.size - 1):
        assert worded(TABLE, WORDS) is TABLE
