"""A folder's saved models are found again only when something came or went there."""

from __future__ import annotations

import os
from pathlib import Path

from trainmon.runs.readers.checkpoints import CheckpointFolder


def test_a_saved_model_is_found_when_it_comes_and_missed_when_it_goes(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path)
    assert not folder.refresh()
    (tmp_path / "checkpoint-10").mkdir()
    os.utime(tmp_path, ns=(1, 1))
    assert folder.refresh()
    assert [checkpoint.step for checkpoint in folder.found] == [10]
    assert not folder.refresh(), "nothing came or went"
    (tmp_path / "checkpoint-10").rmdir()
    os.utime(tmp_path, ns=(2, 2))
    assert folder.refresh()
    assert folder.found == ()


def test_a_folder_that_is_not_there_holds_no_models(tmp_path: Path) -> None:
    folder = CheckpointFolder(tmp_path / "gone")
    assert not folder.refresh()
    assert folder.found == ()
