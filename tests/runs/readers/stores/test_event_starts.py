"""Event files that begin a training again in the folder of another: what counts, and what goes on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests import event_files as write
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

LATER = 9000.0  # seconds from the beginning of one file to that of the next


def run_of(folder: Path, *files: bytes) -> Run:
    folder.mkdir(exist_ok=True)
    for number, records in enumerate(files):
        name = f"events.out.tfevents.{write.START + number * LATER:.0f}.host.1.{number}"
        (folder / name).write_bytes(write.version() + records)
    return open_run(folder)


def steps(number: int, which: Iterable[int], tags: tuple[str, ...] = ("loss",)) -> bytes:
    return write.training(*which, tags=tags, start=write.START + number * LATER)


def attempts(run: Run) -> list[tuple[int, int, bool]]:
    return [(attempt.start, attempt.chain, attempt.resumed) for attempt in run.attempts]


def test_a_training_as_long_as_the_one_before_is_another_and_no_further_epoch(tmp_path: Path) -> None:
    run = run_of(tmp_path, steps(0, range(10)), steps(1, range(10)), steps(2, range(4)))
    assert attempts(run) == [(0, 1, False), (10, 2, False), (20, 3, False)]


def test_one_taken_up_at_an_earlier_step_supersedes_what_came_after_it(tmp_path: Path) -> None:
    run = run_of(tmp_path, steps(0, range(10)), steps(1, range(5, 15)), steps(2, range(12, 16)))
    assert attempts(run) == [(0, 1, False), (10, 1, True), (20, 1, True)]
    assert run.rows.values("step")[run.chains[0].line].tolist() == [float(step) for step in range(16)]


def test_what_is_logged_at_every_start_does_not_tell_that_the_training_is_another(tmp_path: Path) -> None:
    start = write.event(write.scalar("hp_metric", -1))
    run = run_of(tmp_path, start + steps(0, range(10)), start + steps(1, range(10, 20)))
    assert [chain.row_count for chain in run.chains] == [run.rows.count]


def test_files_that_go_on_are_one_attempt(tmp_path: Path) -> None:
    run = run_of(tmp_path, steps(0, range(5)), steps(1, range(5, 10)), steps(2, range(5), ("val/loss",)))
    assert attempts(run) == [(0, 1, False)]


def test_training_and_validation_of_keras_begin_again_together(tmp_path: Path) -> None:
    for number in range(2):
        for part, late in (("train", 0.0), ("validation", 0.5)):
            folder = tmp_path / part
            folder.mkdir(exist_ok=True)
            start = write.START + number * LATER + late
            name = f"events.out.tfevents.{start:.0f}.host.1.{number}.v2"
            (folder / name).write_bytes(write.training(*range(4), tags=("epoch_loss",), start=start))
    assert attempts(open_run(tmp_path)) == [(0, 1, False), (8, 2, False)]
