"""Which runs the paths of a command line name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.logs import write_log
from tests.rows import falling
from trainmon.commands.main import main

Capture = pytest.CaptureFixture[str]


def test_a_parent_stands_for_every_run_below_it_and_none_comes_twice(tmp_path: Path, capsys: Capture) -> None:
    for name in ("one", "deep/two"):
        write_log(tmp_path / name, falling())
    assert main(["status", str(tmp_path), str(tmp_path / "one"), "--json"]) == 0
    paths = [run["path"] for run in json.loads(capsys.readouterr().out)["runs"]]
    assert sorted(paths) == [str(tmp_path / "deep" / "two"), str(tmp_path / "one")]


def test_a_run_that_holds_other_runs_comes_first(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path, falling(3))
    write_log(tmp_path / "a", falling())
    assert main(["status", str(tmp_path), "--json"]) == 0
    assert [run["rows"] for run in json.loads(capsys.readouterr().out)["runs"]] == [3, 20]


def test_an_attempt_is_named_behind_the_path(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", [*falling(8), *falling(6)])
    assert main(["status", f"{tmp_path / 'run'}@2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["train"]["count"] == 6
    assert main(["status", f"{tmp_path / 'run'}@3"]) == 3
    assert "has no attempt 3; it has 2." in capsys.readouterr().err


def test_nothing_readable_exits_with_3_and_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    assert main(["status", str(tmp_path / "missing"), "--json"]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"trainmon: {tmp_path / 'missing'} does not exist.\n"


def test_a_path_without_a_run_does_not_hide_the_others(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", falling())
    assert main(["status", str(tmp_path / "run"), str(tmp_path / "missing"), "--json"]) == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)["runs"]) == 1
    assert "missing does not exist" in printed.err
