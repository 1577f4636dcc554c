"""How much work a training did since its newest saved model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.diagnosis.as_run import START, run_of_columns
from trainmon.analysis import analyse
from trainmon.analysis.lasting import lasting
from trainmon.diagnosis.finding import Finding
from trainmon.runs.run import Checkpoint, Run
from trainmon.stats.arrays import Floats
from trainmon.wording import finding_words

ROWS, SECONDS = 200, 90.0


def a_run(steps: Sequence[int], config: dict[str, Any] | None = None, val: Floats | None = None) -> Run:
    """Return a run of 200 steps, 90 seconds each, with models saved at some of them."""
    step, every = np.arange(1.0, ROWS + 1), np.ones(ROWS)
    columns = {"step": (step, every), "loss": (3 * np.exp(-step / 50), every)}
    if val is not None:
        columns["val_loss"] = (val, every)
    saved = tuple(Checkpoint(f"checkpoint-{each}", None, each, START + SECONDS * each) for each in steps)
    return replace(run_of_columns(columns, START + SECONDS * step, saved), config=config or {})


def at_risk(run: Run, after: float = 10.0) -> list[Finding]:
    """Return what is found of work at risk some seconds after the last row."""
    findings = analyse(run, now=START + SECONDS * ROWS + after).diagnosis.findings
    return [each for each in findings if each.kind == "work_at_risk"]


def test_a_rhythm_that_stopped_leaves_the_work_since_then_at_risk() -> None:
    (found,) = at_risk(a_run([20, 40, 60, 80, 100]))
    assert (found.severity, found.value("unsaved"), found.value("unsaved_steps"), found.step) == ("warning", 9_000, 100, 101)


def test_a_configured_rhythm_needs_one_model() -> None:
    assert len(at_risk(a_run([100], {"save_steps": 20}))) == 1
    assert at_risk(a_run([100])) == []
    assert at_risk(a_run([], {"save_steps": 20})) == []


def test_models_without_a_rhythm_leave_nothing_at_risk() -> None:
    assert at_risk(a_run([3, 50, 60])) == []


def test_where_the_best_alone_may_be_saved_nothing_is_said_once_none_is_better() -> None:
    worse = 1 + np.abs(np.arange(1.0, ROWS + 1) - 100) / 100
    assert at_risk(a_run([20, 40, 60, 80, 100], val=worse)) == []
    assert len(at_risk(a_run([20, 40, 60, 80, 100], {"save_steps": 20}, val=worse))) == 1


def test_what_is_read_later_stays_true() -> None:
    run = a_run([20, 40, 60, 80, 100])
    analysis = analyse(run, now=START + SECONDS * ROWS + 10)
    (before,), (after,) = (
        [finding_words(each).title for each in made.diagnosis.findings if each.kind == "work_at_risk"]
        for made in (analysis, lasting(analysis))
    )
    assert before == after
    assert "now" not in after


def test_a_look_at_the_past_knows_no_later_model() -> None:
    run = a_run([20, 40, 60, 80, 100, 180])
    assert at_risk(run) == []
    found = analyse(run, now=START + 1e6, until=170).diagnosis.findings
    assert [each.kind for each in found if each.kind == "work_at_risk"] == ["work_at_risk"]
