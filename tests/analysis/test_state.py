"""What the evidence allows to say of a training."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.logs import epoch_row, run_of, stamp, train
from trainmon.analysis import analyse
from trainmon.analysis.state import State
from trainmon.runs.run import Observation, Run

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def state(run: Run, after: float) -> State:
    return analyse(run, now=START + after).state


def ticking(tmp_path: Path, rows: int = 50) -> Run:
    return run_of(tmp_path, [train(0, step, at=step) for step in range(rows)])


def recorded(tmp_path: Path, **fields: object) -> Run:
    (tmp_path / "training_run.json").write_text(json.dumps({"attempts": [{"id": "a", "first_row": 0, **fields}]}))
    return ticking(tmp_path)


def test_no_rows_is_not_started(tmp_path: Path) -> None:
    assert state(run_of(tmp_path, []), 0) == State("not started", "no row has been logged yet")


def test_a_young_last_row_is_running_and_an_older_one_silent_and_a_day_later_ended(tmp_path: Path) -> None:
    run = ticking(tmp_path)
    assert state(run, 52) == State("running", "last row 3 s ago, usually every 1 s")
    assert state(run, 49 + 61) == State("silent", "last row 1 min 1 s ago, usually every 1 s")
    assert state(run, 49 + 90_000) == State("ended", "last row 1 d 1 h ago, usually every 1 s; how it ended is not known")


def test_silence_is_measured_against_the_runs_own_rhythm(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step, at=300 * step) for step in range(20)])
    assert state(run, 300 * 19 + 2_900).word == "running"
    assert state(run, 300 * 19 + 3_100).word == "silent"


def test_an_end_that_the_tracker_recorded_is_believed(tmp_path: Path) -> None:
    run = recorded(tmp_path, end="failed", ended=stamp(60), reason="CUDA out of memory")
    assert state(run, 70) == State("failed", "the tracker recorded it as failed 10 s ago: CUDA out of memory")


def test_a_process_that_is_gone_is_an_interruption_at_once(tmp_path: Path) -> None:
    run = replace(recorded(tmp_path, pid=4711), observation=Observation(process_alive=False))
    assert state(run, 50) == State("interrupted", "process 4711 is gone and recorded no end; last row 1 s ago")


def test_a_living_process_without_new_rows_is_silent_even_after_days(tmp_path: Path) -> None:
    run = replace(recorded(tmp_path, pid=4711), observation=Observation(process_alive=True))
    assert state(run, 50).word == "running"
    assert state(run, 500_000).word == "silent"


def test_a_plan_that_was_reached_is_finished(tmp_path: Path) -> None:
    (tmp_path / "training_summary.json").write_text('{"training_config": {"num_epochs": 2}}')
    rows = [train(0, 1, at=1), epoch_row(0, at=2), train(1, 1, at=3), epoch_row(1, at=4)]
    assert state(run_of(tmp_path, rows), 5) == State("finished", "the planned 2 epochs are done; last row 1 s ago")


def test_a_summary_that_is_not_older_than_the_last_row_is_finished_and_an_older_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "training_summary.json").write_text(json.dumps({"training_date": stamp(49.5)}))
    assert state(ticking(tmp_path), 60).word == "finished"
    (tmp_path / "training_summary.json").write_text(json.dumps({"training_date": stamp(20)}))
    assert state(ticking(tmp_path), 60).word == "running"


def test_without_times_only_growth_that_was_seen_is_a_sign_of_life(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step) for step in range(5)])
    assert state(run, 0).word == "ended"
    assert state(replace(run, observation=Observation(growths=((START, 5),))), 10).word == "running"


def test_the_rhythm_of_rows_without_times_is_that_in_which_they_were_seen_to_come(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step) for step in range(5)])
    seen = replace(run, observation=Observation(growths=tuple((START + 100.0 * at, 2 + at) for at in range(4))))
    assert state(seen, 310) == State("running", "last row 10 s ago, usually every 1 min 40 s")
    assert state(seen, 300 + 999).word == "running"
    assert state(seen, 300 + 1_001).word == "silent"


def test_without_a_rhythm_an_hour_is_no_silence_where_epochs_may_take_as_long(tmp_path: Path) -> None:
    run = replace(run_of(tmp_path, [epoch_row(epoch) for epoch in range(3)]), observation=Observation(growths=((START, 3),)))
    assert state(run, 3_500).word == "running"
    assert state(run, 3_700).word == "silent"
    assert state(run, 90_000).word == "ended"


def test_seconds_since_the_start_tell_the_rhythm_too(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step, elapsed=30 * step) for step in range(5)])
    assert state(replace(run, observation=Observation(growths=((START, 5),))), 100) == State(
        "running", "last row 1 min 40 s ago, usually every 30 s"
    )


def test_rows_dated_in_the_future_are_no_sign_of_life(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(0, step, at=7_200 + step) for step in range(5)])
    assert state(run, 0).word == "ended"
    assert state(replace(run, observation=Observation(growths=((START - 5, 5),))), 0).word == "running"


def test_a_watching_host_that_slept_is_no_silence(tmp_path: Path) -> None:
    run = replace(ticking(tmp_path), observation=Observation(awake_since=START + 30_000))
    assert state(run, 30_010).word == "running"
    assert state(run, 30_070).word == "silent"


def test_a_look_at_the_past_is_as_of_its_last_row_whatever_became_of_the_run(tmp_path: Path) -> None:
    run = recorded(tmp_path, end="finished", ended=stamp(50))
    pinned = analyse(run, now=START + 60, until=20)
    assert (pinned.state.label, pinned.state.over, pinned.state.age) == ("as of step 19", False, None)
    assert pinned.state.evidence == f"the first 20 rows only, until {datetime.fromtimestamp(START + 19):%Y-%m-%d %H:%M:%S}"
    assert pinned.state == analyse(run, now=START + 90_000, until=20).state
    assert pinned.train is not None
    assert pinned.train.count == 20


def test_a_link_to_the_last_row_is_the_past_until_the_run_is_over(tmp_path: Path) -> None:
    assert analyse(ticking(tmp_path), now=START + 52, until=50).state.label == "as of step 49"
    assert analyse(recorded(tmp_path, end="finished", ended=stamp(50)), now=START + 52, until=50).state.label == "finished"


def test_the_past_is_placed_by_global_step_where_steps_begin_anew_and_by_epoch_or_row_without_steps(tmp_path: Path) -> None:
    def place(*rows: str) -> str:
        return analyse(run_of(tmp_path, rows), now=START + 60, until=len(rows) - 1).state.place

    assert place(train(0, 7, at=1), train(1, 3, at=2), train(1, 7, at=3)) == "global step 10"
    assert place(*(epoch_row(epoch, at=epoch) for epoch in range(4))) == "epoch 2"
    assert place(train("", "", at=1), train("", "", at=2)) == "row 1"


def test_each_state_has_its_evidence_in_words_that_stay_true(tmp_path: Path) -> None:
    at = f"{datetime.fromtimestamp(START + 49):%Y-%m-%d %H:%M}"
    assert state(ticking(tmp_path), 52).lasting == f"last row on {at}, usually every 1 s"
    assert state(ticking(tmp_path), 49 + 90_000).lasting == f"last row on {at}, usually every 1 s; how it ended is not known"
    gone = replace(recorded(tmp_path, pid=4711), observation=Observation(process_alive=False))
    assert state(gone, 50).lasting == f"process 4711 is gone and recorded no end; last row on {at}"
    assert state(replace(gone, observation=Observation(process_alive=True)), 50).lasting.startswith(
        "process 4711 was alive; last"
    )
    assert (
        state(recorded(tmp_path, end="finished", ended=stamp(49)), 70).lasting == f"the tracker recorded it as finished on {at}"
    )
