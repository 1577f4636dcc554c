"""A real Trainer that knows nothing of trainmon is followed by what it leaves in its output directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integrations.test_huggingface import history, looks, trainer
from trainmon.analysis import analyse
from trainmon.integrations.huggingface import TrainmonCallback
from trainmon.runs.library import Library
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours


class Looker:
    """Looks at the runs below a root, and keeps the steps of the rows that it saw at each look with news."""

    def __init__(self, root: Path) -> None:
        self.library = Library([root])
        self.steps: list[list[float]] = []

    def look(self, *_: object, **__: object) -> None:
        """Look."""
        if self.library.refresh() and self.library.runs():
            self.steps.append(self.library.runs()[0].rows.values("step").tolist())


def alone(directory: Path, **settings: Any) -> Any:
    """Return a Trainer without our callback."""
    training = trainer(directory, **settings)
    training.remove_callback(TrainmonCallback)
    return training


def losses(run: Run) -> list[float]:
    values = run.rows.values("train_loss")
    return values[run.rows.columns["loss"].logged].tolist()


def test_rows_arrive_with_each_checkpoint_and_equal_the_trainers_own_log(tmp_path: Path) -> None:
    looker = Looker(tmp_path)
    training = alone(tmp_path / "run", epochs=3)
    training.add_callback(looks(looker))  # after each row, and so after each checkpoint
    training.train()
    looker.look()
    (run,) = looker.library.runs()
    entries = history(tmp_path / "run")
    assert (run.path.name, run.format, run.rows.count) == ("run", "hf_trainer_state", len(entries))
    assert losses(run) == [entry["loss"] for entry in entries if "loss" in entry]
    assert run.rows.values("step").tolist() == [entry["step"] for entry in entries]
    counts = [len(steps) for steps in looker.steps]
    assert len(set(counts)) > 3
    assert counts == sorted(counts)
    assert [saved.step for saved in run.checkpoints] == [6, 12, 18, 24, 30, 36]
    assert (run.plan.total_steps, run.plan.total_epochs, run.problems) == (36, 3, ())


def test_the_state_that_is_saved_at_the_end_has_the_sums_and_no_further_loss(tmp_path: Path) -> None:
    training = alone(tmp_path, epochs=1)
    result = training.train()
    training.save_state()
    training.save_metrics("train", result.metrics)
    run = open_run(tmp_path)
    assert run.rows.count == len(training.state.log_history)
    assert losses(run) == [entry["loss"] for entry in training.state.log_history if "loss" in entry]
    assert run.summary["train_loss"] == pytest.approx(result.training_loss)
    assert analyse(run, now=0.0).run_state.word == "finished"


def test_a_training_that_resumes_goes_on_in_the_same_rows(tmp_path: Path) -> None:
    alone(tmp_path, epochs=1).train()
    looker = Looker(tmp_path)
    looker.look()
    resumed = alone(tmp_path, epochs=2)
    resumed.add_callback(looks(looker))
    resumed.train(resume_from_checkpoint=True)
    looker.look()
    assert looker.steps[-1] == [entry["step"] for entry in history(tmp_path)]
    assert looker.steps[-1][: len(looker.steps[0])] == looker.steps[0]


def test_several_validations_and_a_loss_of_nan_are_read_as_they_were_logged(tmp_path: Path) -> None:
    from tests.integrations.test_huggingface import sequences

    training = alone(tmp_path, epochs=1, logging_nan_inf_filter=False)
    training.eval_dataset = {"seen": sequences(8), "new": sequences(4)}
    with_nan = training.compute_loss

    def compute_loss(*arguments: Any, **named: Any) -> Any:
        loss = with_nan(*arguments, **named)
        return loss if named.get("return_outputs") or training.state.global_step < 8 else loss * float("nan")

    training.compute_loss = compute_loss
    training.train()
    run = open_run(tmp_path)
    assert run.rows.roles["eval_loss"] in ("eval_seen_loss", "eval_new_loss")
    assert {"eval_seen_loss", "eval_new_loss"} <= set(run.rows.metrics())
    assert analyse(run, now=0.0).non_finite > 0
