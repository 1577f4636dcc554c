"""What becomes of an earlier training: it goes on, makes room, or the reader is asked; nothing is deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from notebooks.finetuning.checkpoints import Checkpoints
from notebooks.finetuning.resuming import begin, changed_settings, checkpoint_to_resume
from notebooks.finetuning.stop import Stop
from tests.notebooks.finetuning.test_checkpoints import SmallEngine, names, trained

SETTINGS = {"learning_rate": 1.0}
Capture = pytest.CaptureFixture[str]


def test_without_one_a_new_training_begins(tmp_path: Path, capsys: Capture) -> None:
    checkpoints = Checkpoints(tmp_path)
    assert checkpoint_to_resume(checkpoints, SETTINGS, 10, None) is None
    progress = begin(checkpoints, None, SmallEngine(), SETTINGS | {"seed": 0}, 10)
    assert (progress.done, progress.total_steps) == (0, 10)
    assert capsys.readouterr().out == "A new training.\n"


def test_one_with_the_same_settings_goes_on(tmp_path: Path, capsys: Capture) -> None:
    checkpoints = trained(tmp_path, 3.0, 2.0)
    resumed_from = checkpoint_to_resume(checkpoints, SETTINGS, 10, None)
    assert resumed_from is not None
    assert capsys.readouterr().out == (
        f"The training in {tmp_path} went through 2 of 10 steps.\nGoing on from checkpoint_epoch0_step1\n"
    )
    assert begin(checkpoints, resumed_from, SmallEngine(), SETTINGS, 10).done == 2


def test_one_that_reached_its_end_makes_room(tmp_path: Path) -> None:
    checkpoints = trained(tmp_path, 3.0, 2.0, total_steps=2)
    assert checkpoint_to_resume(checkpoints, SETTINGS, 2, None) is None
    begin(checkpoints, None, SmallEngine(), SETTINGS | {"seed": 0}, 2)
    assert names(tmp_path) == ["earlier"]


def test_a_setting_that_changes_nothing_of_what_is_learned_is_said_and_goes_on(tmp_path: Path, capsys: Capture) -> None:
    checkpoints = trained(tmp_path, 3.0)
    assert checkpoint_to_resume(checkpoints, SETTINGS | {"log_every": 5}, 10, None) is not None
    assert "    log_every: not set -> 5\n" in capsys.readouterr().out


def test_other_settings_are_said_and_the_reader_is_asked(tmp_path: Path, capsys: Capture) -> None:
    checkpoints = trained(tmp_path, 3.0)
    with pytest.raises(
        Stop, match=r'nothing was touched. IF_CHANGED = "resume" goes on .* IF_CHANGED = "new" begins anew and moves'
    ):
        checkpoint_to_resume(checkpoints, {"learning_rate": 0.5}, 10, None)
    assert "changed since then:\n    learning_rate: 1.0 -> 0.5\n" in capsys.readouterr().out
    assert names(tmp_path) == ["checkpoint_epoch0_step0"]


@pytest.mark.parametrize(("choice", "resumes"), [("resume", True), ("new", False)])
def test_the_reader_decides(tmp_path: Path, choice: str, resumes: bool) -> None:
    checkpoints, settings = trained(tmp_path, 3.0), {"learning_rate": 0.5, "seed": 0}
    settings_then = {"learning_rate": 1.0, "seed": 0}
    assert changed_settings(settings_then, settings) == {"learning_rate": "learning_rate: 1.0 -> 0.5"}
    resumed_from = checkpoint_to_resume(checkpoints, {"learning_rate": 0.5}, 10, choice)
    progress = begin(checkpoints, resumed_from, SmallEngine(), settings, 10)
    assert (resumed_from is not None, progress.done, progress.settings) == (resumes, int(resumes), settings)
    assert names(tmp_path) == (["checkpoint_epoch0_step0"] if resumes else ["earlier"])


@pytest.mark.parametrize("choice", [None, "resume"])
def test_with_another_model_there_is_nothing_to_go_on_from(tmp_path: Path, choice: str | None) -> None:
    checkpoints = trained(tmp_path, 3.0)
    with pytest.raises(Stop, match="cannot go on; nothing was touched. Set them back to go on"):
        checkpoint_to_resume(checkpoints, SETTINGS | {"lora_rank": 4}, 10, choice)


def test_a_finished_one_with_more_epochs_may_go_on_or_make_room(tmp_path: Path) -> None:
    checkpoints, longer = trained(tmp_path, 3.0, total_steps=1), SETTINGS | {"num_epochs": 2}
    with pytest.raises(Stop, match='IF_CHANGED = "resume" goes on'):
        checkpoint_to_resume(checkpoints, longer, 2, None)
    assert checkpoint_to_resume(checkpoints, longer, 2, "resume") is not None


def test_a_choice_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(Stop, match='IF_CHANGED is \'yes\': it has to be None, "resume" or "new".'):
        checkpoint_to_resume(Checkpoints(tmp_path), SETTINGS, 10, "yes")
