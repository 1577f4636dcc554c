"""Words that stay true in what is read later."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.logs import run_of, train
from trainmon.analysis import analyse
from trainmon.analysis.lasting import lasting
from trainmon.analysis.memory_words import memory_line
from trainmon.wording import verdict_line

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def test_a_silent_run_has_no_time_since_in_state_and_finding(tmp_path: Path) -> None:
    silent = analyse(run_of(tmp_path, [train(0, step, 3 - step / 50, at=step) for step in range(50)]), now=START + 500)
    assert "7 min 31 s ago" in verdict_line(silent.diagnosis)
    said = lasting(silent)
    assert " ago" not in said.state.evidence + verdict_line(said.diagnosis)
    assert said.state.evidence in verdict_line(said.diagnosis)
    assert said.state.age is None


def test_a_forecast_does_not_count_from_now(tmp_path: Path) -> None:
    rows = [f"{train(0, step, at=step).rpartition(',8000,')[0]},{9000 - 40 * step}," for step in range(100)]
    running = analyse(run_of(tmp_path, rows), now=START + 100)
    assert running.memory is not None
    assert "at this pace" in memory_line(running.memory, over=False)
    for said in (lasting(running), analyse(running.run, now=START + 100, until=90)):
        assert said.memory is not None
        assert "at this pace" not in memory_line(said.memory, over=False)
