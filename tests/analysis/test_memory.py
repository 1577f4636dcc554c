"""Available memory: one trend, which the page, the findings, the grade and the reports all speak of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.analysis.test_samples import seen, write_samples
from tests.logs import HEADER, stamp, write_log
from tests.real_data import COACH, needs_real_logs
from trainmon.analysis import Analysis
from trainmon.analysis.memory import Memory, runs_short
from trainmon.analysis.memory_words import forecast_card, memory_line, memory_trend, trend_card
from trainmon.wording import finding_words

NOISE = 20 * np.random.default_rng(0).standard_normal(1_000)


def log(directory: Path, memory: Sequence[object], first: int = 0) -> Path:
    """Write a train row every second and ten steps, with its memory."""
    rows = [f"{stamp(at)},0,{10 * (first + at)},train,1.5,,1e-05,{free},{at}" for at, free in enumerate(memory)]
    return write_log(directory, rows, HEADER)


def falling(count: int = 300, by: float = 9.0) -> list[float]:
    return [9_000 - by * at + float(NOISE[at]) for at in range(count)]


def of(analysis: Analysis) -> Memory:
    assert analysis.memory is not None
    return analysis.memory


def plan(directory: Path, steps: int) -> None:
    (directory / "trainmon.toml").write_text(f"[plan]\nsteps = {steps}\n")


def plain(words: str) -> str:
    return words.replace("\u2009", "")


def test_a_fall_is_said_with_its_step_and_its_range(tmp_path: Path) -> None:
    log(tmp_path, falling())
    memory = of(seen(tmp_path))
    line = plain(memory_line(memory, over=False))
    found = re.fullmatch(
        r"Available memory falls by 90 MB per 100 steps: 1 GB at about step (\d+) \((\d+) to (\d+)\), in .*", line
    )
    assert found is not None
    at, low, high = map(int, found.groups())
    assert low < at < high
    assert abs(at - 8_860) < 100
    assert runs_short(memory, over=False)
    assert memory_trend(memory) == "\u221290 MB per 100 steps"
    assert plain(forecast_card(memory, over=False)[1]) == f"step {at}"


def test_the_finding_and_the_grade_speak_of_the_same_trend(tmp_path: Path) -> None:
    log(tmp_path, falling())
    analysis = seen(tmp_path)
    ahead = of(analysis).outlook
    assert ahead is not None
    assert ahead.reach is not None
    (leak,) = [each for each in analysis.diagnosis.findings if each.kind == "memory_leak"]
    assert leak.value("trend") == 100 * ahead.line.slope
    assert (leak.value("limit_at"), leak.value("limit_at_low")) == (ahead.reach.at, ahead.reach.low)
    assert leak.value("limit_in") == ahead.ahead
    said = plain(memory_line(of(analysis), over=False)).partition(": ")[2].partition(" (5")[0].partition(" steps")[0]
    assert f"{said} steps" in plain(finding_words(leak).title)
    assert [grade.grade for grade in analysis.grades if grade.name == "Memory stable"] == ["bad"]


def test_a_fall_that_has_just_begun_is_told_by_its_own_pace(tmp_path: Path) -> None:
    steady = [68_000 + 20 * float(each) for each in NOISE[:368]]
    analysis = seen(log(tmp_path, [*steady, *(68_000 - 1_600 * at for at in range(1, 33))]))
    ahead = of(analysis).outlook
    assert ahead is not None
    assert ahead.begun
    assert 100 * ahead.line.slope == pytest.approx(-16_000, rel=0.02)
    assert plain(memory_line(of(analysis), over=False)).startswith(
        "Available memory has begun to fall, by 16000 MB per 100 steps: 1 GB at"
    )
    (leak,) = [each for each in analysis.diagnosis.findings if each.kind == "memory_leak"]
    assert (leak.severity, leak.case) == ("warning", "begun")
    assert leak.value("trend") == 100 * ahead.line.slope
    assert abs(leak.rows[0] - 368) <= 3
    assert re.search(
        r"has begun to fall since epoch 0, step 36\d\d, by .*; 1 GB at about step .*, in about 9\d steps",
        plain(finding_words(leak).title),
    )


def test_a_fall_of_a_few_readings_has_no_trend_yet(tmp_path: Path) -> None:
    fell = [8_700.0, 8_400.0, 8_100.0, 7_800.0]
    analysis = seen(log(tmp_path, [*(9_000 + float(each) for each in NOISE[:100]), *fell]))
    assert memory_line(of(analysis), over=False) == "Available memory has begun to fall: too few readings since then for a trend."
    (leak,) = [each for each in analysis.diagnosis.findings if each.kind == "memory_leak"]
    assert (leak.severity, leak.value("trend")) == ("notice", None)


def test_a_fall_that_the_training_survives_is_no_alarm(tmp_path: Path) -> None:
    plan(log(tmp_path, falling()), 5_000)
    memory = of(seen(tmp_path))
    assert not runs_short(memory, over=False)
    assert plain(memory_line(memory, over=False)).endswith(
        "per 100 steps, and lasts: 1 GB not before the planned end at step 5000."
    )


def test_a_sawtooth_is_steady(tmp_path: Path) -> None:
    teeth = [8_000 - 3_000 * (at / 47 % 1) for at in range(300)]
    analysis = seen(log(tmp_path, teeth))
    assert memory_line(of(analysis), over=False) == "Available memory is steady: no trend beyond its own swings."
    assert trend_card(of(analysis))[1] == "steady"
    assert "memory_leak" not in [each.kind for each in analysis.diagnosis.findings]


def test_only_the_newest_attempt_counts_because_a_restart_frees_memory(tmp_path: Path) -> None:
    lines = (log(tmp_path / "a", falling(), 0) / "training_metrics.csv").read_text().splitlines()[1:]
    later = [f"{stamp(1_000 + at)},0,{2_500 + 10 * at},train,1.5,,1e-05,{8_000 + NOISE[at]:.0f},{at}" for at in range(100)]
    analysis = seen(write_log(tmp_path / "b", [*lines, *later]))
    assert len(analysis.run.attempts) == 2
    assert memory_line(of(analysis), over=False) == "Available memory is steady: no trend beyond its own swings."
    assert of(analysis).count == 350
    assert "memory_leak" not in [each.kind for each in analysis.diagnosis.findings]


@pytest.mark.parametrize(("count", "said"), [(12, "12 of 20"), (19, "19 of 20")])
def test_few_readings_have_no_trend(tmp_path: Path, count: int, said: str) -> None:
    memory = of(seen(log(tmp_path, falling(count))))
    assert memory_line(memory, over=False) == f"Available memory has too few readings for a trend: {said}."
    assert of(seen(log(tmp_path / "more", falling(20)))).outlook is not None


def test_memory_below_the_limit_is_said_to_be(tmp_path: Path) -> None:
    memory = of(seen(log(tmp_path, [900 + each for each in NOISE[:100]])))
    assert memory_line(memory, over=False) == "Available memory is steady, and below 1 GB: no trend beyond its own swings."
    assert runs_short(memory, over=True)
    assert forecast_card(memory, over=False)[1] == "now"


def test_the_limit_is_that_of_the_settings(tmp_path: Path) -> None:
    log(tmp_path, falling())
    (tmp_path / "trainmon.toml").write_text("[diagnosis]\nlow_memory_mb = 4096\n")
    memory = of(seen(tmp_path))
    assert memory.limit == 4_096
    assert "4 GB at about step" in memory_line(memory, over=False)


def test_memory_that_only_samples_hold_is_used(tmp_path: Path) -> None:
    log(tmp_path, [""] * 300)
    memory = of(seen(write_samples(tmp_path, range(0, 300, 2), available_mb=falling()[::2])))
    assert memory.readings.name == "available_mb"
    assert memory.count == 150
    assert "falls by 91 MB per 100 steps: 1 GB at about step" in memory_line(memory, over=False)


def test_a_training_that_is_over_is_spoken_of_in_the_past(tmp_path: Path) -> None:
    memory = of(seen(log(tmp_path, falling())))
    assert "fell by 90 MB per 100 steps; had it gone on: 1 GB at about" in memory_line(memory, over=True)
    assert not runs_short(memory, over=True)


def test_epochs_stand_for_steps_where_none_was_logged(tmp_path: Path) -> None:
    rows = [f"{stamp(at)},{at},,epoch,1.5,,1e-05,{9_000 - 100 * at + NOISE[at]:.0f},{at + 1}" for at in range(30)]
    memory = of(seen(write_log(tmp_path, rows)))
    assert re.match(r"Available memory falls by \d+ MB per epoch: 1 GB at about epoch 8\d", memory_line(memory, over=False))


@needs_real_logs
def test_a_real_training_on_a_mac_is_steady() -> None:
    assert memory_line(of(seen(COACH)), over=True) == "Available memory was steady: no trend beyond its own swings."
