"""A loss that was meant to be logged and is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import write_run
from tests.diagnosis.curves import of
from tests.rows import train_row
from trainmon.analysis import analyse
from trainmon.comparison.configuration import settings_of
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.missing_loss import find_missing_loss
from trainmon.runs.opening import open_run

VALIDATIONS = [2.0, 1.8, 1.7]


def found(inputs: Inputs) -> list[str]:
    return [each.case for each in find_missing_loss(inputs)]


def test_validations_of_a_planned_training_without_any_train_loss_are_half_a_log() -> None:
    assert found(Inputs(evaluation=of(VALIDATIONS, "val_loss"), planned=True)) == ["train"]
    assert found(Inputs(evaluation=of(VALIDATIONS, "val_loss"))) == []
    named = Inputs(evaluation=of(VALIDATIONS, "val_loss"), planned=True, other_losses=(of(VALIDATIONS, "policy_loss"),))
    assert found(named) == []


@pytest.mark.parametrize(("expected", "cases"), [(0, []), (1, []), (2, ["eval"])])
def test_validations_that_are_configured_have_two_to_be_late(expected: int, cases: list[str]) -> None:
    assert found(Inputs(train=of([3.0, 2.0, 1.0]), expected_validations=expected)) == cases


def test_a_score_is_a_validation_too() -> None:
    assert found(Inputs(train=of([3.0, 2.0]), scores=(of([0.5], "val_accuracy"),), expected_validations=9)) == []


@pytest.mark.parametrize(
    ("config", "verdict"),
    [
        ({"eval_steps": 50, "eval_strategy": "steps"}, "warning"),
        ({"eval_steps": 50, "eval_strategy": "no"}, "healthy"),
        ({"eval_steps": 500}, "healthy"),
        ({"steps_per_eval": 20}, "warning"),
        ({}, "healthy"),
    ],
)
def test_a_run_whose_configuration_asks_for_validations_and_has_none_is_not_healthy(
    config: dict[str, object], verdict: str, tmp_path: Path
) -> None:
    lines = [train_row(step, 0, step, 1 + 2 / (1 + step / 20)) for step in range(120)]
    run = open_run(write_run(tmp_path / "run", lines, config=config))
    assert analyse(run, now=0.0).diagnosis.verdict == verdict


def test_a_planned_run_with_validations_alone_is_not_healthy(tmp_path: Path) -> None:
    lines = [train_row(step, 0, step, "", 2 - step / 40) for step in range(0, 60, 5)]
    run = open_run(write_run(tmp_path / "run", lines, config={"max_steps": 60}))
    judged = analyse(run, now=0.0).diagnosis
    assert (judged.verdict, judged.headline and judged.headline.kind) == ("warning", "missing_loss")


@pytest.mark.parametrize(("losses", "cases"), [((0, 0, 0), ["newest"]), (("", "", ""), ["newest"]), ((0, 0.5, 0), [])])
def test_a_newest_training_without_a_loss_is_named_beside_the_one_that_is_judged(
    losses: tuple[object, ...], cases: list[str], tmp_path: Path
) -> None:
    earlier = [train_row(step, 0, step, 2 - step / 40) for step in range(60)]
    newest = [train_row(step, 0, step, loss) for step, loss in enumerate(losses)]
    run = open_run(write_run(tmp_path / "run", [*earlier, *newest], config={"lr": 1}))
    judged = analyse(run, now=0.0)
    assert [each.case for each in judged.diagnosis.findings if each.kind == "missing_loss"] == cases
    assert judged.state.word == "ended"
    assert judged.state.evidence.startswith("its end was not recorded; another training began here on ")
    assert judged.run_state.word == analyse(run, now=0.0, which="newest").state.word
    assert settings_of(judged) == {}
