"""The README holds: its commands exist, its paths are there, and its example runs as written."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guides import unknown_to_pip
from tests.pages.conftest import PAGES
from tests.repository import REPOSITORY
from trainmon.commands.main import make_parser
from trainmon.diagnosis.settings import limits_from
from trainmon.runs.opening import open_run
from trainmon.runs.readers import FORMATS
from trainmon.runs.readers.settings import KEYS, Settings

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def block(marker: str) -> str:
    """Return the code below a marker."""
    found = re.search(rf"<!-- {marker} -->\n```\w+\n(.*?)\n```", README, re.DOTALL)
    assert found, f"README.md has no code below <!-- {marker} -->"
    return found[1]


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of every command."""
    (commands,) = (action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(commands.choices)


def documented() -> dict[str, str]:
    """Return the line of the README's table for each command that it has."""
    return {found[1]: found[0] for found in re.finditer(r"^\| `python -m trainmon (\w+).*$", README, re.MULTILINE)}


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    assert documented().keys() == parsers().keys()


@pytest.mark.parametrize("command", sorted(parsers()))
def test_the_options_of_a_command_are_those_documented(command: str) -> None:
    options = {option for action in parsers()[command]._actions for option in action.option_strings} - {"-h", "--help"}
    assert set(re.findall(r"--[a-z-]+", documented()[command])) == options


def test_every_use_of_the_command_line_names_a_command_that_exists() -> None:
    assert set(re.findall(r"python -m trainmon ([a-z]\w*)", README)) <= parsers().keys()


@pytest.mark.parametrize(("marker", "requirements"), [("the app", "requirements.txt"), ("the tests", "requirements-dev.txt")])
def test_a_command_that_sets_up_is_one_line_and_names_files_that_exist(marker: str, requirements: str) -> None:
    command = block(marker)
    assert "\n" not in command
    assert f"pip install -r {requirements} &&" in command
    assert (REPOSITORY / requirements).is_file()
    assert all((REPOSITORY / name).is_file() for name in re.findall(r"run (\S+\.py)", command))


def test_everything_that_is_installed_is_known() -> None:
    wanted = [each.strip().strip('"') for each in re.findall(r"pip install ([^`&\n]+)", README)]
    assert {".", ".[gpu]", "notebook", "torch transformers peft"} <= set(wanted)
    assert [name for each in wanted for name in unknown_to_pip(REPOSITORY, each)] == []


def test_the_first_run_runs_as_written_and_opens(tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(REPOSITORY)!r})\n{block('your first run')}"
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, check=True)
    run = open_run(tmp_path / "checkpoints" / "first")
    assert (run.rows.count, len(run.attempts)) == (303, 1)
    assert "accuracy" in run.rows.metrics()


def test_every_setting_of_the_example_is_known(tmp_path: Path) -> None:
    (tmp_path / "trainmon.toml").write_text(block("trainmon.toml"), encoding="utf-8")
    settings, of_a_log = Settings([tmp_path]), Settings([tmp_path], tmp_path / "history.csv")
    assert settings.refresh()
    assert of_a_log.refresh()
    assert settings.problems == []
    assert settings.values.keys() | {"files"} == KEYS.keys()
    assert (of_a_log.values["name"], of_a_log.values["roles"]["train_loss"]) == ("augmented", "loss_D")
    assert limits_from(settings.values["diagnosis"])[1] == ()


def test_every_page_is_said_to_answer_a_question() -> None:
    table = README.split("## What each page answers")[1].split("##")[0]
    titles = {page.title for page in PAGES.values()}
    assert set(re.findall(r"^\| ([A-Z][\w ]+) \|", table, re.MULTILINE)) == titles


def tree() -> set[str]:
    """Return the paths of the README's tree."""
    paths, folder = set(), ""
    for line in README.split("## The tree\n\n```\n")[1].split("```")[0].splitlines():
        name = line.split()[0]
        folder = folder if line.startswith(" ") else name
        paths.add(folder + name if line.startswith(" ") else name)
    return paths


def test_every_path_in_the_tree_exists() -> None:
    assert [path for path in sorted(tree()) if not (REPOSITORY / path).exists()] == []


def test_every_module_of_the_package_is_in_the_tree() -> None:
    modules = {f"trainmon/{file.name}" for file in (REPOSITORY / "trainmon").glob("[a-z]*.py")}
    packages = {f"trainmon/{file.parent.name}/" for file in (REPOSITORY / "trainmon").glob("*/__init__.py")}
    assert sorted((modules | packages) - tree()) == []


def test_every_format_that_is_read_is_documented() -> None:
    table = README.split("## Formats read")[1].split("##")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(FORMATS)
