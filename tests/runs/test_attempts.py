"""Where attempts begin, how they join to chains, and what the global step is."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.logs import epoch_row, run_of, train
from trainmon import MetricsTracker, open_run
from trainmon.runs.attempts import MAX_ELAPSED_FALLS, MOST_ATTEMPTS
from trainmon.runs.run import Run
from trainmon.tracking.written_history import read_history


def starts(run: Run) -> list[int]:
    return [attempt.start for attempt in run.attempts]


def steps(run: Run) -> list[float]:
    return [float(step) for step in run.global_step]


def loop(
    epochs: int, first: int, last: int, every: int = 1, *, begin: float = 0.0, seconds: float = 1.0, elapsed: bool = True
) -> list[str]:
    """Rows of an ordinary training: steps inside the epoch, and an epoch row at each epoch's end."""
    rows, at = [], 0.0
    for epoch in range(epochs):
        for step in range(first, last + 1, every):
            at += seconds
            rows.append(train(epoch, step, at=begin + at, elapsed=at if elapsed else ""))
        rows.append(epoch_row(epoch, at=begin + at, elapsed=at if elapsed else ""))
    return rows


@pytest.mark.parametrize("elapsed", [True, False])
@pytest.mark.parametrize(("first", "last", "every"), [(1, 20, 1), (0, 19, 1), (0, 750, 50), (50, 750, 50)])
def test_an_ordinary_run_is_one_attempt(tmp_path: Path, first: int, last: int, every: int, elapsed: bool) -> None:
    assert starts(run_of(tmp_path, loop(3, first, last, every, elapsed=elapsed))) == [0]


def test_rows_in_no_order_are_one_attempt(tmp_path: Path) -> None:
    order = np.random.default_rng(1).permutation(3 * MOST_ATTEMPTS)
    assert starts(run_of(tmp_path, [train(0, int(step), elapsed="") for step in order])) == [0]


def test_an_elapsed_time_that_is_always_zero_cuts_nothing(tmp_path: Path) -> None:
    rows = [train(epoch, step, at=epoch * 100 + step, elapsed=0) for epoch in range(3) for step in range(10)]
    assert starts(run_of(tmp_path, rows)) == [0]


def test_an_elapsed_time_that_starts_again_each_epoch_cuts_nothing(tmp_path: Path) -> None:
    rows = [train(epoch, step, at=epoch * 100 + step, elapsed=step + 1) for epoch in range(3) for step in range(10)]
    assert starts(run_of(tmp_path, rows)) == [0]


def test_an_elapsed_time_of_each_step_alone_cuts_nothing(tmp_path: Path) -> None:
    rows = [train(0, step, at=step * 10, elapsed=[9, 11, 8][step % 3]) for step in range(60)]
    assert starts(run_of(tmp_path, rows)) == [0]


def test_a_sleeping_laptop_cuts_nothing(tmp_path: Path) -> None:
    rows = loop(1, 1, 10) + [train(1, step, at=30_000 + step, elapsed=10 + step) for step in range(1, 11)]
    assert starts(run_of(tmp_path, rows)) == [0]


def test_a_clock_set_back_by_an_hour_cuts_nothing(tmp_path: Path) -> None:
    rows = [train(0, step, at=5_000 + step - (3_600 if step > 10 else 0), elapsed=step + 1) for step in range(20)]
    assert starts(run_of(tmp_path, rows)) == [0]


def test_float_epochs_cut_nothing(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(step / 40, step, at=step) for step in range(1, 100)])
    assert starts(run) == [0]
    assert steps(run) == [float(step) for step in range(1, 100)]


def test_steps_that_start_again_with_a_constant_epoch_are_epochs_where_all_stretches_are_equal(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step) for _ in range(3) for step in range(1, 11)] + [train(0, 1)])
    assert starts(run) == [0]
    assert steps(run) == [float(step) for step in range(1, 32)]


def test_a_training_taken_up_where_it_was_saved_is_a_resume_whatever_the_length_of_its_stretches(tmp_path: Path) -> None:
    rows = [train(0, step) for step in (*range(10), *range(5, 15), *range(12, 16))]
    found = [run_of(tmp_path / str(count), rows[:count]) for count in (15, 20, 24)]
    assert [starts(run) for run in found] == [[0, 10], [0, 10], [0, 10, 20]]
    assert found[-1].rows.values("step")[found[-1].chains[0].line].tolist() == [float(step) for step in range(16)]


def test_a_lower_epoch_is_a_restart(tmp_path: Path) -> None:
    assert starts(run_of(tmp_path, loop(2, 1, 5) + loop(2, 1, 5, begin=1_000))) == [0, 12]


def test_a_lower_step_in_the_same_epoch_is_a_restart(tmp_path: Path) -> None:
    rows = [train(0, step, at=step, elapsed=step) for step in range(1, 31)]
    rows += [train(0, step, at=100 + step, elapsed=step) for step in range(1, 11)]
    run = run_of(tmp_path, rows)
    assert starts(run) == [0, 30]
    assert [chain.row_count for chain in run.chains] == [30, 10]


def test_a_lower_step_without_any_elapsed_time_is_a_restart_where_the_stretches_differ(tmp_path: Path) -> None:
    assert starts(run_of(tmp_path, [train(0, s) for s in range(30)] + [train(0, s) for s in range(12)])) == [0, 30]


def test_an_elapsed_time_that_starts_again_at_a_later_step_is_a_resume(tmp_path: Path) -> None:
    rows = [train(0, step, at=step, elapsed=step) for step in range(1, 31)]
    rows += [train(0, step, at=500 + step, elapsed=step - 30) for step in range(31, 41)]
    run = run_of(tmp_path, rows)
    assert starts(run) == [0, 30]
    assert len(run.chains) == 1
    assert len(run.chains[0].ghosts) == 0


def test_the_same_epoch_on_two_epoch_rows_with_a_new_start_is_a_restart(tmp_path: Path) -> None:
    rows = [epoch_row(0, at=100, elapsed=100), epoch_row(0, at=900, elapsed=50)]
    assert starts(run_of(tmp_path, rows)) == [0, 1]


def test_three_trainings_in_one_file_are_three_chains(tmp_path: Path) -> None:
    rows = loop(2, 1, 5) + loop(2, 1, 5, begin=1_000) + loop(1, 1, 5, begin=2_000)
    run = run_of(tmp_path, rows)
    assert [chain.start for chain in run.chains] == [0, 12, 24]
    assert run.judged_chain is run.chains[2]


def test_a_short_last_training_is_not_the_judged_one(tmp_path: Path) -> None:
    run = run_of(tmp_path, loop(3, 1, 10) + loop(1, 1, 3, begin=1_000))
    assert (run.judged_chain, run.newest_chain) == (run.chains[0], run.chains[1])


def test_a_resume_from_an_earlier_step_supersedes_the_tail_and_drops_nothing(tmp_path: Path) -> None:
    first = [train(0, step, at=step, elapsed=step) for step in range(1, 51)]
    second = [train(0, step, at=900 + step, elapsed=step - 30) for step in range(31, 41)]
    run = run_of(tmp_path, first + second)
    (chain,) = run.chains
    assert [attempt.resumed for attempt in run.attempts] == [False, True]
    assert chain.ghosts.tolist() == list(range(30, 50))
    assert chain.line.tolist() == [*range(30), *range(50, 60)]
    assert run.global_step[chain.line].tolist() == [float(step) for step in range(1, 41)]


def test_a_resume_that_begins_with_an_evaluation_supersedes_what_comes_after_it(tmp_path: Path) -> None:
    with MetricsTracker(tmp_path) as first:
        for step in (2, 4, 6, 8):
            first.log_step(0, step, 1.0)
    second = MetricsTracker(tmp_path, resume="must")
    second.log_step(0, 6, None, val_loss=1.0)  # of the model that was saved after step 6
    second.log_step(0, 8, 0.5)
    (chain,) = open_run(tmp_path).chains
    assert (chain.line.tolist(), chain.ghosts.tolist()) == ([0, 1, 2, 4, 5], [3])
    assert second.get_current_status()["total_steps"] == 4
    second.close()


def test_a_resume_in_a_later_epoch_takes_over_that_epochs_place(tmp_path: Path) -> None:
    first = loop(2, 1, 10) + [train(2, step, at=100 + step, elapsed=20 + step) for step in range(1, 6)]
    second = [train(1, step, at=900 + step, elapsed=step) for step in range(6, 11)]
    run = run_of(tmp_path, first + second)
    line = run.global_step[run.chains[0].line]
    assert line[-1] == 20
    assert (np.diff(line) >= 0).all()


def test_a_resume_in_an_epoch_never_seen_goes_on_after_the_last_step(tmp_path: Path) -> None:
    first = [train(0, step, at=step, elapsed=step) for step in range(1, 11)]
    second = [train(1, step, at=900 + step, elapsed=step) for step in range(1, 6)]
    run = run_of(tmp_path, first + second)
    assert steps(run) == [float(step) for step in range(1, 16)]


def test_steps_logged_every_fifty_from_zero_are_one_interval_apart_at_the_epochs_border(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(epoch, step) for epoch in range(3) for step in (0, 50, 100)])
    assert steps(run) == [0, 50, 100, 150, 200, 250, 300, 350, 400]


def test_epochs_with_a_single_logged_step_still_go_forward(tmp_path: Path) -> None:
    assert steps(run_of(tmp_path, [train(epoch, 0) for epoch in range(4)])) == [0, 1, 2, 3]


def test_a_step_that_never_starts_again_is_global_already(tmp_path: Path) -> None:
    assert steps(run_of(tmp_path, [train(epoch, epoch * 10 + step) for epoch in range(3) for step in range(10)])) == list(
        range(30)
    )


def test_an_epoch_row_stands_at_the_step_before_it(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, 1), train(0, 2), epoch_row(0), train(1, 1)])
    assert steps(run) == [1, 2, 2, 3]


def test_an_eval_row_before_the_first_train_row_of_a_restart_belongs_to_it(tmp_path: Path) -> None:
    rows = [train(0, step, at=step, elapsed=step) for step in range(1, 21)]
    rows += [f",0,0,eval,,{2.0},,,", *(train(0, step, at=400 + step, elapsed=step) for step in range(1, 9))]
    assert starts(run_of(tmp_path, rows)) == [0, 20]


def test_rows_settled_by_the_trackers_own_record_are_cut_nowhere_else(tmp_path: Path) -> None:
    second = {"id": "b", "first_row": 4, "resumed_from": {"epoch": 0, "step": 2}}
    (tmp_path / "training_run.json").write_text(json.dumps({"attempts": [{"id": "a", "first_row": 0}, second]}))
    run = run_of(tmp_path, [train(0, step, at=0.0) for step in (0, 1, 0, 1, 2, 3)])
    assert starts(run) == [0, 4]
    assert [attempt.chain for attempt in run.attempts] == [1, 1]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.booleans()), min_size=1, max_size=25), st.booleans())
def test_reader_and_writer_see_the_same_attempts(tmp_path: Path, places: list[tuple[int, int, bool]], timed: bool) -> None:
    # The first row has an epoch of its own: a constant epoch is the exception that only a look at the whole file can make.
    rows = [train(9, 9, at=0.0, elapsed=1)]
    for number, (epoch, step, last) in enumerate(places, 1):
        at, elapsed = 100.0 * number, step + 1 if timed else ""
        rows.append(epoch_row(epoch, at=at, elapsed=elapsed) if last else train(epoch, step, at=at, elapsed=elapsed))
    # Nor do they agree where the elapsed falls so often that it is each row's own time: a writer meets one row at a time.
    ends = [(epoch, step) for epoch, step, last in places if last]
    assume(sum(was[0] == now[0] and now[1] < was[1] for was, now in pairwise(ends)) <= MAX_ELAPSED_FALLS)
    run = run_of(tmp_path, rows)
    history = read_history(tmp_path / "training_metrics.csv", {})
    newest, judged = run.newest_chain, run.judged_chain
    assert newest is not None
    assert judged is not None
    assert history.chains == len(run.chains)
    assert [start.row for start in history.starts] == [attempt.start for attempt in newest.attempts]
    assert (history.judged, history.judged_rows) == (judged.number, judged.row_count)
