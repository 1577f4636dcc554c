"""What was said of a training while it went on, worked out of its rows."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path

import pytest

from tests.builders import append
from tests.humps import BEGINS, ENDS, hump
from tests.logs import HEADER, run_of, write_log
from tests.rows import START, falling, train_row
from trainmon.analysis import analyse, story
from trainmon.analysis.judging import inputs_as_of, inputs_of
from trainmon.analysis.memory import memory_of
from trainmon.analysis.progress import progress
from trainmon.analysis.said import Place, Story
from trainmon.analysis.story import story_of
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.inputs import Inputs
from trainmon.runs.library import Library
from trainmon.runs.memo import Memo
from trainmon.runs.run import Run

NOW = START + 10_000
Told = list[tuple[str, int, int | None, int | None]]


def of(run: Run, *, until: int | None = None, memo: Memo | None = None) -> Story:
    return story_of(analyse(run, now=NOW, until=until, memo=memo))


def told(said: Story, until: int) -> Told:
    """Return kinds with the rows of their rise, alarm and end, as far as they lie before row `until`."""

    def row(place: Place | None) -> int | None:
        return place.row if place is not None and place.row < until else None

    return [(each.kind, each.since.row, row(each.alarm), row(each.until)) for each in said.said if each.since.row < until]


def resumed_row(step: int) -> str:
    """Return a row of an attempt that began at step 250, 1,000 s after the start, with a validation that falls."""
    seconds = step - 250
    loss, validation = 0.5 + 2.5 * math.exp(-step / 120), 0.9 - seconds / 1_000
    line = train_row(1_000 + seconds, 0, step, f"{loss:.5f}", f"{validation:.5f}" if step % 10 == 9 else "")
    return f"{line.rpartition(',')[0]},{seconds + 1}"


def test_a_validation_that_rises_and_falls_again_is_taken_back_with_its_steps(tmp_path: Path) -> None:
    whole = of(run_of(tmp_path, hump()))
    (overfitting,) = (each for each in whole.taken_back if each.kind == "overfitting")
    assert overfitting.since.step is not None
    assert overfitting.until is not None
    assert overfitting.until.step is not None
    assert BEGINS < overfitting.since.step < overfitting.until.step < ENDS
    assert (overfitting.metric, overfitting.severity, overfitting.since.epoch) == ("val_loss", "error", 0.0)
    assert overfitting.since.time == START + overfitting.since.row


def test_it_is_first_said_with_the_row_with_which_the_diagnosis_first_says_it(tmp_path: Path) -> None:
    run = run_of(tmp_path, hump())
    (overfitting,) = (each for each in of(run).said if each.kind == "overfitting")
    assert overfitting.until is not None

    def kinds(rows: int) -> set[str]:
        return {each.kind for each in analyse(run, now=NOW, until=rows).diagnosis.findings}

    assert ["overfitting" in kinds(overfitting.since.row + more) for more in (0, 1)] == [False, True]
    assert ["overfitting" in kinds(overfitting.until.row + more) for more in (0, 1)] == [True, False]


def test_what_stands_has_a_beginning_and_no_end(tmp_path: Path) -> None:
    run = run_of(tmp_path, hump(leak_from=450))
    analysis = analyse(run, now=NOW)
    (leak,) = (each for each in analysis.diagnosis.findings if each.kind == "memory_leak")
    said = story_of(analysis).of(leak)
    assert said is not None
    assert said.since.row > 450
    assert said.until is None


def test_a_notice_that_becomes_a_warning_has_both_places(tmp_path: Path) -> None:
    rows = [train_row(i, 0, i, 2 - 0.01 * i, 1 + 0.01 * i if i % 20 == 19 else "") for i in range(130)]
    (said,) = (each for each in of(run_of(tmp_path, rows)).said if each.kind == "overfitting")
    assert said.alarm is not None
    assert said.since.row == 39  # the second validation, of two
    assert said.alarm.row > said.since.row
    assert said.severity in ("warning", "error")


@pytest.mark.parametrize("seed", range(3))
def test_the_beginning_of_a_run_tells_the_beginning_of_its_story(seed: int, tmp_path: Path) -> None:
    whole = of(run_of(tmp_path / "whole", hump(seed=seed, leak_from=450)))
    for rows in (30, 300, 331, 599):
        then = run_of(tmp_path / str(rows), hump(rows, seed, leak_from=450))
        assert told(of(then), rows) == told(whole, rows)


@pytest.mark.parametrize("columns", ["samples_per_second,grad_norm,val_accuracy", "reward,kl,frac_reward_zero_std"])
@pytest.mark.parametrize("rows", [1, 4, 45, 250, 251, 299])
def test_a_look_at_an_earlier_row_sees_what_a_look_then_saw_and_nothing_later(rows: int, columns: str, tmp_path: Path) -> None:
    lines = [
        f"{line},{250 - i % 7},{0.3 + i % 5},{i / 300}" for i, line in enumerate([*hump(250), *map(resumed_row, range(250, 300))])
    ]
    run = run_of(tmp_path, lines, f"{HEADER},{columns}")
    now, then = (analyse(run, now=NOW, until=until).stretch for until in (None, rows))
    assert now is not None
    assert then is not None
    whole = inputs_of(now, progress(now), None, memory_of(now))
    seen = inputs_as_of(now.before(int(now.line[rows - 1]) + 1), whole)
    expected = inputs_of(then, progress(then), None, memory_of(then))
    for each in fields(Inputs):
        assert plain(getattr(seen, each.name)) == plain(getattr(expected, each.name)), each.name


def plain(value: object) -> object:
    """Return curves as their values and rows, alone or several, and whatever else as it is."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if not isinstance(value, Curve):
        return value
    return value.metric, value.rows.tolist(), value.values.tolist(), value.size, value.count, value.logged, value.last_row


def test_a_run_that_was_watched_tells_the_same_as_one_that_is_opened_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    look = story._Looks.at

    def counted(self: story._Looks, count: int, *rest: object) -> object:
        looked.append(count)
        return look(self, count, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(story._Looks, "at", counted)
    lines = hump(leak_from=450)
    directory = write_log(tmp_path / "run", lines[:150])
    library = Library([tmp_path])
    library.refresh()
    watched = of(library.runs()[0], memo=library.memo_of(library.runs()[0]))
    for start in range(150, 600, 15):
        append(directory, lines[start : start + 15])
        library.refresh()
        watched = of(library.runs()[0], memo=library.memo_of(library.runs()[0]))
    while_watched = len(looked)
    opened = of(run_of(tmp_path / "later", lines))
    assert watched == opened
    assert len(set(looked[:while_watched])) == while_watched  # no look was worked out twice
    assert while_watched < 2 * (len(looked) - while_watched)


def test_it_goes_on_where_rows_were_read_anew_and_begins_anew_where_they_are_others(tmp_path: Path) -> None:
    memo = Memo()
    first = of(run_of(tmp_path / "run", hump(400)), memo=memo)
    assert any(each.kind == "overfitting" for each in first.said)
    again = of(run_of(tmp_path / "run", hump()), memo=Memo(memo.growing))
    other = of(run_of(tmp_path / "run", falling(600)), memo=Memo(memo.growing))
    assert again == of(run_of(tmp_path / "fresh", hump()))
    assert not other.said


def test_rows_that_an_attempt_supersedes_are_in_no_story(tmp_path: Path) -> None:
    lines, resumed = hump(), [resumed_row(step) for step in range(250, 500)]
    directory = write_log(tmp_path / "run", lines[:320])
    library = Library([tmp_path])
    library.refresh()
    before = of(library.runs()[0], memo=library.memo_of(library.runs()[0]))
    append(directory, resumed)
    library.refresh()
    (run,) = library.runs()
    assert len(run.attempts) == 2
    after = of(run, memo=library.memo_of(run))
    assert "overfitting" in {each.kind for each in before.said}
    assert after == of(run_of(tmp_path / "later", [*lines[:320], *resumed]))
    superseded = range(251, 320)
    assert not any(each.since.row in superseded for each in after.said)
    assert "overfitting" in {each.kind for each in of(run, until=320).said}  # as it was before the restart


def test_a_run_without_rows_has_no_story(tmp_path: Path) -> None:
    assert of(run_of(tmp_path, [])) == Story()


def test_a_healthy_run_has_none(tmp_path: Path) -> None:
    assert of(run_of(tmp_path, falling(40))).said == ()


def test_silence_is_no_part_of_it(tmp_path: Path) -> None:
    analysis = analyse(run_of(tmp_path, falling(40)), now=NOW)
    assert "silent" in {each.kind for each in analysis.diagnosis.findings}
    assert story_of(analysis).said == ()
