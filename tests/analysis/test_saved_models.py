"""How often models are saved: as the configuration says, else by what lies on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import write_run
from tests.logs import stamp
from tests.tool_logs import yolo_log
from trainmon import open_run, wording
from trainmon.analysis import analyse


def rhythm(directory: Path, steps: list[int], config: dict[str, Any] | None = None) -> float | None:
    """Return after how many steps a training of 100 saves its model, those of `steps` being there."""
    rows = [f"{stamp(step)},0,{step},train,{2 - step / 100},,1e-5,," for step in range(1, 101)]
    write_run(directory, rows, config=config)
    for step in steps:
        saved = directory / f"checkpoint-{step}"
        saved.mkdir()
        (saved / "checkpoint_info.json").write_text(json.dumps({"timestamp": stamp(step)}))
    models = analyse(open_run(directory), now=0.0).saved
    assert models is not None
    return models.usual_gap


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"save_steps": 20, "save_strategy": "steps"}, 20),
        ({"steps_per_save": 20}, 20),
        ({"save_every": 20}, 20),
        ({"save_steps": 500, "save_strategy": "epoch"}, None),  # a default that nobody uses
        ({"save_steps": 0.1}, None),  # a share of all steps
        ({"save_every": 1}, None),  # of epochs: no two models lie that close
        ({"save_steps": "often"}, None),
        (None, None),
    ],
)
def test_the_configured_rhythm_is_it_where_the_last_model_was_saved_out_of_turn(
    config: dict[str, Any] | None, expected: float | None, tmp_path: Path
) -> None:
    assert rhythm(tmp_path, [80, 92], config) == expected


def test_without_a_configured_one_the_last_gap_tells_nothing(tmp_path: Path) -> None:
    assert rhythm(tmp_path / "a", [20, 40, 48]) == 20
    assert rhythm(tmp_path / "b", [20, 40, 60, 80, 92]) == 20
    assert rhythm(tmp_path / "c", [60, 72]) is None
    assert rhythm(tmp_path / "d", [92]) is None


def test_a_configured_rhythm_is_known_from_the_first_model_on(tmp_path: Path) -> None:
    assert rhythm(tmp_path, [20], {"save_steps": 20}) == 20


def test_a_log_without_times_has_the_models_of_its_folder_and_their_epochs(tmp_path: Path) -> None:
    folder = yolo_log(tmp_path, 12)
    (folder / "weights").mkdir()
    for name in ("epoch3.pt", "epoch6.pt", "epoch9.pt", "epoch12.pt", "last.pt"):
        (folder / "weights" / name).touch()
    found = analyse(open_run(folder), now=0.0)
    assert found.saved is not None
    assert found.saved.best is not None
    assert (found.saved.usual_gap, found.saved.best.step, found.saved.counted) == (3, 12, "epoch")
    assert wording.best_saved(found.saved) == "epoch 12 (epoch12.pt), the best of the run"
    assert found.best is not None
    assert found.best.on_disk is not None
    assert found.best.on_disk.name == "epoch12.pt"
