"""What is said of a run on disk: steps as logged, its state, its saved models, its settings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tests.logs import HEADER, run_of, stamp, train
from tests.real_data import COACH, needs_real_logs
from trainmon.analysis import Analysis, analyse
from trainmon.diagnosis.finding import Finding
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run
from trainmon.wording import finding_words, saved_line

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def analysed(run: Run, after: float = 1e8) -> Analysis:
    return analyse(run, now=START + after)


def found(analysis: Analysis, kind: str) -> Finding:
    (one,) = [each for each in analysis.diagnosis.findings if each.kind == kind]
    return one


def falling(step: int, of: int = 60) -> float:
    return 0.5 + 2 * float(np.exp(-5 * step / of))


def test_a_finding_names_its_step_as_it_was_logged(tmp_path: Path) -> None:
    rows = [train(epoch, step, falling(step)) for epoch in range(2) for step in range(1, 31)]
    rows[49] = train(1, 20, "nan")
    one = found(analysed(run_of(tmp_path, rows)), "non_finite")
    assert (one.step, one.steps, one.value("epoch"), one.value("global_step")) == (20, (20,), 1, 50)
    assert finding_words(one).title.endswith(
        "first at epoch 1, step 20; the last finite value was 0.9106; finite values came after"
    )


def test_a_silent_run_says_so_and_one_that_ended_days_ago_does_not(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step, falling(step), at=step) for step in range(60)])
    assert found(analysed(run, 1_000), "silent").severity == "warning"
    assert analysed(run, 1e6).diagnosis.verdict == "healthy"


def test_a_run_that_broke_off_without_memory_says_so_first(tmp_path: Path) -> None:
    rows = [f"{stamp(step)},0,{step},train,{falling(step)},,1e-5,{8000 - 130 * step}," for step in range(60)]
    run = run_of(tmp_path, rows)
    diagnosis = analysed(run, 1e6).diagnosis
    assert diagnosis.headline is not None
    assert diagnosis.headline.kind == "memory_crash"
    assert {each.kind: each.follows_from for each in diagnosis.findings if each.kind in ("low_memory", "memory_leak")} == {
        "low_memory": "memory_crash",
        "memory_leak": "memory_crash",
    }


def with_checkpoints(directory: Path, steps: list[int], best: int) -> Analysis:
    """Return the analysis of 300 steps with a validation every 10 that is lowest at `best`, and saved models at `steps`."""
    rows = []
    for step in range(1, 301):
        val = 1 + abs(step - best) / 1000 if step % 10 == 0 else ""
        rows.append(f"{stamp(step)},0,{step},train,{falling(step, 300)},{val},1e-5,,")
    run_of(directory, rows)
    for step in steps:
        saved = directory / f"checkpoint-{step}"
        saved.mkdir()
        (saved / "checkpoint_info.json").write_text(f'{{"timestamp": "{stamp(step)}"}}')
    return analysed(open_run(directory))


def test_the_best_saved_model_and_what_it_costs_are_named(tmp_path: Path) -> None:
    analysis = with_checkpoints(tmp_path, [100, 200, 300], best=250)
    assert analysis.saved is not None
    many = "3 checkpoints, every 100 steps, newest checkpoint-300"
    assert saved_line(analysis.saved) == f"{many}; best saved: step 200 (checkpoint-200), 5.0 % above the best at 250"
    assert not any(each.kind == "missing_checkpoint" for each in analysis.diagnosis.findings)


def test_a_best_model_that_was_saved_by_rhythm_and_is_gone_is_a_notice(tmp_path: Path) -> None:
    missing = found(with_checkpoints(tmp_path, [50, 100, 200, 250, 300], best=150), "missing_checkpoint")
    assert (missing.severity, missing.step) == ("notice", 150)
    assert "the best saved is step 100, 5.0 % above it" in finding_words(missing).title


def test_settings_of_the_run_change_limits_and_wrong_ones_are_said(tmp_path: Path) -> None:
    rows = [f",0,{step},train,{falling(step)},,1e-5,1500," for step in range(60)]
    run_of(tmp_path, rows)
    assert analysed(open_run(tmp_path)).diagnosis.verdict == "healthy"
    (tmp_path / "trainmon.toml").write_text("[diagnosis]\nlow_memory_mb = 2048\nlow = 1\n")
    analysis = analysed(open_run(tmp_path))
    assert found(analysis, "low_memory").severity == "warning"
    assert any("no check knows low = 1" in notice for notice in analysis.notices)
    (tmp_path / "trainmon.toml").write_text('[diagnosis]\nlow_memory_mb = 2048\noff = ["low_memory"]\n')
    assert analysed(open_run(tmp_path)).diagnosis.verdict == "healthy"


def test_a_metric_that_is_no_loss_may_be_nan(tmp_path: Path) -> None:
    rows = [f",0,{step},train,{falling(step)},,,,,nan,nan" for step in range(60)]
    kinds = {each.metric for each in analysed(run_of(tmp_path, rows, f"{HEADER},map50,box_loss")).diagnosis.findings}
    assert "box_loss" in kinds
    assert "map50" not in kinds


def test_an_adversarial_loss_has_no_reason_to_fall(tmp_path: Path) -> None:
    rows = [f",0,{step},train,{2 + 0.01 * (step % 7)},,,,,1.0" for step in range(60)]
    assert analysed(run_of(tmp_path, rows, f"{HEADER},loss_D")).diagnosis.verdict == "healthy"


@needs_real_logs
def test_the_original_systems_run_raises_no_alarm() -> None:
    diagnosis = analyse(open_run(COACH), now=START).diagnosis
    assert not any(each.alarms for each in diagnosis.findings)
