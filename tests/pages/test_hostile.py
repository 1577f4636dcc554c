"""What a file or an address says is text, and opens nothing: no page fails, nothing is drawn from it, nothing outside is read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages._parts import share
from pages._parts.run_table import MOST_LETTERS
from tests.builders import write_run
from tests.hostile import HTML, LONG, MARKDOWN, WORDS, write_hostile
from tests.pages.conftest import PAGES, Open, words
from trainmon import wording
from trainmon.errors import UnknownRunError
from trainmon.runs.ids import run_id
from trainmon.runs.library import Library

ACTIVE = re.compile(r"(?<!\\)(?:\*\*bold|\[link\]|!\[i\]|<img|<script|\$x\^2|`code`|:red\[|:material/home:)")
EXPRESSIONS = ("expr", "signal", "calculate", "filter", "labelExpr", "update")
SECRET = "the secret of another folder"


def markdown(app: AppTest) -> list[str]:
    """Return everything on a page that Streamlit reads as Markdown."""
    blocks = [
        *app.title,
        *app.header,
        *app.subheader,
        *app.markdown,
        *app.caption,
        *app.info,
        *app.warning,
        *app.error,
        *app.success,
    ]
    texts = [str(block.value) for block in blocks] + [each.label for each in [*app.expander, *app.button, *app.metric]]
    tables = [cell for table in app.table for cell in [*map(str, table.value.to_numpy().ravel()), *map(str, table.value.columns)]]
    return [*texts, *tables, *(metric.value for metric in app.metric)]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("kind", WORDS)
def test_words_from_files_are_text_on_every_page(kind: str, page: str, open_page: Open, tmp_path: Path) -> None:
    run = write_hostile(tmp_path, WORDS[kind])
    other = write_run(tmp_path / "other", start=1_700_000_000.0)
    named: Any = [run_id(run), run_id(other)] if page == "compare.py" else run_id(run)
    app = open_page(tmp_path, page=page, run=named)
    app.session_state[share.PANEL] = True
    app.run()
    assert not app.exception
    assert [text for text in markdown(app) if ACTIVE.search(text)] == []
    assert " ".join(WORDS[kind].replace("\\", "").split())[:40] in re.sub(r"\s+", " ", words(app))
    for chart in app.get("vega_lite_chart"):
        assert not re.search(r"alert\(", _expressions(json.loads(chart.proto.spec)))


def _expressions(spec: Any) -> str:
    """Return what Vega would run of a specification."""
    if isinstance(spec, dict):
        own = [
            str(value) for key, value in spec.items() if key in ("expr", "signal", "calculate", "filter", "labelExpr", "update")
        ]
        return " ".join([*own, *(_expressions(value) for value in spec.values())])
    return " ".join(map(_expressions, spec)) if isinstance(spec, list) else ""


@pytest.mark.parametrize("kind", WORDS)
def test_the_list_of_all_runs_shows_them_as_text_too(kind: str, open_page: Open, tmp_path: Path) -> None:
    write_hostile(tmp_path, WORDS[kind])
    write_run(tmp_path / "other", start=1_700_000_000.0)
    app = open_page(tmp_path)
    assert not app.exception
    assert [text for text in markdown(app) if ACTIVE.search(text)] == []
    assert wording.short_name(WORDS[kind], MOST_LETTERS) in list(app.dataframe[0].value["Run"])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("asked", ["../secret", "../../etc/passwd", "@2", HTML, LONG * 20])
def test_an_id_that_no_run_has_opens_nothing(asked: str, page: str, open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "root" / "run", start=1_700_000_000.0)
    write_run(tmp_path / "secret", start=1_700_000_000.0, config={"secret": SECRET})
    app = open_page(tmp_path / "root", page=page, run=asked)
    assert not app.exception
    said = words(app)
    assert "No run with the id" in said
    assert SECRET not in said
    assert not app.get("vega_lite_chart")
    assert [text for text in markdown(app) if ACTIVE.search(text)] == []


@pytest.mark.parametrize(
    "asked",
    ["", ".", "..", "secret", "../secret", "run/../../secret", "..%2Fsecret", "run\x00", "~root", "@", "@2", "*", "/etc/passwd",
     "{run}@0", "{run}@-1", "{run}@3", "{run}@1@1", "{run}@\u00b2", "{run}/", "{run}\x00", "C:\\windows", "\\\\host\\share", HTML,
     MARKDOWN, LONG * 20, "{path}", "{secret}"],
)  # fmt: skip
def test_ids_are_looked_up_and_never_joined_to_a_path(asked: str, tmp_path: Path) -> None:
    run = write_run(tmp_path / "root" / "run", start=1_700_000_000.0)
    secret = write_run(tmp_path / "secret", start=1_700_000_000.0)
    library = Library([tmp_path / "root"])
    library.refresh()
    named = asked.replace("{run}", run_id(run)).replace("{path}", str(run)).replace("{secret}", run_id(secret))
    with pytest.raises(UnknownRunError):
        library.resolve(named)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("word", ["", "nan", "1e999", "9" * 400, "nan~inf", HTML])
def test_a_control_that_is_asked_for_nonsense_stands_at_something_possible(
    word: str, page: str, open_page: Open, tmp_path: Path
) -> None:
    run = run_id(write_run(tmp_path / "run", start=1_700_000_000.0))
    names = {name for page in PAGES.values() for name in page.controls}
    app = open_page(tmp_path, page=page, run=run, baseline=word, until=word, **dict.fromkeys(names, word))
    assert not app.exception
    assert "run" in words(app)
