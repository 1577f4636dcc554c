"""The benchmark of growing runs counts what a person who looks at them sees."""

from __future__ import annotations

import numpy as np

from benchmarks.diagnosis.growing_faults import non_finite
from benchmarks.diagnosis.healthy import tiny
from benchmarks.diagnosis.looks import LOOKS, OURS, Watched, alarm_table, delay_table, rival_table, watch, watch_fault

NAN, NOTHING = frozenset({"non_finite"}), frozenset[str]()


def seen(*said: frozenset[str], onset: int = 10) -> Watched:
    """Return a run of 40 rows of which this was said at its looks, the last of them at its end."""
    stops = tuple(range(40 - 10 * (len(said) - 1), 41, 10))
    return Watched("made up", 40, stops, {OURS: said}, {OURS: said}, "non_finite", onset)


def test_a_delay_counts_from_the_onset_to_the_first_look_that_says_it() -> None:
    assert seen(NOTHING, NOTHING, NAN, NAN).delay() == 20 / 40
    assert seen(NOTHING, NAN, NOTHING, NAN).delay(patience=2) is None


def test_what_was_said_before_the_onset_is_no_notice_of_it() -> None:
    assert seen(NAN, NOTHING, NOTHING, NAN, onset=25).delay() == 15 / 40


def test_a_rule_that_has_to_last_alarms_where_it_lasts() -> None:
    run = seen(NAN, NOTHING, NAN, NAN)
    assert run.ever(run.alarmed, patience=2) == NAN
    assert run.ever(run.alarmed, patience=3) == NOTHING


def test_a_run_is_looked_at_forty_times_at_most_and_at_its_end() -> None:
    short = tiny(np.random.default_rng(1))
    assert watch(short).stops == tuple(range(1, short.rows + 1))
    long = watch_fault(1, (0, non_finite), "severe", 0)
    assert (len(long.stops), long.stops[-1]) == (LOOKS, long.rows)
    delay = long.delay()
    assert delay is not None
    assert 0 < delay <= 1 / LOOKS + 1 / long.rows


def test_the_tables_have_a_line_for_each_family_kind_and_rule() -> None:
    watched = [watch_fault(1, (0, non_finite), "severe", 0)]
    assert len(list(alarm_table("known", watched))) == 4
    assert len(list(delay_table("known", watched))) == 6
    assert [line.split(" | ")[0] for line in rival_table(watched, watched)][2:] == ["| trainmon", "| guide", "| sagemaker"]
