"""How a run stands, in words."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.builders import rows, write_run
from tests.logs import train
from trainmon import MetricsTracker
from trainmon.analysis import Analysis, analyse
from trainmon.reports.standing import best_checkpoint, figures, loss_statistics, progress_words, verdict_words
from trainmon.runs.opening import open_run


def standing(path: Path, now: float | None = None) -> Analysis:
    return analyse(open_run(path), now=time.time() if now is None else now, which="newest")


def figure(analysis: Analysis, name: str) -> tuple[str, str]:
    return next((value, below) for label, value, below in figures(analysis) if label == name)


def tracked(folder: Path, losses: int = 120, **more: float) -> MetricsTracker:
    tracker = MetricsTracker(folder, total_steps=200)
    for step in range(losses):
        tracker.log_step(0, step, 3 - step / 100, memory_mb=8_000, elapsed_time=step + 1.0, **more)
    return tracker


def test_a_healthy_run_says_why(tmp_path: Path) -> None:
    running = standing(write_run(tmp_path / "run", rows(memory=None)[:250]))
    assert verdict_words(running) == "Healthy so far: loss fell by 77.9 % (smoothed)."
    ended = standing(write_run(tmp_path / "old", start=1_700_000_000.0, validation=False))
    assert verdict_words(ended).startswith("Looks healthy: loss fell by ")


def test_a_failed_run_says_the_reason_first(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), tracked(tmp_path):
        raise RuntimeError("CUDA out of memory.")
    analysis = standing(tmp_path)
    assert analysis.state.word == "failed"
    assert verdict_words(analysis).startswith("Failed: RuntimeError: CUDA out of memory. Until then: looks healthy")


def test_the_progress_has_position_and_forecast_only_where_it_may_go_on(tmp_path: Path) -> None:
    now = time.time()
    lines = rows(start=now - 200)[:200]
    running = write_run(tmp_path / "run", lines, config={"num_epochs": 3})
    assert progress_words(standing(running, now)).startswith("66 % · step 198 of 300 · ends about ")
    silent = progress_words(standing(running, now + 3600))
    assert silent == "66 % · step 198 of 300 · no forecast while it is silent"
    few = write_run(tmp_path / "few", rows(start=now - 2)[:2], config={"max_steps": 300})
    assert progress_words(standing(few, now)).endswith("when it ends can be told after a few more rows")
    assert "No plan is known" in progress_words(standing(write_run(tmp_path / "none", lines), now))
    with tracked(tmp_path / "done", 201):
        pass
    assert progress_words(standing(tmp_path / "done")) == "100 % · step 200 of 200"


def test_the_headline_does_not_follow_every_row_up_and_down(tmp_path: Path) -> None:
    losses = [4 - step / 50 + (0.5 if step % 2 else -0.5) for step in range(150)]
    looks = [standing(write_run(tmp_path, [train(0, *each) for each in enumerate(losses[:rows])])) for rows in range(145, 151)]
    fell = [re.fullmatch(r"Looks healthy: loss fell by (.+) % \(smoothed\), .*", verdict_words(look)) for look in looks]
    said = [float(found[1]) for found in fell if found is not None]
    raw = [look.improvement.percent for look in looks if look.improvement is not None]
    assert len(said) == len(raw) == len(looks)
    assert max(raw) - min(raw) > 25
    assert max(said) - min(said) < 3


def test_a_run_that_is_over_is_not_asked_for_a_plan(tmp_path: Path) -> None:
    lines = rows(start=1_700_000_000.0)
    assert progress_words(standing(write_run(tmp_path / "old", lines))) == "Ended at step 99, global step 299"
    with MetricsTracker(tmp_path / "done") as tracker:
        tracker.log_step(0, 7, 1.0)
    assert progress_words(standing(tmp_path / "done")) == "Finished at step 7"


def test_a_look_at_the_past_has_the_forecast_of_then(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path, rows(start=1_700_000_000.0), config={"num_epochs": 3}))
    then, later = (analyse(run, now=1_700_000_000.0 + seconds, until=250) for seconds in (400, 90_000))
    assert progress_words(then) == progress_words(later)
    assert progress_words(then).startswith("82 % · step 247 of 300 · was to end about ")
    assert figures(then) == figures(later)
    assert verdict_words(then).startswith("Healthy so far: ")


def test_a_step_within_an_epoch_is_named_with_its_place_on_the_chart(tmp_path: Path) -> None:
    analysis = standing(write_run(tmp_path, rows(epochs=2)))
    assert figure(analysis, "Best loss")[1] == "at step 99, global step 199"
    assert figure(analysis, "Validation")[1] == "best 0.7038 at global step 199"


def test_the_loss_says_where_it_is_going(tmp_path: Path) -> None:
    analysis = standing(write_run(tmp_path, [train(0, step, 2.0 if step < 50 else 1.0) for step in range(100)]))
    assert figure(analysis, "Loss") == ("1.0000", "\u22121.0000 over the last 50 rows")


def test_a_loss_that_is_no_number_any_more_is_not_its_last_finite_value(tmp_path: Path) -> None:
    analysis = standing(write_run(tmp_path, [train(0, step, 2.5 if step < 40 else "nan") for step in range(60)]))
    assert figure(analysis, "Loss") == ("not finite", "since step 40, last finite 2.5000")
    assert loss_statistics(analysis)["Not finite"] == "20 of 60"


def test_a_loss_that_was_never_filled_has_no_value(tmp_path: Path) -> None:
    analysis = standing(write_run(tmp_path, [train(0, step, 0.0) for step in range(60)]))
    assert figure(analysis, "Loss") == ("never filled", "")
    assert loss_statistics(analysis) == {"Steps with data": "60", "Range": "never filled"}
    assert best_checkpoint(analysis) == {}


def test_samples_a_second_stand_before_steps_a_second(tmp_path: Path) -> None:
    with tracked(tmp_path, samples_per_second=4.1, learning_rate=1e-5):
        pass
    value, below = figure(standing(tmp_path), "Speed, samples/s")
    assert value == "4.1"
    assert below.endswith("steps/s · LR 1e-05")


def test_the_best_checkpoint_and_the_models_on_disk_are_named(tmp_path: Path) -> None:
    run = write_run(tmp_path, rows(epochs=3))
    for epoch, step in ((0, 99), (1, 99), (2, 99)):
        (run / f"checkpoint_epoch{epoch}_step{step}").mkdir()
    said = best_checkpoint(standing(run))
    assert said["At"] == "epoch 2, step 99, global step 299"
    assert said["On disk"] == "checkpoint_epoch2_step99"
    assert said["Saved models"] == "3, every 100 steps"


def test_statistics_have_range_improvement_and_grade(tmp_path: Path) -> None:
    said = loss_statistics(standing(write_run(tmp_path, [train(0, step, 4.0 - step / 50) for step in range(150)])))
    assert said == {"Steps with data": "150", "Range": "1.0200 to 4.0000", "Improvement": "2.9800 (74.5 %), good"}


def test_a_run_without_a_loss_has_no_statistics(tmp_path: Path) -> None:
    assert loss_statistics(standing(write_run(tmp_path, []))) == {}
