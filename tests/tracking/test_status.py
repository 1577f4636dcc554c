"""Where a training stands, in the guide's words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.real_data import COACH, needs_real_logs
from trainmon.analysis import analyse
from trainmon.runs.opening import open_run
from trainmon.tracking.tracker import MetricsTracker

GUIDES_STATUS = """\
📊 CURRENT STATUS
────────────────────────────────────────────────────────────────────────────
  Epoch: 2  |  Step: 450  |  Elapsed: 2.3h
  Current Loss: 1.2345  |  Best Loss: 0.9876
  Memory Available: 8500MB

📈 LOSS STATISTICS
────────────────────────────────────────────────────────────────────────────
  Steps with data: 3
  Loss range: 0.9876 - 4.5678
  Improvement: 3.3333 (+73.0%)

🎯 VALIDATION
────────────────────────────────────────────────────────────────────────────
  Best Val Loss: 1.0234
  Latest Val Loss: 1.0456

🏆 BEST CHECKPOINT
────────────────────────────────────────────────────────────────────────────
  Epoch: 1
  Step: 250
  Loss: 1.0234 (by validation loss)
"""


def test_status_is_printed_in_the_guides_words_from_memory_and_from_disk(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 0, 4.5678, elapsed_time=0)
    tracker.log_step(1, 250, 0.9876, val_loss=1.0234, elapsed_time=4000)
    tracker.log_step(2, 450, 1.2345, val_loss=1.0456, memory_mb=8500, elapsed_time=8280)
    tracker.print_status()
    assert capsys.readouterr().out == GUIDES_STATUS
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in place.iterdir() if path.suffix == ".csv"}
    MetricsTracker(place).print_status()
    assert capsys.readouterr().out == GUIDES_STATUS
    assert {name: ((place / name).read_bytes(), (place / name).stat().st_mtime_ns) for name in before} == before


@needs_real_logs
def test_status_of_the_original_system_never_shows_a_loss_that_was_never_filled(capsys: pytest.CaptureFixture[str]) -> None:
    tracker = MetricsTracker(COACH)
    status = tracker.get_current_status()
    assert (status["chain"], status["chains"], status["judged_chain"], status["judged_chain_rows"]) == (4, 4, 2, 303)
    assert (status["epoch"], status["step"], status["current_loss"], status["best_loss"], status["memory_mb"]) == (2, *[None] * 4)
    tracker.print_status()
    printed = capsys.readouterr().out
    assert "Current Loss: not logged  |  Best Loss: not logged" in printed
    assert "These 3 rows are training 4 of 4 in this directory; number 2 has 303 rows" in printed


def test_the_lowest_train_loss_is_named_beside_the_best_checkpoint_where_it_is_elsewhere(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with MetricsTracker(place) as tracker:
        for step, (loss, val_loss) in enumerate([(3.0, 2.0), (2.0, 1.0), (1.0, 1.5)], start=1):
            tracker.log_step(0, step, loss, val_loss=val_loss)
        tracker.print_status()
    best = capsys.readouterr().out.split("BEST CHECKPOINT")[1].splitlines()[2:]
    assert best == [
        "  Epoch: 0",
        "  Step: 2",
        "  Loss: 1.0000 (by validation loss)",
        "  Lowest train loss: 1.0000 (epoch 0, step 3)",
    ]


def test_a_loss_that_rose_has_a_real_minus(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with MetricsTracker(place) as tracker:
        tracker.log_step(0, 1, 1.0)
        tracker.log_step(0, 2, 1.5)
        tracker.print_status()
    assert "  Improvement: \u22120.5000 (\u221250.0%)\n" in capsys.readouterr().out


@pytest.mark.parametrize("validated", [True, False])
def test_writer_and_readers_name_one_best(place: Path, validated: bool) -> None:
    random = np.random.default_rng(7)
    for attempt in range(3):  # each goes back a little: what it supersedes does not count
        with MetricsTracker(place) as tracker:
            for step in range(25 * attempt, 25 * attempt + 40):
                loss = float("nan") if step == 30 else 3 / (1 + step) + 0.2 * random.standard_normal()
                tracker.log_step(0, step, loss, val_loss=2 + random.standard_normal() if validated and step % 9 == 0 else None)
    written = tracker.save_summary(1, 1)["best_checkpoint"]
    read = analyse(open_run(place), now=0.0).best
    assert read is not None
    assert (written["epoch"], written["step"]) == (read.epoch, read.step)
    assert written["loss"] == pytest.approx(read.value)
    status = MetricsTracker(place).get_current_status()["best_checkpoint"]
    assert (status.by, status.epoch, status.step) == (read.by, read.epoch, read.step)
