"""W&B's transaction logs as runs: rows, what is known besides, and what damage costs."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tests import wandb_files as write
from trainmon.analysis import analyse
from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.readers.stores.wandb import WandbSource
from trainmon.runs.run import Run

FOLDER = "offline-run-20260101_120000-abc123"


def log(root: Path, *records: bytes) -> Path:
    path = root / "wandb" / FOLDER / "run-abc123.wandb"
    path.parent.mkdir(parents=True)
    path.write_bytes(write.log(*records))
    return path


def values(run: Run, name: str) -> list[float]:
    return run.rows.columns[name].values.tolist()


def test_a_run_is_found_by_its_folder_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    began = write.run("calm lake", notes="warm-up", tags=["a", "b"], lr=0.1, model={"layers": 3}, num_epochs=2)
    path = log(tmp_path, began, write.row(0, loss=1.0), write.settings(lr=0.2), write.row(1, loss=0.5, val_loss=0.7))
    (path.parent / "files").mkdir()
    (path.parent / "files" / "output.log").write_text("step 1: loss 0.5\nstep 2: loss 0.4\nstep 3: loss 0.3\n")
    (run,) = find_runs(tmp_path)
    assert (run.format, run.name, run.notes, run.tags) == ("wandb", "calm lake", "warm-up", ("a", "b"))
    assert run.config == {"lr": 0.2, "model": {"layers": 3}, "num_epochs": 2}
    assert run.rows.roles["step"] == "_step"
    assert run.rows.time.tolist() == [write.START, write.START + 1]
    assert run.plan.total_epochs == 2
    np.testing.assert_equal(values(run, "val_loss"), [math.nan, 0.7])


def test_its_file_stands_for_the_folder(tmp_path: Path) -> None:
    path = log(tmp_path, write.run(), write.row(0, loss=1.0))
    assert open_run(path).path == path.parent.resolve()


def test_the_step_that_a_training_counts_itself_comes_before_that_of_the_library(tmp_path: Path) -> None:
    path = log(tmp_path, write.run(), *(write.row(at, **{"train/loss": 1.0, "train/global_step": 10 * at}) for at in range(3)))
    assert open_run(path).rows.values("step").tolist() == [0, 10, 20]


def test_objects_are_taken_apart_and_what_is_no_number_is_left_out(tmp_path: Path) -> None:
    image = {"_type": "image-file", "size": 12, "path": "media/a.png"}
    path = log(tmp_path, write.run(), write.row(0, loss=math.nan, gpu={"0": {"power": 7}}, image=image, note="x", done=True))
    columns = open_run(path).rows.columns
    assert set(columns) == {"loss", "gpu/0/power", "done", "_step", "_runtime"}
    assert columns["loss"].logged.all()


@pytest.mark.parametrize(("code", "state"), [(0, "finished"), (1, "failed")])
def test_how_it_ended_is_known(tmp_path: Path, code: int, state: str) -> None:
    run = open_run(log(tmp_path, write.run(), write.row(0, loss=1.0), write.end(code)))
    assert analyse(run, now=write.START + 1e6).run_state.word == state
    assert run.attempts[0].record is not None
    assert run.attempts[0].record.ended == write.START + 60


def test_without_an_end_nobody_knows_it(tmp_path: Path) -> None:
    run = open_run(log(tmp_path, write.run(), write.row(0, loss=1.0)))
    assert analyse(run, now=write.START + 1e6).run_state.word == "ended"


def test_a_growing_log_is_read_like_a_whole_one_wherever_it_is_cut(tmp_path: Path) -> None:
    data = write.log(write.run(), write.row(0, loss=1.0, text="x" * 33_000), write.row(1, loss=0.5))
    path = tmp_path / "run.wandb"
    for cut in [*range(200), *range(32_760, 32_775), *range(len(data) - 90, len(data))]:
        path.write_bytes(data[:cut])
        source = WandbSource(path)
        source.refresh()
        assert source.problems() == []
        with path.open("ab") as file:
            file.write(data[cut:])
        source.refresh()
        assert (source.table.count, source.problems()) == (2, [])


def test_a_refresh_reads_what_is_new(tmp_path: Path) -> None:
    path = log(tmp_path, write.run(), write.row(0, loss=1.0))
    source = WandbSource(path)
    assert source.refresh()
    assert not source.refresh()
    path.write_bytes(write.log(write.run(), write.row(0, loss=1.0), write.row(1, loss=0.5), write.end(0)))
    assert source.refresh()
    assert source.table.columns()["loss"].values.tolist() == [1.0, 0.5]
    path.write_bytes(write.log(write.run("another"), write.row(0, loss=3.0)))
    assert source.refresh()
    assert (source.table.columns()["loss"].values.tolist(), source.about().name) == ([3.0], "another")


def test_damage_is_named_once_and_costs_its_block(tmp_path: Path) -> None:
    data = bytearray(write.log(write.run(), *(write.row(at, loss=1.0) for at in range(1_000))))
    data[40_000] ^= 1
    path = tmp_path / "run.wandb"
    path.write_bytes(data)
    source = WandbSource(path)
    source.refresh()
    assert 500 < source.table.count < 1_000
    assert all("is damaged between bytes" in problem.reason for problem in source.problems())
    assert 1 <= len(source.problems()) <= 2


def test_damage_at_the_end_is_named_and_waited_at(tmp_path: Path) -> None:
    path = tmp_path / "run.wandb"
    data = write.log(write.run(), write.row(0, loss=1.0))
    path.write_bytes(data + b"\0" * 100)
    source = WandbSource(path)
    source.refresh()
    assert source.table.count == 1
    assert [problem.reason for problem in source.problems()] == [
        f"is damaged from byte {len(data)} on; nothing behind it can be read"
    ]


def test_a_record_that_is_none_is_named_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "run.wandb"
    path.write_bytes(write.log(write.run(), b"\xff\xff\xff", write.row(0, loss=1.0)))
    source = WandbSource(path)
    source.refresh()
    assert (source.table.count, [problem.reason for problem in source.problems()]) == (
        1, ["a record is no record of W&B; it is left out"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no log at all", "is no log of W&B: it begins otherwise"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer, not the file itself; run `git lfs pull`"),
    ],
)
def test_a_file_that_is_no_log_is_named_as_such(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "run.wandb").write_bytes(data)
    source = WandbSource(tmp_path / "run.wandb")
    source.refresh()
    assert [problem.reason for problem in source.problems()] == [reason]


def test_an_older_folder_has_its_rows_as_json_lines(tmp_path: Path) -> None:
    folder = tmp_path / "wandb" / "run-20200101_120000-abc123"
    folder.mkdir(parents=True)
    (folder / "wandb-history.jsonl").write_text('{"loss": 1.0, "_step": 0}\n{"loss": 0.5, "_step": 1}\n')
    (folder / "wandb-events.jsonl").write_text('{"system.cpu": 5.0, "_runtime": 3}\n')
    (folder / "config.yaml").write_text("wandb_version: 1\n\nlr:\n  desc: null\n  value: 0.1\n")
    ends = '"heartbeatAt": "2020-01-01T12:10:00+00:00", "exitcode": 1'
    (folder / "wandb-metadata.json").write_text(f'{{"startedAt": "2020-01-01T12:00:00+00:00", {ends}}}')
    (run,) = find_runs(tmp_path)
    assert (run.format, run.path, run.config) == ("wandb", folder.resolve(), {"lr": 0.1})
    assert values(run, "loss") == [1.0, 0.5]
    record = run.attempts[0].record
    assert record is not None
    assert (record.end, record.ended) == ("failed", 1577880600.0)
