"""Trainings that are taken up again by other libraries: which rows count, which were superseded, what is another run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import Onlooker, values
from tests.integrations.library_logs import descend, hugging_face, keras, lightning, logged_by, summary_writer
from tests.waiting import wait_until
from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.run import Run

pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours


def attempts(run: Run) -> list[tuple[int, int, bool]]:
    return [(attempt.start, attempt.chain, attempt.resumed) for attempt in run.attempts]


def steps_that_count(run: Run) -> list[float]:
    (chain,) = run.chains
    return run.rows.values("step")[chain.line].tolist()


@pytest.mark.parametrize("report_to", [[], ["tensorboard"]])
def test_a_trainer_that_takes_up_an_earlier_checkpoint_has_each_step_once(tmp_path: Path, report_to: list[str]) -> None:
    if report_to:
        pytest.importorskip("tensorboard")
    usual: dict[str, Any] = {"eval_strategy": "no", "save_steps": 4, "report_to": report_to}
    hugging_face(tmp_path, max_steps=10, **usual).train()
    assert open_run(tmp_path).attempts[-1].record.end == "finished"
    onlooker = Onlooker(tmp_path)
    ended = int(time.time())
    wait_until(lambda: int(time.time()) > ended)  # the Trainer names its folders and files for TensorBoard by the second
    again = hugging_face(tmp_path, max_steps=14, on_log=onlooker.look, **usual)
    again.train(resume_from_checkpoint=str(tmp_path / "checkpoint-4"))
    onlooker.look()
    run = onlooker.seen[-1].run
    assert (values(run, "step"), values(run, "loss")) == (list(range(1, 15)), logged_by(again, "loss"))
    assert (run.plan.total_steps, run.problems, onlooker.states[-1]) == (14, (), "finished")
    for seen in onlooker.seen:
        assert values(seen.run, "step") == list(range(1, seen.run.rows.count + 1))


def test_lightning_that_takes_up_a_checkpoint_is_a_run_of_its_own_that_begins_where_the_other_ended(tmp_path: Path) -> None:
    loggers = pytest.importorskip("lightning.pytorch.loggers", exc_type=ImportError)

    def train(**settings: Any) -> None:
        logger = loggers.CSVLogger(tmp_path, flush_logs_every_n_steps=1)
        lightning(lambda *_: None, logger, enable_checkpointing=True, **settings)

    train()
    (saved,) = tmp_path.rglob("*.ckpt")
    train(max_epochs=5, ckpt_path=saved)
    before, after = sorted(find_runs(tmp_path), key=lambda run: run.path.name)
    assert [run.path.name for run in (before, after)] == ["version_0", "version_1"]
    assert [saved.step for run in (before, after) for saved in run.checkpoints] == [24, 40]
    assert values(before, "step")[-1] < values(after, "step")[0]
    assert [attempts(run) for run in (before, after)] == [[(0, 1, False)]] * 2


def test_keras_csv_logger_that_appends_goes_on_or_begins_again(tmp_path: Path) -> None:
    from tests.integrations.test_keras import keras as library

    def train(**settings: Any) -> Run:
        keras(callbacks=(library.callbacks.CSVLogger(tmp_path / "log.csv", append=True),), **settings)
        return open_run(tmp_path / "log.csv")

    train(epochs=2)
    run = train(epochs=4, initial_epoch=2)
    assert (values(run, "epoch"), attempts(run)) == ([0, 1, 2, 3], [(0, 1, False)])
    assert attempts(train(epochs=4)) == [(0, 1, False), (4, 2, False)]
    run = train(epochs=5, initial_epoch=2)
    assert (attempts(run)[-1], run.chains[-1].ghosts.tolist()) == ((8, 2, True), [6, 7])


def test_summary_writers_of_one_folder_are_attempts_and_what_they_write_again_supersedes(tmp_path: Path) -> None:
    onlooker = Onlooker(tmp_path)

    def train(steps: range, **settings: Any) -> None:
        writer = summary_writer(tmp_path, **settings)
        descend(writer, steps, onlooker.look)
        writer.close()

    train(range(6))
    train(range(4, 10))
    train(range(8, 12), purge_step=8)
    run = onlooker.check("tensorboard", looks=16)
    assert attempts(run) == [(0, 1, False), (6, 1, True), (12, 1, True)]
    assert steps_that_count(run) == list(range(12))
    assert run.chains[0].ghosts.tolist() == [4, 5, 10, 11]
    train(range(12))
    assert [chain.row_count for chain in onlooker.seen[-1].run.chains] == [16, 12]
