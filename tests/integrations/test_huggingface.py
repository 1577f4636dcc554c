"""The callback in a real Trainer on a CPU: a tiny language model with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import Follower, attempts, column, logged
from trainmon import analyse, wording
from trainmon.analysis.progress import Progress
from trainmon.runs.opening import find_runs, open_run

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

VOCABULARY, LENGTH, ROWS = 32, 8, 48


def tiny_model() -> Any:
    torch.manual_seed(0)
    config = transformers.MistralConfig(
        vocab_size=VOCABULARY, hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=16,
    )  # fmt: skip
    return transformers.MistralForCausalLM(config)


def sequences(rows: int = ROWS) -> list[dict[str, Any]]:
    starts = torch.arange(rows).unsqueeze(1) % VOCABULARY
    tokens = (starts + torch.arange(LENGTH)) % VOCABULARY
    return [{"input_ids": each, "labels": each} for each in tokens]


def trainer(directory: Path, *, epochs: float = 3, **settings: Any) -> Any:
    from trainmon.integrations.huggingface import TrainmonCallback

    usual = {
        "num_train_epochs": epochs, "per_device_train_batch_size": 4, "learning_rate": 1e-2, "logging_steps": 2,
        "eval_strategy": "steps", "eval_steps": 6, "save_steps": 6, "report_to": [], "disable_tqdm": True, "use_cpu": True,
    }  # fmt: skip
    arguments = transformers.TrainingArguments(output_dir=str(directory), **{**usual, **settings})
    return transformers.Trainer(
        model=tiny_model(), args=arguments, train_dataset=sequences(), eval_dataset=sequences(8), callbacks=[TrainmonCallback()]
    )


def looks(follower: Follower) -> Any:
    """Return a callback that looks after each row."""

    class Looks(transformers.TrainerCallback):  # type: ignore[misc]
        def on_log(self, *_: Any, **__: Any) -> None:
            follower.look()

    return Looks()


def history(directory: Path) -> list[dict[str, Any]]:
    newest = max(directory.glob("checkpoint-*"), key=lambda folder: int(folder.name.split("-")[1]))
    entries: list[dict[str, Any]] = json.loads((newest / "trainer_state.json").read_text())["log_history"]
    return entries


def assert_same_as_the_trainers_own_log(directory: Path, entries: list[dict[str, Any]]) -> None:
    for phase, pairs in {
        "train": [("loss", "loss"), ("grad_norm", "grad_norm"), ("learning_rate", "learning_rate")],
        "eval": [("val_loss", "eval_loss")],
    }.items():
        own = [entry for entry in entries if pairs[0][1] in entry]
        for ours, theirs in [*pairs, ("step", "step"), ("epoch", "epoch")]:
            assert column(directory, ours, phase) == [entry[theirs] for entry in own], (phase, ours)


def test_a_training_is_followed_live_and_equals_the_trainers_own_log(tmp_path: Path) -> None:
    run = tmp_path / "run"
    follower, training = Follower(tmp_path), trainer(run)
    training.add_callback(looks(follower))
    training.train()
    follower.check(run)
    assert_same_as_the_trainers_own_log(run, history(run))
    assert attempts(run) == [(1, False, "finished")]
    assert all(float(row["memory_mb"]) > 0 for row in logged(run))


def test_the_directory_with_its_checkpoints_is_one_run_with_plan_and_configuration(tmp_path: Path) -> None:
    trainer(tmp_path / "run").train()
    (run,) = find_runs(tmp_path)
    assert (run.format, run.plan.total_steps, run.plan.total_epochs) == ("trainmon", 36, 3)
    assert [saved.step for saved in run.checkpoints] == [6, 12, 18, 24, 30, 36]
    assert (run.config["learning_rate"], run.config["model_type"]) == (1e-2, "mistral")
    assert run.config["parameters"] == run.config["trainable_parameters"] > 0
    assert run.summary["total_samples_processed"] == 36 * 4


def test_resumed_from_a_checkpoint_it_is_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    class Stop(transformers.TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.global_step == 16:
                raise KeyboardInterrupt

    first = trainer(tmp_path)
    first.add_callback(Stop())
    with pytest.raises(KeyboardInterrupt):
        first.train()
    trainer(tmp_path).train(resume_from_checkpoint=True)

    assert [(chain, resumed) for chain, resumed, _ in attempts(tmp_path)] == [(1, False), (1, True)]
    run = open_run(tmp_path)
    (chain,) = run.chains
    steps = run.rows.values("step")
    assert steps[chain.line].tolist() == [entry["step"] for entry in history(tmp_path)]
    assert steps[chain.ghosts].tolist() == [14]  # trained again from step 12 on
    assert attempts(tmp_path)[-1][2] == "finished"


def test_resumed_where_the_first_row_was_still_to_come_it_resumes_too(tmp_path: Path) -> None:
    seldom = {"logging_steps": 8, "eval_strategy": "no"}
    trainer(tmp_path, epochs=1, **seldom).train()
    trainer(tmp_path, epochs=2, **seldom).train(resume_from_checkpoint=str(tmp_path / "checkpoint-6"))
    assert column(tmp_path, "step") == [8, 8, 16, 24]
    assert [(chain, resumed) for chain, resumed, _ in attempts(tmp_path)] == [(1, False), (1, True)]


def test_a_training_begun_anew_is_a_second_chain(tmp_path: Path) -> None:
    trainer(tmp_path, epochs=1).train()
    trainer(tmp_path, epochs=1, logging_first_step=True).train()
    assert attempts(tmp_path) == [(1, False, "finished"), (2, False, "finished")]


def test_an_evaluation_after_the_training_is_a_row_and_the_training_stays_finished(tmp_path: Path) -> None:
    finished = trainer(tmp_path, epochs=1)
    finished.train()
    finished.evaluate()
    assert len(logged(tmp_path, "eval")) == 3
    assert attempts(tmp_path) == [(1, False, "finished")]


def test_a_plan_in_steps_overrides_the_epochs(tmp_path: Path) -> None:
    trainer(tmp_path, max_steps=5).train()
    assert (open_run(tmp_path).plan.total_steps, open_run(tmp_path).plan.total_epochs) == (5, None)


def test_the_closing_sums_are_no_row_which_is_said_and_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    training = trainer(tmp_path, epochs=1, include_num_input_tokens_seen="all")
    training.train()
    (callback,) = (each for each in training.callback_handler.callbacks if hasattr(each, "left_out"))
    assert callback.left_out == {wording.CLOSING_SUMS: 1}
    assert [message for name, _, message in caplog.record_tuples if name == "trainmon"] == [
        wording.left_out(wording.CLOSING_SUMS)
    ]
    entries = training.state.log_history
    assert len(logged(tmp_path)) == len(entries) - 1
    assert_same_as_the_trainers_own_log(tmp_path, entries)


def test_an_evaluation_before_the_training_is_no_row_which_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    trainer(tmp_path / "run").evaluate()
    assert not (tmp_path / "run" / "training_metrics.csv").exists()
    assert wording.left_out(wording.OUTSIDE_TRAINING) in caplog.messages


def progress_of(directory: Path, **settings: Any) -> Progress:
    trainer(directory, **settings).train()
    return analyse(open_run(directory), now=0.0).progress


EPOCHS_LOGGED = {"logging_strategy": "epoch", "eval_strategy": "epoch"}


@pytest.mark.parametrize(
    ("settings", "count", "total"),
    [
        ({"epochs": 2}, 2, 2),
        ({"epochs": 2, "eval_on_start": True, **EPOCHS_LOGGED}, 2, 2),
        ({"epochs": 4, "logging_steps": 24, "eval_strategy": "no"}, 4, 4),  # every second epoch
        ({"epochs": 2.5}, 3, 2.5),
        ({"epochs": 0.5}, 1, 0.5),
    ],
)
def test_the_last_epoch_is_the_plans_though_it_is_logged_as_a_number_of_finished_ones(
    settings: dict[str, Any], count: int, total: float, tmp_path: Path
) -> None:
    progress = progress_of(tmp_path, **settings)
    assert (progress.epoch_count, progress.total_epochs, progress.fraction) == (count, total, 1.0)


def test_a_finished_training_that_logged_seldom_is_done(tmp_path: Path) -> None:
    progress = progress_of(tmp_path, max_steps=10, logging_steps=4, eval_strategy="no")
    assert (progress.global_step, progress.total_steps, progress.fraction) == (8, 10, 1.0)


def test_models_are_saved_in_the_configured_rhythm_whatever_was_saved_at_the_end(tmp_path: Path) -> None:
    trainer(tmp_path, max_steps=13, save_steps=5, save_total_limit=2).train()
    saved = analyse(open_run(tmp_path), now=0.0).saved
    assert saved is not None
    assert (saved.count, saved.usual_gap) == (2, 5)  # checkpoint-10 and checkpoint-13
