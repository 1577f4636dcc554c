"""What a directory's CSV holds: as an attempt noted it at its end, it is what reading the file again gives."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from tests.logs import HEADER, epoch_row, train, write_log
from trainmon.tracking.attempt_record import AttemptRecord
from trainmon.tracking.tracker import MetricsTracker
from trainmon.tracking.written_history import History, history_from, read_history


def noted(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "training_run.json").read_bytes())["attempts"][-1]["reached"]
    return found


def plain(history: History) -> dict[str, Any]:
    return history.state_after(0)


@pytest.mark.parametrize("seed", range(12))
def test_what_an_attempt_notes_is_what_reading_gives(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(5):
        with MetricsTracker(tmp_path, resume=chance.choice(["allow", "allow", "never"])) as tracker:
            first = chance.choice([(0, 0), (0, 5), (1, 0), (1, 5), (2, 0)])
            for epoch in range(first[0], 3):
                for step in range(first[1] if epoch == first[0] else 0, 10):
                    tracker.log_step(epoch, step, chance.random(), val_loss=1.0 if step == 9 else None, extra=step)
                tracker.log_epoch(epoch, chance.random())
        path = tmp_path / "training_metrics.csv"
        restored = history_from(path, noted(tmp_path))
        read = read_history(path, AttemptRecord(tmp_path / "training_run.json").starts())
        read.sums()  # works out what is superseded
        assert restored is not None
        assert plain(restored) == plain(read)
        assert (restored.last, restored.starts) == (read.last, read.starts)


def test_nothing_is_noted_where_a_figure_is_not_finite(tmp_path: Path) -> None:
    with MetricsTracker(tmp_path) as tracker:
        tracker.log_step(0, 1, math.nan)
    assert "reached" not in json.loads((tmp_path / "training_run.json").read_bytes())["attempts"][-1]


def test_file_that_changed_since_is_read_again(tmp_path: Path) -> None:
    with MetricsTracker(tmp_path) as tracker:
        tracker.log_step(0, 1, 1.0)
    path, note = tmp_path / "training_metrics.csv", noted(tmp_path)
    assert history_from(path, note) is not None
    whole = path.read_text()
    for other in (whole + train(0, 2) + "\n", whole.replace("1.0", "2.0"), "", HEADER + "\n"):
        path.write_text(other)
        assert history_from(path, note) is None
    path.write_text(whole)
    for broken in (
        {},
        None,
        [],
        {**note, "sums": 3},
        {**note, "starts": [1]},
        {key: note[key] for key in ("bytes", "fingerprint")},
    ):
        assert history_from(path, broken) is None


def test_only_the_last_attempt_keeps_its_note(tmp_path: Path) -> None:
    for _ in range(2):
        with MetricsTracker(tmp_path) as tracker:
            tracker.log_step(0, 1, 1.0)
    attempts = json.loads((tmp_path / "training_run.json").read_bytes())["attempts"]
    assert ["reached" in attempt for attempt in attempts] == [False, True]


def test_usual_and_unusual_rows_give_the_same_history(tmp_path: Path) -> None:
    rows = [train(0, 1, 0.5, at=1, elapsed=1), train(0, 2, "nan", at=2, elapsed=2), epoch_row(0, 0.25, at=3, elapsed=3)]
    usual = read_history(write_log(tmp_path / "a", rows) / "training_metrics.csv", {})
    unusual = read_history(write_log(tmp_path / "b", [f" {row}" for row in rows]) / "training_metrics.csv", {})
    assert (usual.rows, usual.chains, usual.sums().train.best) == (3, 1, 0.5)
    assert repr(plain(usual)) == repr(plain(unusual))
