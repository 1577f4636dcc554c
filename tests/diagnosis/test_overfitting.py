"""Validation that rises while training falls."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import falling, inputs, of
from trainmon.diagnosis.overfitting import find_overfitting
from trainmon.wording import finding_words

TURNING = np.concatenate([np.linspace(2, 1, 8), np.linspace(1.05, 1.5, 8)])


def test_validation_that_rises_while_train_falls_is_overfitting_since_its_best_step() -> None:
    (found,) = find_overfitting(inputs(falling(160), TURNING))
    assert (found.severity, found.rows) == ("error", (79,))


def test_three_validations_give_a_notice_that_says_how_few_they_are() -> None:
    (found,) = find_overfitting(inputs(falling(90), [1.1, 1.02, 1.05]))
    assert found.severity == "notice"
    assert finding_words(found).title == "validation rose from 1.0200 to 1.0500 (+2.9 %) while training fell; three points only"


def test_validation_that_follows_a_rising_train_loss_is_not_overfitting() -> None:
    losses = np.concatenate([np.linspace(2, 1, 80), np.linspace(1, 2, 80)])
    assert list(find_overfitting(inputs(losses, losses[9::10]))) == []


def test_a_score_that_still_improves_makes_it_a_warning_and_is_said() -> None:
    scores = (of(np.linspace(0.5, 0.9, 16), "val_f1", 10),)
    (found,) = find_overfitting(inputs(falling(160), TURNING, scores=scores))
    assert (found.severity, found.case) == ("warning", "score improves")
    assert finding_words(found).advice[0] == "choose the checkpoint by the score, if that is what counts"


def test_one_bad_first_validation_is_not_the_best_point() -> None:
    values = [1e3, *np.linspace(2, 1, 15)]
    assert list(find_overfitting(inputs(falling(160), values))) == []


def test_a_validation_that_jumps_to_and_fro_is_not_overfitting() -> None:
    for seed in range(5):
        jumps = np.exp(0.2 * np.random.default_rng(seed).standard_normal(30))
        assert list(find_overfitting(inputs(falling(300, 0.01), falling(30, 0.0) * jumps))) == []


def test_a_validation_that_rises_by_half_in_the_last_tenth_is_a_notice_at_once() -> None:
    values = np.concatenate([np.linspace(2, 1, 27), [1.15, 1.3, 1.5]])
    (found,) = find_overfitting(inputs(falling(300), values))
    assert (found.severity, found.rows) == ("notice", (269,))


def test_few_epochs_that_go_up_one_after_the_other_are_overfitting() -> None:
    values = [1.4, 1.0, 0.9, 0.95, 1.05, 1.2, 1.35]
    (found,) = find_overfitting(inputs(np.linspace(1.5, 0.2, 7), values))
    assert (found.severity, found.rows) == ("error", (2,))


def test_a_validation_on_its_way_back_is_no_alarm() -> None:
    t = np.linspace(0, 1, 40)
    values = 1 + np.exp(-8 * t) + 0.5 * np.exp(-(((t - 0.5) / 0.15) ** 2))
    assert any(each.alarms for each in find_overfitting(inputs(falling(400)[:220], values[:22])))
    assert not any(each.alarms for each in find_overfitting(inputs(falling(400)[:260], values[:26])))
