"""A reward is judged where there is one, and the loss is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import write_run
from tests.logs import HEADER
from tests.rows import train_row
from trainmon.analysis import Analysis, analyse
from trainmon.reports.text import report_text
from trainmon.runs.opening import open_run


def tuned(directory: Path, name: str, rewards: list[float]) -> Analysis:
    """Return the analysis of a run whose loss doubles while a reward goes as given."""
    lines = [f"{train_row(i, 0, i, 0.01 * (1 + i / len(rewards)))},{reward}" for i, reward in enumerate(rewards)]
    return analyse(open_run(write_run(directory / "run", lines, header=f"{HEADER},{name}")), now=1.8e9)


@pytest.mark.parametrize("name", ["reward", "train/reward", "rewards/margins", "objective/rlhf_reward"])
def test_a_reward_that_rose_is_good_and_the_loss_beside_it_is_not_graded(name: str, tmp_path: Path) -> None:
    analysis = tuned(tmp_path, name, [0.2 + step / 100 for step in range(60)])
    assert [(grade.name, grade.grade) for grade in analysis.grades][0] == ("Reward", "good")
    assert "Loss improvement" not in {grade.name for grade in analysis.grades}
    assert analysis.diagnosis.verdict in ("healthy", "notice")


def test_a_reward_that_fell_is_bad_one_without_a_trend_between_and_few_are_not_graded(tmp_path: Path) -> None:
    falling, flat, few = [1 - step / 100 for step in range(60)], [0.5, 0.6] * 30, [0.1, 0.2]
    for number, (rewards, grade) in enumerate([(falling, "bad"), (flat, "between"), (few, None)]):
        assert tuned(tmp_path / str(number), "reward", rewards).grades[0].grade == grade


def test_the_report_tells_the_reward_in_the_place_of_the_loss(tmp_path: Path) -> None:
    said = report_text(tuned(tmp_path, "reward", [0.2 + step / 100 for step in range(60)]))
    assert "The reward (reward) rose: from 0.2250 to 0.7650. Here it is the measure, and the loss is none." in said
    assert "Train loss" not in said.split("TIMING")[0]


def test_a_metric_that_only_sounds_like_one_is_no_reward(tmp_path: Path) -> None:
    assert tuned(tmp_path, "reward_std", [0.1] * 30).reward is None
