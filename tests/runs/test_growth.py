"""A log that grows says the same as one that is read at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import append, write_run
from trainmon.analysis import analyse
from trainmon.analysis.pace import paces_of
from trainmon.runs import memo
from trainmon.runs.first_rows import first_rows_of
from trainmon.runs.readers.checkpoint_directory import CheckpointDirectory
from trainmon.runs.watched_run import WatchedRun

NOW = 1.8e9
FIGURES = ("train", "eval", "timing", "progress", "best", "memory", "diagnosis", "grades", "notices", "final_loss",
           "raw_best", "eta", "whole_train", "whole_eval", "saved", "non_finite")  # fmt: skip
cells = st.sampled_from(["", "nan", "inf", "1.5", "0", "2.25"])
available_memory = st.sampled_from(["8000"] * 6 + ["", "0", "nan", "7000.5"])
kinds = st.sampled_from(["on"] * 12 + ["epoch", "back", "next", "again", "eval"])
batches = st.lists(st.lists(st.tuples(kinds, cells, cells, available_memory), min_size=1, max_size=12), min_size=1, max_size=5)
Move = tuple[str, str, str, str]  # kind of row, loss, validation loss, memory


def lines(moves: list[Move], at: dict[str, int]) -> list[str]:
    """Return rows that go on, go back, begin an epoch or a training, from where the log is."""
    made = []
    for kind, loss, validation, available in moves:
        at["seconds"] += 2
        at["step"] = {"back": max(0, at["step"] - 3), "next": 0, "again": 0}.get(kind, at["step"] + 1)
        at["epoch"] = {"next": at["epoch"] + 1, "again": 0}.get(kind, at["epoch"])
        at["began"] = at["seconds"] - 1 if kind in ("again", "back") else at["began"]
        stamp = np.datetime64(1_760_000_000 + at["seconds"], "s")
        step, phase = ("", "epoch") if kind == "epoch" else (at["step"], "eval" if kind == "eval" else "train")
        elapsed = at["seconds"] - at["began"]
        made.append(f"{stamp}+00:00,{at['epoch']},{step},{phase},{loss},{validation},1e-05,{available},{elapsed}")
    return made


def read(directory: Path) -> WatchedRun:
    return WatchedRun(directory, CheckpointDirectory(directory))


def assert_same(followed: WatchedRun, opened: WatchedRun, until: int | None = None) -> None:
    grown, fresh = (first_rows_of(each.run, until or each.run.rows.count) for each in (followed, opened))
    assert grown.attempts == fresh.attempts
    assert [(each.number, each.line.tolist(), each.ghosts.tolist()) for each in grown.chains] == [
        (each.number, each.line.tolist(), each.ghosts.tolist()) for each in fresh.chains
    ]
    np.testing.assert_array_equal(grown.global_step, fresh.global_step)
    one, other = (analyse(each.newest.run, now=NOW, until=until, memo=each.newest.memo) for each in (followed, opened))
    assert one.stretch is not None
    assert other.stretch is not None
    np.testing.assert_array_equal(one.stretch.relative, other.stretch.relative)
    np.testing.assert_equal(paces_of(one.stretch), paces_of(other.stretch))
    if one.memory is not None and other.memory is not None:
        np.testing.assert_array_equal(one.memory.readings.values, other.memory.readings.values)
        np.testing.assert_array_equal(one.memory.readings.steps, other.memory.readings.steps)
    for name in FIGURES:
        assert repr(getattr(one, name)) == repr(getattr(other, name)), name


@given(batches)
@settings(max_examples=40)
def test_whatever_is_appended_the_log_says_what_it_says_when_read_at_once(parts: list[list[Move]]) -> None:
    at = {"seconds": 0, "step": 0, "epoch": 0, "began": 0}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(memo, "CHUNK", 8)
        directory = write_run(Path(folder) / "run", lines([("on", "2", "", "8000")] * 40, at))
        followed = read(directory)
        followed.refresh()
        assert_same(followed, followed)
        for moves in parts:
            append(directory, lines(moves, at))
            followed.refresh()
            fresh = read(directory)
            fresh.refresh()
            assert_same(followed, fresh)
            assert_same(followed, fresh, until=41)


def test_blocks_of_a_long_log_are_those_of_one_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "CHUNK", 200)
    at, random = {"seconds": 0, "step": 0, "epoch": 0, "began": 0}, np.random.default_rng(0)

    def more(count: int) -> list[str]:
        losses = np.round(2 + random.standard_normal(count), 4).astype(str)
        losses[random.random(count) < 0.01] = "nan"
        return lines([("on", str(loss), "", "8000") for loss in losses], at)

    directory = write_run(tmp_path / "run", more(8150))
    followed = read(directory)
    followed.refresh()
    analyse(followed.run, now=NOW, memo=followed.newest.memo)
    for count in (1, 2, 37, 60, 400):
        append(directory, more(count))
        followed.refresh()
        fresh = read(directory)
        fresh.refresh()
        assert_same(followed, fresh)
