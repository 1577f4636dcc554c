"""Which of the saved states of Hugging Face's Trainer is the newest."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.runs.readers.documents.test_hf_trainer_state import logged, save
from trainmon.runs.readers.documents.trainer_states import TrainerStates, checkpoint_names, is_beginning


def at(path: Path, seconds: float) -> None:
    """Set when a file was written last."""
    os.utime(path, (seconds, seconds))


def newest(folder: Path) -> list[Any]:
    states = TrainerStates(folder)
    states.refresh()
    return [entry["step"] for entry in states.newest.history]


def test_the_highest_step_wins_whatever_the_times_of_a_copy_say(tmp_path: Path) -> None:
    for step, written in ((20, 3_000), (100, 1_000), (30, 2_000)):
        at(save(tmp_path / f"checkpoint-{step}", step), written)
    assert newest(tmp_path)[-1] == 100


def test_of_the_same_step_the_state_with_the_closing_entry_wins(tmp_path: Path) -> None:
    at(save(tmp_path, 20, [*logged(20), {"step": 20, "train_runtime": 3.0}]), 1_000)
    at(save(tmp_path / "checkpoint-20", 20), 2_000)
    assert newest(tmp_path) == [10, 20, 20]


def test_another_training_in_the_same_folder_is_the_newest_although_it_is_not_as_far(tmp_path: Path) -> None:
    at(save(tmp_path / "checkpoint-100", 100), 1_000)
    at(save(tmp_path / "checkpoint-20", 20, [{"step": 10, "loss": 7.0}, {"step": 20, "loss": 6.0}]), 2_000)
    assert newest(tmp_path) == [10, 20]


def test_a_training_resumed_from_an_earlier_checkpoint_is_the_newest(tmp_path: Path) -> None:
    at(save(tmp_path / "checkpoint-100", 100), 1_000)
    at(save(tmp_path / "checkpoint-60", 60, [*logged(50), {"step": 60, "loss": 9.0}]), 2_000)
    assert newest(tmp_path) == [10, 20, 30, 40, 50, 60]


def test_what_hugging_faces_hub_keeps_is_a_checkpoint(tmp_path: Path) -> None:
    save(tmp_path / "last-checkpoint", 30)
    assert newest(tmp_path) == [10, 20, 30]
    assert checkpoint_names(tmp_path) == ["last-checkpoint"]


def test_only_what_changed_is_news(tmp_path: Path) -> None:
    path = save(tmp_path, 20)
    at(path, 1_000)
    states = TrainerStates(tmp_path)
    assert states.refresh()
    assert not states.refresh()
    save(tmp_path / "checkpoint-30", 30)
    assert states.refresh()
    assert states.newest.step == 30


def test_a_history_is_the_beginning_of_one_with_the_same_last_entry() -> None:
    nan = {"step": 2, "loss": float("nan")}
    assert is_beginning([{"step": 1}, nan], [{"step": 1}, {"step": 2, "loss": float("nan")}, {"step": 3}])
    assert is_beginning([], [{"step": 1}])
    assert not is_beginning([{"step": 1}, nan], [{"step": 1}])
    assert not is_beginning([{"step": 2}], [{"step": 1}, {"step": 2}])
