from __future__ import annotations

import pytest

from trainmon.comparison.configuration import comparable, differing, is_naming, is_seed, seed_groups


def test_only_what_differs_is_listed_and_numbers_that_are_the_same_do_not() -> None:
    one = {"lr": 1, "layers": [1, 2.0], "name": "a", "flag": True, "only": None}
    other = {"lr": 1.0, "layers": [1.0, 2], "name": "b", "flag": 1}
    assert differing([one, other]) == (["flag", "name"], 3)


@pytest.mark.parametrize("key", ["seed", "random_seed", "training.seed", "data_seed", "Seed", "seed_everything", "random_state"])
def test_these_are_seeds(key: str) -> None:
    assert is_seed(key)


def test_what_only_sounds_like_a_seed_or_a_name_is_a_setting() -> None:
    assert not any(map(is_seed, ["seeds_per_tree.depth", "seeding_rate", "proceed"]))
    assert not any(map(is_naming, ["model.name", "optimizer.name", "data_dir", "dataset_path", "model_name_or_path"]))
    assert all(map(is_naming, ["run_name", "output_dir", "logging_dir", "wandb.name", "name", "checkpoint_path"]))


def test_a_group_has_different_seeds_and_nothing_else_that_matters() -> None:
    base = {"lr": 0.1, "seed": 1, "output_dir": "a"}
    settings = [
        base,
        {**base, "seed": 2, "output_dir": "b"},
        {**base, "seed": 1, "output_dir": "c"},  # the same seed again
        {**base, "lr": 0.2, "seed": 3},
        {"lr": 0.1},
        {},
        {},
    ]
    assert seed_groups(settings) == ((0, 1), (2,), (3,), (4,), (5,), (6,))


def test_settings_that_cannot_be_hashed_are_still_compared() -> None:
    assert comparable({"b": [1], "a": {}}) == comparable({"a": {}, "b": [1.0]})
    assert comparable(float("nan")) == comparable(float("nan"))
    hash(comparable({"a": [{"b": {1, 2}}]}))
