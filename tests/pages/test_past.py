"""A pinned link: the past as a whole, and the way to the present."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from tests.builders import rows, write_run
from tests.pages.conftest import Open, words
from trainmon import wording
from trainmon.runs.ids import run_id

OF_ONE_RUN = pytest.mark.parametrize("page", ["live.py", "loss.py", "memory.py", "report.py"])
OF_TODAY = ("running", "finished", " ago", "still runs", "interim", "in 0 s", "Available now", "checkpoint_epoch2", wording.LIVE)


def finished(folder: Path, minutes: float = 30) -> Path:
    """Write a run of three epochs that ended so many minutes ago, with a saved model after each epoch."""
    began = time.time() - 60 * minutes - 303
    run = write_run(folder, rows(start=began), config={"num_epochs": 3})
    for epoch in range(3):
        saved = run / f"checkpoint_epoch{epoch}_step99"
        saved.mkdir()
        moment = datetime.fromtimestamp(began + 100 * (epoch + 1) + 0.5, UTC)
        (saved / "checkpoint_info.json").write_text(json.dumps({"timestamp": moment.isoformat()}))
    attempt = {"id": "a", "first_row": 0, "end": "finished", "ended": datetime.fromtimestamp(began + 302, UTC).isoformat()}
    (run / "training_run.json").write_text(json.dumps({"attempts": [attempt]}))
    return run


def way_to_the_present(app: AppTest) -> dict[str, list[str]] | None:
    """Return where the link of the banner leads, None without one."""
    drawn = [unescape(each.proto.body) for each in app.get("html") if wording.TO_THE_PRESENT in each.proto.body]
    return parse_qs(drawn[0].partition("?")[2].partition('"')[0]) if drawn else None


@OF_ONE_RUN
def test_everything_on_a_pinned_page_is_of_then(page: str, open_page: Open, tmp_path: Path) -> None:
    run = finished(tmp_path / "old")
    app = open_page(tmp_path, page=page, run=run_id(run), until="250")
    assert not app.exception
    said = words(app)
    assert "as of global step 247" in said
    assert wording.THE_PAST in said
    assert [word for word in OF_TODAY if word in said] == []
    assert not any(toggle.label in (wording.LIVE, wording.PAUSED) for toggle in app.toggle)
    assert not any("data-tm-age" in each.proto.body for each in app.get("html"))


def test_the_models_and_the_forecast_are_those_of_then(open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, run=run_id(finished(tmp_path / "old")), until="250")
    assert "Newest,checkpoint_epoch1_step99" in words(app)
    progress = app.get("progress")[0].proto.text.replace("\\", "").replace("\u2060", "")
    assert progress.startswith("82 % · step 247 of 300 · was to end about ")
    assert ", in " not in progress


@OF_ONE_RUN
def test_the_present_is_one_link_away_in_the_same_view(page: str, open_page: Open, tmp_path: Path) -> None:
    run = run_id(finished(tmp_path / "old"))
    asked = {"x": "epoch", "scale": "log"} if page == "loss.py" else {}
    leads = way_to_the_present(open_page(tmp_path, page=page, run=run, until="250", live="off", **asked))
    assert leads == {"run": [run], **{name: [word] for name, word in asked.items()}}
    present = open_page(tmp_path, page=page, **leads)
    assert "finished" in words(present)
    assert way_to_the_present(present) is None
    assert any(toggle.label == wording.LIVE for toggle in present.toggle)


def test_a_comparison_says_for_each_run_of_when_it_is(open_page: Open, tmp_path: Path) -> None:
    ids = [run_id(finished(tmp_path / name)) for name in ("a", "b")]
    app = open_page(tmp_path, page="compare.py", run=ids, until=["100", "150"], baseline=ids[1])
    assert list(app.dataframe[0].value["State"]) == ["as of step 99", "as of global step 148"]
    assert wording.THE_PAST in words(app)
    leads = way_to_the_present(app)
    assert leads == {"run": ids, "baseline": [ids[1]]}
    half = open_page(tmp_path, page="compare.py", run=ids, until="100")
    assert wording.PARTLY_THE_PAST in words(half)
    assert any(toggle.label == wording.LIVE for toggle in half.toggle)


def test_attempts_that_had_not_begun_are_not_drawn(open_page: Open, tmp_path: Path) -> None:
    run = run_id(write_run(tmp_path / "run", [*rows(start=1_700_000_000.0)[:150], *rows(start=1_700_100_000.0)]))
    app = open_page(tmp_path, page="loss.py", run=run, until="200", attempts="all")
    assert not app.exception
    assert not open_page(tmp_path, page="loss.py", run=run, until="100", attempts="all").exception


@OF_ONE_RUN
def test_an_attempt_that_had_not_begun_is_one_sentence(page: str, open_page: Open, tmp_path: Path) -> None:
    run = run_id(write_run(tmp_path / "run", [*rows(start=1_700_000_000.0)[:150], *rows(start=1_700_100_000.0)]))
    app = open_page(tmp_path, page=page, run=f"{run}@2", until="100")
    assert not app.exception
    assert "has no attempt 2; it has 1" in words(app)
