from __future__ import annotations

import numpy as np

from trainmon.integrations.logged_names import logged_values


def test_losses_and_the_learning_rate_are_found_by_the_names_that_libraries_use() -> None:
    assert logged_values({"train_loss_step": 1, "lr-Adam": 0.1, "lr-Adam/pg2": 0.2}) == (1, None, None, 0.1, {"lr-Adam/pg2": 0.2})
    assert logged_values({"train_loss_epoch": 1.5, "val_loss": 2}) == (None, 1.5, 2, None, {})
    assert logged_values({"eval_loss": 2.0, "eval_accuracy": 0.5}) == (None, None, 2.0, None, {"eval_accuracy": 0.5})


def test_of_two_names_for_the_loss_the_plain_one_is_it_and_the_other_a_metric() -> None:
    assert logged_values({"train_loss": 2.0, "loss": 1.0}) == (1.0, None, None, None, {"train_loss": 2.0})


def test_what_is_not_one_number_is_left_out() -> None:
    values = {"a": "text", "b": None, "c": [1, 2], "d": {"e": 1}, "f": np.ones(2), "g": np.ones(1), "h": True, "i": object()}
    assert logged_values(values).metrics == {"g": 1.0, "h": 1.0}


def test_numbers_that_are_not_finite_are_kept() -> None:
    assert str(logged_values({"loss": float("nan")}).loss) == "nan"


def test_a_name_that_the_log_keeps_for_itself_is_marked() -> None:
    assert logged_values({"step": 1, "timestamp": 2, "self": 3, "memory_mb": 4}).metrics == {
        "logged_step": 1, "logged_timestamp": 2, "logged_self": 3, "memory_mb": 4,
    }  # fmt: skip
