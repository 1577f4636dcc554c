"""What a report says first."""

from __future__ import annotations

import contextlib
import html
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import rows, write_run
from tests.logs import run_of, train
from trainmon import MetricsTracker
from trainmon.analysis import Analysis, analyse
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.text import report_text
from trainmon.reports.verdict import verdict
from trainmon.runs.opening import open_run

FORMS = pytest.mark.parametrize("form", [report_text, report_markdown, report_html])
Form = Callable[[Analysis], str]


def broken(folder: Path) -> Analysis:
    """Return a training of which 60 of 100 losses are nan, with memory and speed as good as can be."""
    losses = [3 - step / 20 if step < 40 else "nan" for step in range(100)]
    return analyse(run_of(folder, [train(0, step, loss, at=step) for step, loss in enumerate(losses)]), now=time.time())


def words(form: Form, analysis: Analysis) -> str:
    """Return what a report says, without the marks of its form."""
    said = re.sub(r"<(style|script).*?</\1>", "", form(analysis), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "\n", said)).replace("\\", "")


def test_what_is_wrong_comes_first_and_nothing_is_praised(tmp_path: Path) -> None:
    first, course, *more = verdict(broken(tmp_path))
    assert first.startswith("Something is wrong: loss is nan or infinite on 60 of 100 rows")
    assert course.startswith("Train loss fell by ")
    assert course.endswith("; 60 of its 100 values are not finite and left out.")
    assert more == ["No validation loss was logged."]


def test_a_run_that_broke_off_says_so_first(tmp_path: Path) -> None:
    with contextlib.suppress(RuntimeError), MetricsTracker(tmp_path) as tracker:
        for step in range(50):
            tracker.log_step(0, step, 3 - step / 20)
        raise RuntimeError("out of memory")
    first, *more = verdict(analyse(open_run(tmp_path), now=time.time()))
    assert first.startswith("Failed: RuntimeError: out of memory. Until then: ")
    assert not any("is bad" in sentence for sentence in more)


def test_a_healthy_run_is_praised(tmp_path: Path) -> None:
    said = verdict(analyse(open_run(write_run(tmp_path, start=1_700_000_000.0)), now=time.time()))
    assert said[0] == "Looks healthy."
    assert re.fullmatch(r"Train loss fell by .* \(the trimmed mean of its last 15 values\)\.", said[1])
    assert said[2] == "The best validation loss is 0.7830 at global step 299."
    assert said[3] == "None of the 3 key metrics that could be graded is bad."


@FORMS
def test_the_verdict_stands_before_all_figures(form: Form, tmp_path: Path) -> None:
    said = words(form, broken(tmp_path))
    figures = ("Train loss fell by", "Best train loss", "Best Train Loss", "Total time", "Total Time", "60 not finite")
    places = [said.index(each) for each in figures if each in said]
    assert len(places) > 3
    assert said.index("Something is wrong") < min(places)


@FORMS
def test_figures_say_what_they_leave_out(form: Form, tmp_path: Path) -> None:
    said = words(form, broken(tmp_path))
    assert "not finite since step 40, last finite 1.0500" in said
    assert re.search(r"1\.9500 \(65\.0 ?%\), without 60 not finite values", said)
    assert "the train loss ends with 60 not finite values" in said
    assert "good" not in said.partition("Loss improvement: not finite")[2].partition("\n")[0]


@FORMS
def test_a_report_says_when_it_was_made_and_nothing_that_is_soon_untrue(form: Form, tmp_path: Path) -> None:
    now = time.time()
    silent = write_run(tmp_path / "silent", rows(start=now - 500)[:250])
    ended = write_run(tmp_path / "old", start=1_700_000_000.0)
    with MetricsTracker(tmp_path / "done") as tracker:
        tracker.log_step(0, 0, 1.0)
    for run in (silent, ended, tmp_path / "done"):
        said = words(form, analyse(open_run(run), now=now))
        assert time.strftime("%Y-%m-%d %H:%M", time.localtime(now)) in said
        assert " ago" not in said
        assert "still runs" not in said


@FORMS
def test_a_report_on_the_past_is_called_that(form: Form, tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path, rows(start=1_700_000_000.0)))
    said = words(form, analyse(run, now=time.time(), until=250))
    assert "as of global step 247: the first 250 rows only, until 2023-11-1" in said
    assert "interim" not in said
    assert "running" not in said
