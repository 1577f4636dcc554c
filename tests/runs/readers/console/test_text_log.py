"""Console logs as runs: followed while they grow, and the real ones with the figures that are true of them."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.real_data import REAL, needs_real_logs
from trainmon.runs.opening import open_run
from trainmon.runs.readers.console.text_log import TextSource
from trainmon.runs.readers.log_run import LogRun
from trainmon.runs.run import EPOCH, EVAL, TRAIN, Run

BACKSPACE = "\x08"
FLAIR = (
    "2021-02-20 11:59:49,493 epoch 1 - iter 7/14 - loss 0.3 - samples/sec: 9.5\n"
    "2021-02-20 11:59:59,493 epoch 1 - iter 14/14 - loss 0.2 - samples/sec: 9.4\n"
    "2021-02-20 12:00:00,000 EPOCH 1 done: loss 0.25 - lr 0.1\n"
    "2021-02-20 12:00:09,000 TEST : loss 0.4 - score 0.9\n"
)
KERAS = (
    f"Epoch 1/2\r\n1/2 [==>..] - ETA: 9s - loss: 3.5{40 * BACKSPACE}\r\n2/2 [=====] - 9s 5s/step - loss: 3.1 - val_loss: 3.2\r\n"
)
LOGS = {
    "flair": FLAIR,
    "keras": KERAS + KERAS.replace("Epoch 1", "Epoch 2"),
    "plain": "Training Loss: 0.5\nModel test error: 0.6\n" * 3,
    "dictionaries": "{'loss': 0.5, 'epoch': 0.1}\n  1%|▏  | 2/9 [00:01<01:39]{'loss': nan, 'epoch': 0.2}\n{'eval_loss': 0.4}\n",
}


def run_of(directory: Path, text: str) -> Run:
    path = directory / "training.log"
    path.write_text(text, encoding="utf-8", newline="")
    return open_run(path)


def everything(source: TextSource) -> str:
    columns = {name: (column.values.tolist(), column.logged.tolist()) for name, column in source.table.columns().items()}
    return repr((source.table.entries, source.table.time.view().tolist(), columns))


def test_rows_are_of_the_training_of_its_epochs_and_of_validation(tmp_path: Path) -> None:
    run = run_of(tmp_path, FLAIR)
    assert run.format == "text_log"
    assert run.entries == 4
    assert run.rows.phase.tolist() == [TRAIN, TRAIN, EPOCH, EVAL]
    assert run.rows.values("train_loss").tolist() == pytest.approx([0.3, 0.2, 0.25, np.nan], nan_ok=True)
    assert run.rows.values("eval_loss")[3] == 0.4
    assert run.rows.values("samples_per_second")[:2].tolist() == [9.5, 9.4]
    assert run.rows.time[0] == datetime(2021, 2, 20, 11, 59, 49, 493_000).timestamp()  # noqa: DTZ001
    assert run.global_step.tolist() == [7, 14, 14, 14]


def test_rows_that_each_stand_for_an_epoch_are_epoch_rows_and_their_plan_is_known(tmp_path: Path) -> None:
    run = run_of(tmp_path, "".join(f"Epoch {at}/5\ntrain Loss: 0.{9 - at}\nval Loss: 0.{8 - at}\n" for at in range(1, 4)))
    assert run.rows.phase.tolist() == [EPOCH, EVAL] * 3
    assert run.rows.values("epoch").tolist() == [1, 1, 2, 2, 3, 3]
    assert run.plan.total_epochs == 5
    assert len(run.attempts) == 1


def test_rows_without_a_position_are_counted_from_0(tmp_path: Path) -> None:
    run = run_of(tmp_path, LOGS["plain"])
    assert run.rows.values("step").tolist() == [0, 0, 1, 1, 2, 2]
    assert "the 3 rows are counted" in run.rows.reasons["step"]


def test_the_steps_of_the_log_are_the_steps(tmp_path: Path) -> None:
    run = run_of(tmp_path, "step 1/9 | loss 3.2\nstep 2/9 | loss 3.1\nval loss: 3.0\n")
    assert run.rows.values("step").tolist() == [1, 2, 2]
    assert run.plan.total_steps == 9


def test_appended_trainings_are_attempts(tmp_path: Path) -> None:
    one = "".join(f"(epoch: {e}, iters: {i}, time: 0.3) D_A: 0.{e} G_A: 0.{i}\n" for e in (1, 2, 3) for i in (100, 200))
    run = run_of(
        tmp_path,
        f"=== Training Loss (Sat Jun  6 16:47:21 2020) ===\n{one}=== Training Loss (Sun Jun  7 08:05:14 2020) ===\n{one}",
    )
    assert [attempt.start for attempt in run.attempts] == [0, 6]
    assert run.rows.roles["train_loss"] == "G_A"


def test_a_log_of_prose_alone_gives_no_rows_and_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "training.log"
    path.write_text("Loading model with 7 layers\n\x1b[0m\n\nDone in 3 s\n", encoding="utf-8")
    run = LogRun("text_log", TextSource(path))
    assert run.refresh()
    assert run.contents().rows.count == 0
    assert run.contents().entries == 2
    assert run.contents().problems == ()


@pytest.mark.parametrize("name", LOGS)
def test_a_file_that_grows_byte_by_byte_gives_what_it_gives_as_a_whole(name: str, tmp_path: Path) -> None:
    data = LOGS[name].encode()
    path = tmp_path / "training.log"
    path.write_bytes(data)
    whole = TextSource(path)
    whole.refresh()
    path.write_bytes(b"")
    growing = TextSource(path)
    growing.refresh()
    with path.open("ab", buffering=0) as file:
        for at in range(len(data)):
            file.write(data[at : at + 1])
            growing.refresh()
    assert everything(growing) == pytest.approx(everything(whole), nan_ok=True) or repr(everything(growing)) == repr(
        everything(whole)
    )


def test_a_file_that_is_replaced_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "training.log"
    path.write_text(FLAIR, encoding="utf-8")
    source = TextSource(path)
    source.refresh()
    other = tmp_path / "other"
    other.write_text("step 1 loss 0.5\nstep 2 loss 0.4\n", encoding="utf-8")
    os.replace(other, path)
    assert source.refresh()
    assert source.table.columns()["step"].values.tolist() == [1, 2]
    assert source.table.entries == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.binary(max_size=80), st.sampled_from([log.encode() for log in LOGS.values()])), max_size=8))
def test_any_bytes_are_read_without_an_error(tmp_path: Path, blocks: list[bytes]) -> None:
    path = tmp_path / "training.log"
    path.write_bytes(b"\n".join(blocks))
    run = LogRun("text_log", TextSource(path))
    run.refresh()
    assert run.contents().rows.count >= 0


# Two truths there count something else. d65: the last bar of each epoch is drawn twice, so that 90 lines stand for 45 epochs.
# d66: a loss that is 0 on every row is no best (DESIGN.md).
REAL_LOGS = ["d58", "d59", "d60", "d61", "d62", "d63", "d64", "d65", "d66"]


@needs_real_logs
@pytest.mark.parametrize("name", REAL_LOGS)
def test_the_real_logs_give_what_is_true_of_them(name: str) -> None:
    entry = next(each for each in json.loads((REAL / "expected.json").read_text(encoding="utf-8")) if each["id"] == name)
    truth = entry["truth"]
    run = open_run(REAL / entry["file"])
    assert run.entries == truth["rows"]
    rows = run.rows
    train = rows.values("train_loss")[(rows.phase == TRAIN) if (rows.phase == TRAIN).any() else (rows.phase == EPOCH)]
    assert len(train) == (45 if name == "d65" else truth["train"]["n"])
    assert (train[0], train[-1], train.min()) == tuple(truth["train"][which]["y"] for which in ("first", "final", "best"))
    if truth["eval"] is not None:
        evaluation = rows.values("eval_loss")[np.isfinite(rows.values("eval_loss"))]
        assert len(evaluation) == truth["eval"]["n"]
        assert (evaluation[0], evaluation[-1], evaluation.min()) == tuple(
            truth["eval"][which]["y"] for which in ("first", "final", "best")
        )
    assert len(run.attempts) == truth["train"]["x_restarts"] + 1


@needs_real_logs
def test_the_log_and_the_table_of_one_real_training_agree() -> None:
    folder = "ner-ml-models__flair-ner-english-large"
    log, table = open_run(REAL / "text_log" / folder / "training.log"), open_run(REAL / "plain_csv" / folder / "loss.tsv")
    evaluated = np.isfinite(log.rows.values("eval_loss"))
    assert log.rows.values("eval_loss")[evaluated].tolist() == table.rows.values("eval_loss").tolist()
    assert log.rows.values("epoch")[evaluated].tolist() == table.rows.values("epoch").tolist()
    of_epochs = log.rows.values("train_loss")[log.rows.phase == EPOCH]
    assert of_epochs == pytest.approx(table.rows.values("train_loss"), abs=1e-4)
