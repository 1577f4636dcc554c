"""What is said of the saved models of a training."""

from __future__ import annotations

from dataclasses import replace

from trainmon import wording
from trainmon.analysis.saved_models import SavedModel, SavedModels
from trainmon.runs.run import Checkpoint

NEWEST = Checkpoint("checkpoint-300", None, 300, 0.0)
BEST = Checkpoint("checkpoint-200", None, 200, 0.0)
SAVED = SavedModels(3, NEWEST, 100.0, SavedModel(BEST, 200, 1.05, 5.0), "val_loss", 1.0, 250)


def test_the_best_saved_model_is_said_with_what_it_costs() -> None:
    assert wording.best_saved(SAVED) == "step 200 (checkpoint-200), 5.0 % above the best at 250"
    assert wording.saved_line(SAVED) == (
        f"3 checkpoints, every 100 steps, newest checkpoint-300; best saved: {wording.best_saved(SAVED)}"
    )


def test_the_best_point_itself_may_be_saved() -> None:
    best = replace(SAVED, best=SavedModel(BEST, 200, 1.0, 0.0))
    assert wording.best_saved(best) == "step 200 (checkpoint-200), the best of the run"


def test_a_single_model_has_no_rhythm_and_may_be_of_unknown_worth() -> None:
    assert wording.saved_line(SavedModels(1, NEWEST, None)) == "1 checkpoint, newest checkpoint-300"
    assert wording.best_saved(SavedModels(1, NEWEST, None)) == wording.NOT_LOGGED
