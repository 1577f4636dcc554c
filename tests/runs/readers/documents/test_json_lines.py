"""JSON Lines as runs: what is a log, what its lines say, and how it is followed while it grows."""

from __future__ import annotations

import gzip
import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainmon.runs.library import Library
from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.readers.documents import json_lines
from trainmon.runs.readers.documents.json_lines import JsonLinesSource
from trainmon.runs.readers.documents.json_rows import flat
from trainmon.runs.readers.numbers import number
from trainmon.runs.run import Run


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def values(run: Run, name: str) -> list[float]:
    return run.rows.columns[name].values.tolist()


def steps(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [{"step": first + at, "loss": 1 / (1 + first + at)} for at in range(count)]


def test_rows_and_evaluations_stand_in_one_file(tmp_path: Path) -> None:
    run = open_run(
        write(tmp_path / "log.jsonl", {"step": 1, "loss": 2.0}, {"step": 1, "eval_loss": 2.5}, {"step": 2, "loss": 1.5})
    )
    assert (run.format, run.rows.count, run.problems) == ("jsonl", 3, ())
    assert run.rows.phase.tolist() == [0, 1, 0]
    np.testing.assert_equal(values(run, "eval_loss"), [math.nan, 2.5, math.nan])


def test_null_and_absent_are_blank_and_nan_is_logged_however_it_is_written(tmp_path: Path) -> None:
    lines = ['{"loss": 1, "a": null}', '{"loss": NaN, "a": Infinity}', '{"loss": "NaN", "a": "-inf"}', '{"a": 1e999}']
    run = open_run(write(tmp_path / "log.jsonl", *lines))
    loss, other = run.rows.columns["loss"], run.rows.columns["a"]
    assert (loss.logged.tolist(), other.logged.tolist()) == ([True, True, True, False], [False, True, True, True])
    np.testing.assert_equal(other.values, [math.nan, math.inf, -math.inf, math.inf])
    assert run.problems == ()


def test_numbers_in_texts_are_numbers_durations_are_seconds_and_words_are_texts(tmp_path: Path) -> None:
    rows = [
        {"loss": "0.5", "elapsed_time": "0:00:32", "remaining_time": "3 days, 17:51:32", "phase": "train"},
        {"loss": "93.5%", "elapsed_time": "0:01:02", "remaining_time": "17:51:32", "phase": ""},
        {"loss": 0.25, "elapsed_time": "1:00:00.5", "remaining_time": "--:--:--", "phase": None},
    ]
    run = open_run(write(tmp_path / "log.jsonl", *rows))
    assert values(run, "loss") == [0.5, 93.5, 0.25]
    assert values(run, "elapsed_time") == [32, 62, 3600.5]
    np.testing.assert_equal(values(run, "remaining_time"), [323_492, 64_292, math.nan])
    assert {name: list(cells) for name, cells in run.rows.texts.items()} == {
        "remaining_time": [None, None, "--:--:--"],
        "phase": ["train", None, None],
    }


def test_nested_objects_are_taken_apart_short_lists_are_numbered_and_media_are_left_out(tmp_path: Path) -> None:
    row = {
        "loss": 1, "metrics": {"acc": 0.5, "deep": {"er": 2}}, "bbox": [0.1, 0.2], "names": ["a"], "many": list(range(13)),
        "picture": {"_type": "image-file", "size": 3}, "done": True, "big": 10**400, "empty": {}, "none": [],
    }  # fmt: skip
    run = open_run(write(tmp_path / "log.jsonl", row))
    assert {name: column.values.tolist() for name, column in run.rows.columns.items() if name != "row"} == {
        "loss": [1], "metrics/acc": [0.5], "metrics/deep/er": [2], "bbox/0": [0.1], "bbox/1": [0.2], "done": [1],
        "big": [math.inf],
    }  # fmt: skip


def test_times_are_moments_whether_texts_or_numbers(tmp_path: Path) -> None:
    rows = [
        {"loss": 1, "timestamp": "2026-01-01T00:00:00+00:00"},
        {"loss": 1, "timestamp": 1_767_225_601},
        {"loss": 1, "timestamp": "2026-01-01T00:00:02.5Z"},
        {"loss": 1, "timestamp": "soon"},
        {"loss": 1},
    ]
    run = open_run(write(tmp_path / "log.jsonl", *rows[:1], *rows[2:]))
    start = 1_767_225_600.0
    np.testing.assert_equal(run.rows.time, [start, start + 2.5, math.nan, math.nan])
    assert list(run.rows.texts["timestamp"]) == [None, None, "soon", None]
    assert "timestamp" not in run.rows.columns
    assert open_run(write(tmp_path / "b.jsonl", rows[1])).rows.time.tolist() == [start + 1]


def test_a_line_that_is_no_json_costs_that_line_and_is_named(tmp_path: Path) -> None:
    run = open_run(write(tmp_path / "log.jsonl", {"loss": 1}, '{"loss": 2', {"loss": 3}, '{"loss": 4} x'))
    assert values(run, "loss") == [1, 3]
    assert [(problem.line, problem.reason.split(" (")[0]) for problem in run.problems] == [
        (2, "is no valid JSON"),
        (4, "is no valid JSON"),
    ]
    assert run.entries == 2


def test_other_lines_between_the_objects_are_counted_in_one_sentence(tmp_path: Path) -> None:
    run = open_run(write(tmp_path / "log.jsonl", {"loss": 1}, "INFO saving", "", "[1, 2]", {"loss": 3}, "null"))
    assert values(run, "loss") == [1, 3]
    (problem,) = run.problems
    assert (problem.line, problem.reason) == (2, "3 lines hold no object of JSON and are left out; this is the first")


def test_the_lines_say_how_many_steps_there_will_be(tmp_path: Path) -> None:
    rows = [{"current_steps": at, "total_steps": 40, "loss": 1.0} for at in (10, 20)]
    run = open_run(write(tmp_path / "trainer_log.jsonl", *rows))
    assert (run.plan.total_steps, run.rows.roles["step"]) == (40, "current_steps")


def test_a_tools_fixed_name_makes_the_folder_the_run_with_what_else_it_writes_there(tmp_path: Path) -> None:
    folder = tmp_path / "output"
    path = write(folder / "metrics.json", *({"iteration": at, "total_loss": 1.0, "bbox/AP": math.nan} for at in (19, 39)))
    write(folder / "log.txt", "[01/01 00:00:00] d2.utils.events INFO: iter: 19 total_loss: 1.0")
    write(folder / "events.out.tfevents.1.host", "")
    (folder / "config.yaml").write_text("SOLVER:\n  MAX_ITER: 40\n  BASE_LR: 0.1\n", encoding="utf-8")
    (run,) = find_runs(tmp_path)
    assert (run.path, run.format, run.plan.total_steps) == (folder.resolve(), "jsonl", 40)
    assert run.config["SOLVER"] == {"MAX_ITER": 40, "BASE_LR": 0.1}
    assert run.rows.columns["bbox/AP"].logged.all()
    assert open_run(path).path == folder.resolve()


@pytest.mark.parametrize("ending", [".jsonl", ".ndjson", ".json", ".txt", ".log", ".jsonl.gz"])
def test_a_log_is_found_by_its_content(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"anything{ending}", *steps(3))
    if ending.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert [(run.path.name, run.format, run.rows.count) for run in find_runs(tmp_path)] == [(path.name, "jsonl", 3)]


@pytest.mark.parametrize(
    "rows",
    [
        [{"text": "a question", "label": 1}] * 3,
        [{"prompt": "long " * 100, "loss": 0.5, "step": 1}] * 3,
        [{"id": at, "score": 0.5} for at in range(3)],
        ["loss: 1"] * 12 + ['{"loss": 3}'],
        ["[1, 2]", "3"],
        [{"epoch": "one", "loss": "low"}],
        ["", "", ""],
    ],
)
def test_a_data_set_is_no_log(tmp_path: Path, rows: list[object]) -> None:
    path = write(tmp_path / "train.jsonl", *rows)
    assert not json_lines.recognises(json_lines.Candidate(path))


def test_a_document_on_one_line_is_no_log_of_lines(tmp_path: Path) -> None:
    write(tmp_path / "all_results.json", {"epoch": 3.0, "train_loss": 0.5})
    assert find_runs(tmp_path) == []


def test_a_named_file_needs_only_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "readings.jsonl", {"volts": 1}, {"volts": 2})
    assert find_runs(tmp_path) == []
    assert values(open_run(path), "volts") == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_the_encoding_of_windows_and_its_line_ends_do_no_harm(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes('{"loss": 1, "name": "é"}\r\n{"loss": 2, "name": "é"}\r\n'.encode(encoding))
    run = open_run(path)
    assert (values(run, "loss"), list(run.rows.texts["name"]), run.problems) == ([1, 2], ["é", "é"], ())


def test_half_a_character_of_json_is_replaced(tmp_path: Path) -> None:
    run = open_run(write(tmp_path / "log.jsonl", '{"loss": 1, "note": "\\ud83d"}'))
    assert list(run.rows.texts["note"]) == ["\ufffd"]


def test_a_growing_file_is_followed_and_an_unfinished_line_waits(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", *steps(2))
    library = Library([tmp_path])
    library.refresh()
    append(path, '{"step": 2, "lo')
    library.refresh()
    assert (library.runs()[0].rows.count, library.runs()[0].problems) == (2, ())
    append(path, 'ss": 0.5}\n{"step": 3, "loss": 0.25, "new": 7}\n')
    assert library.refresh()
    run = library.runs()[0]
    assert values(run, "step") == [0, 1, 2, 3]
    np.testing.assert_equal(values(run, "new"), [math.nan] * 3 + [7])


def test_a_file_that_is_replaced_by_a_longer_one_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", {"step": 0, "loss": 9.0}, {"step": 1, "loss": 8.0})
    library = Library([tmp_path])
    library.refresh()
    other = write(tmp_path / "other", {"step": 0, "eval_loss": 3.0}, *steps(3))
    os.replace(other, path)
    library.refresh()
    run = library.runs()[0]
    assert run.rows.phase.tolist() == [1, 0, 0, 0]
    np.testing.assert_equal(values(run, "loss"), [math.nan, 1, 1 / 2, 1 / 3])


def test_a_column_for_every_row_is_left_out_and_said(tmp_path: Path) -> None:
    rows = [{"step": at, "loss": 1.0, f"only_{at}": at} for at in range(1_200)]
    run = open_run(write(tmp_path / "log.jsonl", *rows))
    assert values(run, "step") == list(range(1_200))
    assert len(run.rows.columns) <= 1_000
    (problem,) = run.problems
    assert problem.reason.endswith("of its columns are left out: they are too many, or nearly empty")


_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.integers(-(2**70), 2**70),
    st.sampled_from(["1.5", "0:12:31", "nan", "word", "", "1_0"]),
)
_names = st.sampled_from(["loss", "step", "a", "b", "note"])
_objects = st.dictionaries(
    _names, st.one_of(_scalars, st.lists(st.floats(), max_size=3), st.dictionaries(_names, _scalars, max_size=2)), max_size=5
)
_lines = st.one_of(_objects.map(json.dumps), st.sampled_from(["", "noise", '{"loss": 1', "{}", "[]", '{"loss": 1} {"loss": 2}']))


def _number_of(cell: object) -> float | None:
    if cell is None:
        return None
    return number(cell) if isinstance(cell, str) else float(cell)  # type: ignore[arg-type]


@given(st.lists(_lines, max_size=12), st.lists(st.integers(1, 40), max_size=6))
def test_whatever_the_lines_and_however_they_arrive_each_cell_is_what_its_line_says(lines: list[str], cuts: list[int]) -> None:
    source = JsonLinesSource(Path("log.jsonl"))
    start = 0
    for cut in [*cuts, len(lines)]:
        data = "".join(f"{line}\n" for line in lines[start : start + cut]).encode()
        if data:
            source.lines(data, start + 1)
        start += cut
    objects = []
    for line in lines:
        try:
            objects.append(json.loads(line))
        except ValueError:
            continue
    cells = [flat(each) for each in objects if isinstance(each, dict)]
    assert source.table.count == len(cells)
    columns = source.table.columns()
    for name in {name for row in cells for name in row}:
        expected = [_number_of(row.get(name)) for row in cells]
        column = columns.get(name)
        assert [each is not None for each in expected] == (column.logged.tolist() if column else [False] * len(cells))
        if column:
            np.testing.assert_equal(column.values, np.array(expected, dtype=np.float64))
