"""What every report says alike, whatever its form."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from tests.humps import hump
from tests.logs import HEADER, epoch_row, run_of, train
from trainmon import MetricsTracker
from trainmon.analysis import Analysis, analyse
from trainmon.analysis.story import story_of
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.sections import environment, findings, further_metrics, sections
from trainmon.reports.text import report_text
from trainmon.reports.told import taken_back
from trainmon.runs.opening import open_run


@pytest.fixture
def broken(tmp_path: Path) -> Analysis:
    """A training whose loss is not finite any more after its fortieth row."""
    rows = [train(0, step, 3.0 - step / 20 if step < 40 else "nan", at=step) for step in range(60)]
    return analyse(run_of(tmp_path, rows), now=1_800_000_000.0)


def test_a_finding_comes_with_what_to_try_and_its_doubt(broken: Analysis) -> None:
    (severity, title, advice, caveat), *_ = findings(broken).rows
    assert severity == "error"
    assert "40" in title
    assert advice
    assert caveat


def test_every_form_of_the_report_has_the_findings(broken: Analysis) -> None:
    title = findings(broken).rows[0][1]
    assert f"error: {title}" in report_text(broken)
    assert title in report_markdown(broken).replace("\\", "")
    assert html.escape(title) in report_html(broken)


def test_every_form_of_the_report_says_since_when_and_what_was_taken_back(tmp_path: Path) -> None:
    analysis = analyse(run_of(tmp_path, hump(leak_from=450)), now=1_800_000_000.0)
    (overfitting,) = (row for row in taken_back(story_of(analysis)).rows if row[1] == "Overfitting (val_loss)")
    for report in (report_text(analysis), report_markdown(analysis).replace("\\", ""), html.unescape(report_html(analysis))):
        assert "known since epoch 0, step 4" in report
        assert overfitting[2] in report.replace("<wbr>", "")


def test_a_report_on_the_past_knows_nothing_of_what_came_later(tmp_path: Path) -> None:
    then = report_markdown(analyse(run_of(tmp_path, hump(leak_from=450)), now=1_800_000_000.0, until=320))
    assert "Taken back" not in then
    assert "known since epoch 0, step 2" in then


def test_metrics_of_ones_own_have_first_last_and_best(tmp_path: Path) -> None:
    header = f"{HEADER},accuracy,val_perplexity,scale,grad_norm"
    values = [(0.1, 9, 3, 1.5), (0.9, 5, 1, 1.0), (0.8, 7, 2, 2.5)]
    rows = [f"{train(1, step)},{','.join(map(str, each))}" for step, each in enumerate(values)]
    analysis = analyse(run_of(tmp_path, [f"{train(0, 9)},,,,", *rows], header), now=0.0)
    assert further_metrics(analysis).rows == (
        ("accuracy", "0.1", "0.8", "0.9 at step 1, global step 11"),
        ("val_perplexity", "9", "7", "5 at step 1, global step 11"),
        ("scale", "3", "2", "1 to 3 (which is better is not known)"),
        ("grad_norm", "1.5", "2.5", "1 to 2.5 (which is better is not known)"),
    )
    for form in (report_text, report_markdown, report_html):
        assert "0.9 at step 1, global step 11" in form(analysis).replace("\\", "")


def test_a_run_without_metrics_of_its_own_has_no_table_of_them(tmp_path: Path) -> None:
    analysis = analyse(run_of(tmp_path, [train(0, 1)]), now=0.0)
    assert further_metrics(analysis).rows == ()
    for form in (report_text, report_markdown, report_html):
        assert "further metrics" not in form(analysis).lower()


def test_a_validation_that_ends_as_nan_is_not_its_last_number(tmp_path: Path) -> None:
    rows = [row for epoch in range(3) for row in (train(epoch, 7), epoch_row(epoch, 1.0, 2.0 if epoch < 2 else "nan"))]
    losses = sections(analyse(run_of(tmp_path, rows), now=0.0))[2].pairs()
    assert losses["Final validation loss"] == "not finite, last finite 2.0000"


def test_the_speed_of_a_report_is_that_of_the_whole_training_and_says_so(tmp_path: Path) -> None:
    rows = [f"{train(0, step)},{200 if step < 100 else 100}" for step in range(200)]
    analysis = analyse(run_of(tmp_path / "rows", rows, f"{HEADER},samples_per_second"), now=0.0)
    assert sections(analysis)[0].pairs()["Samples per second"] == "150.0 samples/s (mean of all 200 logged values)"
    assert "Samples/second: 150.00, mean of all 200 logged values" in report_text(analysis)
    graded = next(each for each in analysis.grades if each.name == "Samples per second")
    assert graded.value == "100.0 samples/s"
    assert graded.why.endswith("(mean of the last 50 logged values)")
    with MetricsTracker(tmp_path / "summed") as tracker:
        tracker.log_step(0, 1, 1.0, samples_per_second=999)
        tracker.save_summary(total_time=10, total_samples=70)
    summed = analyse(open_run(tmp_path / "summed"), now=0.0)
    assert sections(summed)[0].pairs()["Samples per second"] == "7.0 samples/s (by the training's summary)"


def test_the_environment_says_how_much_memory_the_machine_has(tmp_path: Path) -> None:
    record = {"first_row": 0, "environment": {"python": "3.11.2", "memory_mb": 24_576}}
    (tmp_path / "training_run.json").write_text(json.dumps({"format": 1, "attempts": [record]}))
    assert environment(analyse(run_of(tmp_path, [train(0, 0)]), now=0.0)).rows == (("Python", "3.11.2"), ("Memory", "24.6 GB"))
