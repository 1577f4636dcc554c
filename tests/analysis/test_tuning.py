"""Reinforcement and preference tuning, recognised by what libraries call their columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.logs import HEADER, run_of
from trainmon import wording
from trainmon.analysis import Analysis, analyse
from trainmon.analysis.judging import MEAN_OF, inputs_of
from trainmon.analysis.saved_models import saved_models
from trainmon.analysis.tuning import PARTS, tuning
from trainmon.charts import small_charts
from trainmon.reports.status_json import status_json
from trainmon.reports.status_text import status_text
from trainmon.runs.run import Checkpoint

GRPO = ("reward", "reward_std", "frac_reward_zero_std", "kl", "entropy", "completions/clipped_ratio", "rewards/right/mean")
DPO = ("rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins", "logps/chosen", "eval_rewards/accuracies")
VERL = ("critic/score/mean", "actor/entropy", "actor/kl_loss", "response_length/clip_ratio", "critic/vf_loss")
EPISODES = ("rollout/ep_rew_mean", "train/approx_kl", "train/entropy_loss", "train/clip_fraction")


@pytest.mark.parametrize(
    ("columns", "config", "method"),
    [
        (GRPO, {}, "group"),
        (GRPO, {"scale_rewards": "group"}, "grpo"),
        (GRPO, {"loss_type": "dapo"}, "grpo"),
        (GRPO, {"normalize_advantages": False}, "rloo"),
        (("objective/rlhf_reward", "objective/kl", "loss/value_avg"), {}, "ppo"),
        (VERL, {}, "ppo"),
        (VERL[:-1], {}, "reward"),
        (EPISODES, {}, "episodes"),
        (("env_runners/episode_return_mean",), {}, "episodes"),
        (("charts/episodic_return", "losses/entropy"), {}, "episodes"),
        (DPO, {}, "preference"),
        (DPO, {"loss_type": ["sigmoid"]}, "dpo"),
        (DPO, {"loss_type": "ipo"}, "ipo"),
        (DPO, {"loss_type": "simpo", "cpo_alpha": 0.0}, "simpo"),
        ((*DPO, "nll_loss"), {"loss_type": "sigmoid", "cpo_alpha": 1.0}, "cpo"),
        ((*DPO, "log_odds_ratio"), {}, "orpo"),
        ((*DPO[:2], "kl"), {}, "kto"),
        ((*DPO, "objective/kl"), {}, "online"),
        (tuple(f"train/{name}" for name in DPO), {}, "preference"),
        (("eval/rewards/accuracies",), {}, "preference"),
    ],
)
def test_a_method_is_told_by_its_columns_and_its_configuration(
    columns: tuple[str, ...], config: Mapping[str, Any], method: str
) -> None:
    found = tuning(columns, config)
    assert found is not None
    assert found.method == method


@pytest.mark.parametrize(
    "columns", [("loss", "entropy", "mean_token_accuracy"), ("kl", "mean_reward"), ("reward_std",), ("acc",)]
)
def test_columns_that_other_trainings_have_too_tell_of_no_tuning(columns: tuple[str, ...]) -> None:
    assert tuning(columns, {"scale_rewards": True}) is None


def test_the_training_is_judged_before_its_validation_and_the_first_name_before_others() -> None:
    found = tuning((*DPO, "eval_rewards/margins"), {})
    assert found is not None
    assert found.measures == ("rewards/margins", "rewards/accuracies")
    assert [each.metric for each in found.columns][-2:] == ["eval_rewards/margins", "eval_rewards/accuracies"]
    both = tuning(("objective/scores", "objective/rlhf_reward"), {})
    assert both is not None
    assert both.measures == ("objective/rlhf_reward",)


def test_every_part_has_its_words() -> None:
    assert all(wording.part_of_tuning(part) for part in set(PARTS.values()))


def analysed(directory: Path, columns: Mapping[str, list[float]], losses: list[float] | None = None) -> Analysis:
    """Return the analysis of a run with these columns, one value a row, and a loss of 0 where none is given."""
    rows = range(len(next(iter(columns.values()))))
    cells = [",".join(f"{values[row]:g}" for values in columns.values()) for row in rows]
    lines = [f",0,{row},train,{losses[row] if losses else 0.0},,,,,{cells[row]}" for row in rows]
    return analyse(run_of(directory, lines, f"{HEADER},{','.join(columns)}"), now=1.8e9)


def test_a_run_says_which_tuning_it_is_and_what_it_is_judged_by(tmp_path: Path) -> None:
    said = "Reinforcement learning (GRPO or RLOO): judged by reward; its loss may stay near 0 or rise, and is no measure."
    analysis = analysed(tmp_path, {"reward": [0.1 + 0.01 * row for row in range(60)], "reward_std": [0.2] * 60})
    assert analysis.notices == (said,)
    assert said in status_text([analysis])
    assert analysis.diagnosis.verdict == "healthy"
    told = json.loads(status_json([analysis]))["runs"][0]["tuning"]
    assert (told["method"], told["judged_by"]) == ("group", ["reward"])
    assert [each["part"] for each in told["columns"]] == ["reward", "spread"]


def test_no_loss_is_a_fault_there_unless_it_is_not_finite(tmp_path: Path) -> None:
    rising = {"reward": [0.1 + 0.01 * row for row in range(60)]}
    for number, losses in enumerate(([0.0] * 60, [0.01 * row for row in range(60)], [0.7 - 0.02 * row for row in range(60)])):
        assert not analysed(tmp_path / str(number), rising, losses).diagnosis.findings
    gone = analysed(tmp_path / "gone", rising, [*[0.5] * 40, *[float("nan")] * 20])
    assert [each.kind for each in gone.diagnosis.findings] == ["non_finite"]


def test_what_counts_is_drawn_before_memory(tmp_path: Path) -> None:
    rows = [row % 7 / 10 for row in range(60)]
    analysis = analysed(tmp_path, {"other": rows, "entropy": rows, "reward": rows})
    assert analysis.stretch is not None
    assert [name for name, _ in small_charts(analysis.stretch).charts][:3] == ["reward", "entropy", "other"]


def test_an_entropy_loss_is_turned_and_a_share_is_the_mean_over_some_rows(tmp_path: Path) -> None:
    shares = [float(row % 2) for row in range(60)]
    analysis = analysed(
        tmp_path, {"rollout/ep_rew_mean": shares, "train/entropy_loss": [-0.7] * 60, "frac_reward_zero_std": shares}
    )
    assert analysis.stretch is not None
    tuned = inputs_of(analysis.stretch, analysis.progress).tuned
    np.testing.assert_allclose(tuned["entropy"].values, 0.7)
    np.testing.assert_allclose(tuned["unvaried"].values[MEAN_OF:], 0.5)


def test_no_loss_says_which_saved_model_is_best_where_rewards_do(tmp_path: Path) -> None:
    losses = [abs(row - 30) / 100 for row in range(60)]
    rewarded = analysed(tmp_path / "one", {"reward": losses}, losses)
    preferred = analysed(tmp_path / "two", {"rewards/margins": losses}, losses)
    saved = [Checkpoint(f"checkpoint-{step}", None, step, 1.7e9) for step in (20, 40)]
    for analysis, metric in ((rewarded, ""), (preferred, "loss")):
        assert analysis.stretch is not None
        worth = saved_models(analysis.stretch, saved)
        assert worth is not None
        assert (worth.count, worth.metric) == (2, metric)
