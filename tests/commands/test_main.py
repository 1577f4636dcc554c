"""What every command has in common: it answers, and whatever goes wrong is one sentence and an exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.logs import write_log
from tests.repository import REPOSITORY
from tests.rows import falling
from trainmon.commands import app
from trainmon.commands.main import COMMANDS, main

Capture = pytest.CaptureFixture[str]


def test_every_module_of_a_command_is_in_the_list() -> None:
    names = [file.stem for file in (REPOSITORY / "trainmon" / "commands").glob("[a-z]*.py")]
    modules = [import_module(f"trainmon.commands.{name}") for name in names]
    assert {module.add_to for module in modules if hasattr(module, "add_to")} == set(COMMANDS)


@pytest.mark.parametrize("heavy", ["numpy", "pandas", "altair", "streamlit", "psutil", "rich", "trainmon.wording"])
def test_the_help_loads_nothing_that_a_command_needs(heavy: str) -> None:
    code = f"import sys; from trainmon.commands.main import make_parser; make_parser(); sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY).returncode == 0


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
    assert main(arguments) == 3
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_one_sentence_that_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    monkeypatch.delitem(sys.modules, "trainmon.commands.terminal", raising=False)
    assert main(["monitor", str(tmp_path), "--once"]) == 3
    assert "needs the package rich.console, which is not installed: install what the app needs" in capsys.readouterr().err


def test_a_bug_is_one_sentence_too(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def broken(*_: object, **__: object) -> list[str]:
        raise RuntimeError("boom")

    monkeypatch.setattr(app, "app_command", broken)
    assert main(["app"]) == 3
    assert "RuntimeError: boom" in capsys.readouterr().err
    monkeypatch.setenv("TRAINMON_DEBUG", "1")
    with pytest.raises(RuntimeError, match="boom"):
        main(["app"])


def test_ctrl_c_ends_quietly_with_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def interrupted(*_: object, **__: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "app_command", interrupted)
    assert main(["app"]) == 130
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
