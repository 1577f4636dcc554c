from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.logs import write_log
from tests.repository import REPOSITORY
from tests.rows import falling
from trainmon.commands import app as cli_app
from trainmon.commands import cli

Capture = pytest.CaptureFixture[str]


def test_status_json_prints_one_document_and_nothing_else(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", falling())
    assert cli.main(["status", str(tmp_path / "run"), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["runs"][0]["rows"] == 20
    assert printed.err == ""


def test_a_parent_stands_for_every_run_below_it_and_none_comes_twice(tmp_path: Path, capsys: Capture) -> None:
    for name in ("one", "deep/two"):
        write_log(tmp_path / name, falling())
    assert cli.main(["status", str(tmp_path), str(tmp_path / "one"), "--json"]) == 0
    paths = [run["path"] for run in json.loads(capsys.readouterr().out)["runs"]]
    assert sorted(paths) == [str(tmp_path / "deep" / "two"), str(tmp_path / "one")]


def test_a_run_that_holds_other_runs_comes_first(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path, falling(3))
    write_log(tmp_path / "a", falling())
    assert cli.main(["status", str(tmp_path), "--json"]) == 0
    assert [run["rows"] for run in json.loads(capsys.readouterr().out)["runs"]] == [3, 20]


def test_an_attempt_is_named_behind_the_path(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", [*falling(8), *falling(6)])
    assert cli.main(["status", f"{tmp_path / 'run'}@2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"][0]["train"]["count"] == 6
    assert cli.main(["status", f"{tmp_path / 'run'}@3"]) == 3
    assert "has no attempt 3; it has 2." in capsys.readouterr().err


def test_nothing_readable_exits_with_3_and_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    assert cli.main(["status", str(tmp_path / "missing"), "--json"]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"trainmon: {tmp_path / 'missing'} does not exist.\n"


def test_a_path_without_a_run_does_not_hide_the_others(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", falling())
    assert cli.main(["status", str(tmp_path / "run"), str(tmp_path / "missing"), "--json"]) == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)["runs"]) == 1
    assert "missing does not exist" in printed.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status"], "the following arguments are required: PATH"),
        (["stauts"], "invalid choice: 'stauts'"),
        (["demo", "--steps", "many"], "invalid int value: 'many'"),
        (["demo", "--steps", "0"], "--steps is 0; a training needs at least 1."),
        (["demo", "--pace", "-1"], "--pace is -1.0; it has to be 0 or more seconds."),
        (["demo", "--seed", "-1"], "--seed is -1; it has to be 0 or more."),
        (["monitor", "--refresh", "0"], "--refresh is 0; it has to be more than 0 seconds."),
        (["monitor", "a", "--output-dir", "b"], "DIR is a and --output-dir is b; name one of them."),
    ],
)
def test_wrong_usage_exits_with_3_and_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 3
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_one_sentence_that_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.delitem(sys.modules, "trainmon.commands.terminal", raising=False)
    assert cli.main(["monitor", str(tmp_path), "--once"]) == 3
    assert "needs the package rich.console, which is not installed: install what the app needs" in capsys.readouterr().err


def test_a_bug_is_one_sentence_too(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def broken(*_: object, **__: object) -> list[str]:
        raise RuntimeError("boom")

    monkeypatch.setattr(cli_app, "app_command", broken)
    assert cli.main(["app"]) == 3
    assert "RuntimeError: boom" in capsys.readouterr().err
    monkeypatch.setenv("TRAINMON_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        cli.main(["app"])


def test_ctrl_c_ends_quietly_with_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def interrupted(*_: object, **__: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_app, "app_command", interrupted)
    assert cli.main(["app"]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way on Windows")
def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    write_log(tmp_path / "run", falling())
    command = [sys.executable, "-m", "trainmon", "status", str(tmp_path / "run"), "--json"]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        ended = subprocess.run(command, cwd=REPOSITORY, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_monitor_takes_its_directory_in_three_ways(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path, falling())
    for arguments in ([str(tmp_path)], ["--output-dir", str(tmp_path)], ["--logdir", str(tmp_path), "--interval", "2"]):
        assert cli.main(["monitor", *arguments, "--once"]) == 0
        assert "Steps with data: 20" in capsys.readouterr().out


def test_the_guides_script_is_a_door_to_monitor(tmp_path: Path) -> None:
    write_log(tmp_path, falling())
    command = [sys.executable, "scripts/monitor.py", "--refresh", "10", "--once", "--output-dir", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, check=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}
    )
    assert "📊 CURRENT STATUS" in ended.stdout
    assert ended.stderr == ""


def test_monitor_report_prints_the_report_and_writes_the_plots(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", falling())
    assert cli.main(["monitor", "--report", "--output-dir", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "TRAINING REPORT" in said
    assert sorted(path.name for path in (tmp_path / "run" / "plots").iterdir()) == [
        "dashboard.png",
        "loss_curves.png",
        "memory_usage.png",
    ]
    assert f"Plot: {tmp_path / 'run' / 'plots' / 'loss_curves.png'}" in said


def test_monitor_report_without_a_run_is_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    assert cli.main(["monitor", "--report", str(tmp_path)]) == 3
    assert "no training log was found" in capsys.readouterr().err


def test_report_writes_what_is_asked_for_and_prints_it_otherwise(tmp_path: Path, capsys: Capture) -> None:
    run = write_log(tmp_path / "run", falling())
    assert cli.main(["report", str(run)]) == 0
    assert "📊 TIMING" in capsys.readouterr().out
    html, markdown = tmp_path / "out" / "a.html", tmp_path / "out" / "a.md"
    assert cli.main(["report", str(run), "--html", str(html), "--markdown", str(markdown), "--png", "--redact"]) == 0
    assert capsys.readouterr().out.count("Wrote ") == 5
    assert "![Loss curves](<../run/plots/loss_curves.png>)" in markdown.read_text(encoding="utf-8")
    assert html.stat().st_size > 900_000
    assert sorted(path.name for path in html.parent.iterdir()) == ["a.html", "a.md"]


def test_report_wants_one_run(tmp_path: Path, capsys: Capture) -> None:
    for name in ("one", "two"):
        write_log(tmp_path / name, falling())
    assert cli.main(["report", str(tmp_path)]) == 3
    assert "holds 2 runs; name one of them" in capsys.readouterr().err
    (tmp_path / "notes.txt").write_text("not a log")
    assert cli.main(["report", str(tmp_path / "notes.txt")]) == 3
