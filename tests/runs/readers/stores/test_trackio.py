"""Trackio's stores: each run of a project, read without a trace."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tests import trackio_stores as write
from trainmon.commands.named_runs import named
from trainmon.errors import NotARunError
from trainmon.runs.opening import find_runs, open_run
from trainmon.runs.readers.stores import trackio_store
from trainmon.runs.readers.stores.trackio import TrackioSource
from trainmon.runs.search import Search

START = 1_767_225_600.0  # 2026


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = write.make(tmp_path / "project.db")
    for step in range(3):
        write.add(path, "first run", step, {"train/loss": 1 / (step + 1), "eval": {"loss": 0.5}})
        write.add(path, "second", step, loss=2.0)
    write.configure(path, "first run", lr=0.1, num_epochs=3)
    return path


def losses(source: TrackioSource) -> list[float]:
    return source.table.columns()["loss"].values.tolist()


def test_each_run_of_a_store_is_a_run_below_its_path(store: Path) -> None:
    found = {run.name: run for run in find_runs(store.parent)}
    assert {name: run.path for name, run in found.items()} == {name: store / name for name in ("first run", "second")}
    run = found["first run"]
    assert (run.format, run.config, run.plan.total_epochs) == ("trackio", {"lr": 0.1, "num_epochs": 3}, 3)
    assert (run.rows.roles["train_loss"], run.rows.roles["eval_loss"], run.rows.roles["step"]) == (
        "train/loss",
        "eval/loss",
        "step",
    )
    assert run.rows.time.tolist() == [START, START + 1, START + 2]


def test_a_run_is_opened_by_its_path_and_a_store_by_naming_its_runs(store: Path) -> None:
    assert open_run(store / "second").rows.count == 3
    assert {run.name for run, _ in named(str(store))} == {"first run", "second"}
    assert [run.id for run in find_runs(store / "second")] == [open_run(store / "second").id]
    with pytest.raises(NotARunError, match=r"holds runs of Trackio \(2\); name one of them, as .*project.db/first run"):
        open_run(store)
    with pytest.raises(NotARunError, match="does not exist"):
        open_run(store / "third")


def test_an_older_store_has_no_ids(tmp_path: Path) -> None:
    path = write.make(tmp_path / "old.db", write.OLD)
    write.add(path, "a", 0, loss=1.0)
    write.add(path, "b", 0, loss=2.0)
    assert {run.name: run.rows.columns["loss"].values.tolist() for run in find_runs(tmp_path)} == {"a": [1.0], "b": [2.0]}


def test_a_refresh_reads_the_new_rows_of_its_run(store: Path) -> None:
    source = TrackioSource(store, "second")
    assert source.refresh()
    assert not source.refresh()
    write.add(store, "first run", 3, loss=9.0)
    assert not source.refresh()
    write.add(store, "second", 3, loss=1.0)
    assert source.refresh()
    assert (losses(source), source.table.entries) == ([2.0, 2.0, 2.0, 1.0], 4)


def test_a_run_that_was_removed_and_logged_again_is_read_anew(store: Path) -> None:
    source = TrackioSource(store, "second")
    source.refresh()
    write.remove(store, "second")
    write.add(store, "second", 0, loss=7.0)
    source.refresh()
    assert losses(source) == [7.0]


def test_rows_in_the_log_of_a_living_writer_are_read(store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO metrics VALUES (NULL, 'id of second', '2026-01-01', 'second', 3, '{\"loss\": 1}')")
        source = TrackioSource(store, "second")
        source.refresh()
        assert losses(source)[-1] == 1.0


def test_nothing_is_written_beside_a_store(store: Path) -> None:
    with closing(sqlite3.connect(store)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
    before = {path.name: path.read_bytes() for path in store.parent.iterdir()}
    find_runs(store.parent)
    assert {path.name: path.read_bytes() for path in store.parent.iterdir()} == before


def test_values_that_are_not_finite_are_numbers(tmp_path: Path) -> None:
    path = write.make(tmp_path / "p.db")
    write.add(path, "a", 0, {"loss": "NaN", "scale": "Infinity", "table": {"_type": "trackio.table", "rows": 3}})
    columns = open_run(path / "a").rows.columns
    np.testing.assert_equal([columns["loss"].values[0], columns["scale"].values[0]], [math.nan, math.inf])
    assert columns["loss"].logged.all()
    assert "table/rows" not in columns


def test_a_row_that_holds_no_json_costs_its_metrics(tmp_path: Path) -> None:
    path = write.make(tmp_path / "p.db")
    write.add(path, "a", 0, loss=1.0)
    write.add(path, "a", 1, b"{no json")
    write.add(path, "a", 2, b"[" * 100_000)
    write.add(path, "a", 3, b"[1]" + b" " * (1 << 20))
    run = open_run(path / "a")
    assert run.rows.count == 4
    assert [(problem.line, problem.reason) for problem in run.problems] == [
        (line, "holds no JSON that can be read; its metrics are left out") for line in (2, 3, 4)
    ]


def test_what_a_column_holds_is_not_trusted(tmp_path: Path) -> None:
    path = write.make(tmp_path / "p.db", write.TODAY.replace(" NOT NULL", ""))
    with closing(sqlite3.connect(path)) as connection, connection:
        for values in ((None, None, "a", None, None), ("x", 5, "a", "three", 7), ("x", b"\xff", "a", 2, b"\xff")):
            connection.execute("INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)", values)
        connection.execute("INSERT INTO metrics VALUES (NULL, 'x', CAST(X'ff41' AS TEXT), 'a', 4, '{}')")
    assert {run.name for run in find_runs(tmp_path)} == {"a"}


@pytest.mark.parametrize("name", ["../../etc", "..", "a/b", "/absolute", "ü"])
def test_a_run_is_below_its_store_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = write.make(tmp_path / "p.db")
    write.add(path, name, 0, loss=1.0)
    (run,) = find_runs(tmp_path)
    assert (run.path.parent, run.name) == (path, name)
    assert open_run(run.path).id == run.id


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"\xff" * 5_000, b"no database"])
def test_another_file_of_that_ending_is_no_store(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.db").write_bytes(content)
    assert not trackio_store.is_store(tmp_path / "p.db")
    assert find_runs(tmp_path) == []


def test_a_view_is_no_table_of_metrics(tmp_path: Path) -> None:
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x step, x run_name, x timestamp, x metrics FROM n"
    )
    write.make(tmp_path / "p.db", f"CREATE VIEW metrics AS {endless};")
    assert find_runs(tmp_path) == []


def test_a_store_that_is_damaged_meanwhile_keeps_what_was_read(store: Path) -> None:
    source = TrackioSource(store, "second")
    source.refresh()
    store.write_bytes(b"SQLite format 3\0" + b"\xff" * 5_000)
    assert source.refresh()
    assert losses(source) == [2.0] * 3
    assert source.problems()[0].reason.startswith("cannot be read now (")


def test_a_store_is_asked_for_its_runs_again_only_when_it_changed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    ask = trackio_store.run_names
    monkeypatch.setattr(trackio_store, "run_names", lambda path: asked.append(path) or ask(path))
    search = Search(store.parent)
    assert [len(list(search.runs())) for _ in range(3)] == [2, 2, 2]
    write.add(store, "third", 0, loss=1.0)
    assert [len(list(search.runs())) for _ in range(2)] == [3, 3]
    assert asked == [store, store]


def test_no_damage_at_all_stops_it(store: Path) -> None:
    whole = store.read_bytes()
    for seed in range(60):
        random, data = Random(seed), bytearray(whole)
        for _ in range(random.choice((1, 20, 200))):
            data[random.randrange(len(data))] = random.randrange(256)
        store.write_bytes(data)
        assert all(run.format == "trackio" for run in find_runs(store.parent))
