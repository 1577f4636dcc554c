"""Where a training stands, in the guide's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.real_data import COACH, needs_real_logs
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
  Loss: 0.9876
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
