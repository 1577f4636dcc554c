"""All checks together: the second look, what follows from what, the verdict, and inputs of every sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.diagnosis.curves import falling, inputs, of, only
from trainmon.diagnosis.checks import BY_KIND
from trainmon.diagnosis.diagnose import diagnose, with_more
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import Limits
from trainmon.wording import finding_words, verdict_line

numbers = st.one_of(st.floats(), st.sampled_from([0.0, 1.0, -1.0, float("nan"), float("inf"), 1e308, -1e308, 5e-324]))
short = st.lists(numbers, max_size=5)
longer = st.lists(numbers, max_size=60)


def test_a_healthy_run_has_one_line_that_says_what_was_looked_at() -> None:
    found = diagnose(inputs(falling(), falling(20)))
    assert found.verdict == "healthy"
    assert found.headline is None
    assert verdict_line(found) == "Looks healthy; looked at loss (200 values), val_loss (20 values)."


def test_too_few_rows_are_not_judged_and_this_is_said() -> None:
    found = diagnose(inputs([2.0, 3.0, 4.0, 5.0]))
    assert (found.verdict, found.findings) == ("not_enough_data", ())
    assert verdict_line(found) == "Too few points to judge; looked at loss (4 values, too few to judge)."


def test_nothing_logged_is_nothing_to_judge() -> None:
    assert diagnose(Inputs()).verdict == "nothing_to_judge"


def test_an_alarm_is_a_notice_until_it_holds_without_the_last_rows() -> None:
    losses = np.concatenate([falling(300), np.full(12, 3.0)])
    assert diagnose(inputs(losses)).verdict == "notice"
    assert diagnose(inputs(np.concatenate([losses, np.full(60, 3.0)]))).verdict == "error"


def test_a_value_that_is_not_finite_counts_at_once() -> None:
    found = diagnose(inputs([*falling(100), np.nan]))
    assert (found.verdict, only(found.findings, "non_finite").rows) == ("error", (100,))


def test_what_follows_from_another_finding_is_below_it_and_never_the_headline() -> None:
    t = np.linspace(0, 1, 200)
    found = diagnose(inputs(2 * np.exp(-4 * t), 1.0 + np.abs(np.linspace(-1, 2, 40))))
    assert found.headline is not None
    assert found.headline.kind == "overfitting"
    assert only(found.findings, "train_val_gap").follows_from == "overfitting"


def test_a_loss_that_rises_is_not_called_flat_or_overfitted() -> None:
    losses = np.concatenate([np.linspace(2, 1, 100), np.linspace(1, 4, 100)])
    found = diagnose(inputs(losses, losses[::10]))
    assert [each.kind for each in found.findings if each.alarms] == ["diverging"]


def test_a_check_can_be_switched_off() -> None:
    losses = np.full(50, 2.0)
    assert diagnose(inputs(losses)).verdict == "error"
    quiet = Inputs(train=of(losses), stop_row=50, limits=Limits(off=frozenset({"not_learning", "low_improvement"})))
    assert diagnose(quiet).findings == ()


def test_further_findings_raise_the_verdict() -> None:
    healthy = diagnose(inputs(falling()))
    more = with_more(healthy, [Finding("silent", "warning", case="last row 9 min ago")], Limits())
    assert (more.verdict, more.findings[0].kind) == ("warning", "silent")


@pytest.mark.parametrize("part", [0.25, 0.5, 0.75])
def test_the_first_rows_of_a_healthy_run_raise_no_alarm(part: float) -> None:
    for seed in range(5):
        losses, evaluations = falling(200, seed=seed), falling(20, seed=seed)
        found = diagnose(inputs(losses[: int(200 * part)], evaluations[: int(20 * part)]))
        assert not any(each.alarms for each in found.findings)


@given(short, short, short, short)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_short_input_makes_a_check_raise(
    train: list[float], validation: list[float], memory: list[float], rate: list[float]
) -> None:
    made = Inputs(
        train=of(train),
        evaluation=of(validation, "val_loss"),
        memory=of([abs(value) for value in memory if np.isfinite(value) and value], "memory_mb"),
        learning_rate=of(rate, "lr"),
        grad_norm=of(rate, "grad_norm"),
        samples_per_second=of(memory, "samples_per_second"),
        stop_row=5,
    )
    for finding in diagnose(made).findings:
        assert finding_words(finding).title
        assert finding.severity in BY_KIND[finding.kind].severities


@given(longer, longer)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_input_of_numbers_makes_a_check_raise(train: list[float], validation: list[float]) -> None:
    made = inputs(train, validation, pace=of(train, "pace"), grad_norm=of(validation, "grad_norm"), scores=())
    for finding in diagnose(made).findings:
        assert finding_words(finding).advice
        assert finding.severity in BY_KIND[finding.kind].severities


@given(st.sampled_from([1e-6, 1e-3, 1000.0, 1e6]), st.integers(0, 30), st.sampled_from(["falling", "flat", "rising", "negative"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_unit_of_the_loss_changes_no_finding(factor: float, seed: int, shape: str) -> None:
    losses = falling(120, 0.05, seed)
    losses = {
        "falling": losses,
        "flat": 1 + 0.01 * losses,
        "rising": np.concatenate([losses, losses[::-1]]),
        "negative": losses - 1.5,
    }[shape]
    plain, scaled = (diagnose(inputs(losses * by, losses[::10] * by)) for by in (1.0, factor))
    assert [(each.kind, each.severity, each.rows) for each in plain.findings] == [
        (each.kind, each.severity, each.rows) for each in scaled.findings
    ]


@pytest.mark.parametrize("shape", ["falling", "flat", "rising"])
def test_every_second_row_gives_the_same_verdict(shape: str) -> None:
    t = np.linspace(0, 1, 1200)
    clean = {"falling": 0.5 + 2 * np.exp(-5 * t), "flat": 0 * t + 2, "rising": 1 + np.abs(t - 0.5) * 4}[shape]
    losses = clean * np.exp(0.02 * np.random.default_rng(3).standard_normal(1200))
    assert diagnose(inputs(losses)).verdict == diagnose(inputs(losses[::2])).verdict
