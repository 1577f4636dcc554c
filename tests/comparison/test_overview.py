"""What the overview works out of each run, and which runs a filter leaves."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from tests.builders import rows, write_run
from tests.logs import train
from trainmon.comparison.overview import Listed, listed, matching, setting_names, setting_values
from trainmon.runs.memo import Memo
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run


def overview(*paths: Path) -> list[Listed]:
    return looked_at([open_run(path) for path in paths], time.time())


def looked_at(runs: list[Run], now: float) -> list[Listed]:
    return listed(runs, now, lambda _: Memo())


def test_the_trend_is_the_mean_loss_of_thirty_equal_parts(tmp_path: Path) -> None:
    (found,) = overview(write_run(tmp_path / "run", [train(0, step, 90 - step) for step in range(90)]))
    assert list(found.lasting.trend) == [90 - (3 * part + 1) for part in range(30)]


def test_a_short_run_has_a_short_trend_and_what_is_not_finite_is_left_out(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [train(0, 0, 3), train(0, 1, "nan"), train(0, 2, "inf"), train(0, 3, 2)])
    (found,) = overview(run)
    assert list(found.lasting.trend) == [3, 2]


@pytest.mark.parametrize("lines", [[], [train(0, step, 0.0) for step in range(30)], [train(0, 0, "nan")]])
def test_without_a_loss_there_is_no_trend(tmp_path: Path, lines: list[str]) -> None:
    (found,) = overview(write_run(tmp_path / "run", lines))
    assert len(found.lasting.trend) == 0


def test_losses_near_the_largest_float_do_no_harm(tmp_path: Path) -> None:
    (found,) = overview(write_run(tmp_path / "run", [train(0, step, 1.7e308) for step in range(90)]))
    assert np.isfinite(found.lasting.trend).all()


def test_a_run_that_did_not_change_is_not_worked_out_again(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path / "run"))
    memo = Memo()
    first, second = (listed([run], moment, lambda _: memo)[0] for moment in (time.time(), time.time() + 5))
    assert first.lasting is second.lasting


def test_the_forecast_stays_the_same_between_two_looks(tmp_path: Path) -> None:
    run, now = open_run(write_run(tmp_path / "run", rows()[:200], config={"num_epochs": 3})), time.time()
    run_now = open_run(write_run(tmp_path / "now", rows(start=now - 200)[:200], config={"num_epochs": 3}))
    first, second = looked_at([run_now], now)[0].ends, looked_at([run_now], now + 2)[0].ends
    assert first == second
    assert first is not None
    assert abs(first - now - 100) < 60
    assert looked_at([run], now + 7200)[0].ends is None


def test_all_words_of_a_filter_must_occur_wherever(tmp_path: Path) -> None:
    one = write_run(tmp_path / "group" / "one", config={"optimizer": {"lr": 1e-4}, "fp16": True})
    two = write_run(tmp_path / "two", [train(0, step, "nan") for step in range(30)], config={"optimizer": {"lr": 1e-3}})
    (two / "trainmon.toml").write_text('tags = ["Große Läufe"]\nnotes = "forgot the warm-up"')
    found = overview(one, two)

    def left(words: str, *states: str) -> list[str]:
        return [each.analysis.run.name for each in matching(found, words, states)]

    assert left("") == left("  ") == ["one", "two"]
    assert left("GROUP one") == left("optimizer.lr=0.0001") == left("fp16=yes") == left("healthy") == ["one"]
    assert left("GROSSE läufe") == left("warm-up") == left("infinite") == left("0.001") == ["two"]
    assert left("one two") == []
    assert left("", "running") == ["one"]
    assert left("running") == ["one"]


def test_settings_that_differ_come_first_and_are_numbers_where_all_are(tmp_path: Path) -> None:
    found = overview(
        write_run(tmp_path / "a", config={"same": 1, "lr": 1e-4, "name": "x", "big": 10**400, "on": True}),
        write_run(tmp_path / "b", config={"same": 1, "lr": 1, "name": 3, "big": 1, "on": False}),
        write_run(tmp_path / "c", config={"same": 1}),
    )
    assert setting_names(found) == ["lr", "name", "big", "on", "same"]
    assert np.array_equal(setting_values(found, "lr"), [1e-4, 1, np.nan], equal_nan=True)
    assert setting_values(found, "name") == ["x", "3", ""]
    assert setting_values(found, "on") == ["yes", "no", ""]
    assert setting_values(found, "big")[1:] == ["1", ""]
