"""The names by which people reach trainmon, each asked for first thing in a fresh interpreter, wherever it lies by now."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pydoc
import re
import subprocess
import sys
import tomllib

import pytest

import trainmon
from tests.repository import REPOSITORY
from trainmon.commands.main import COMMANDS
from trainmon.reports.visualization import TrainingVisualizer

INTEGRATIONS = {
    "huggingface": "TrainmonCallback",
    "lightning": "TrainmonLogger",
    "keras": "TrainmonCallback",
    "mlx": "TrainmonCallback",
    "accelerate": "TrainmonTracker",
}
NAMES = [add_to.__module__.rpartition(".")[2] for add_to in COMMANDS]
HEAVY = ("numpy", "pandas", "altair")
LOADED = f"print([name for name in {HEAVY} if name in __import__('sys').modules])"


def said_by(*command: str) -> str:
    """Return what a Python process prints; it may neither fail nor say anything on stderr."""
    ended = subprocess.run([sys.executable, "-W", "error", *command], cwd=REPOSITORY, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize("name", trainmon.__all__)
def test_a_public_name_comes_from_the_package(name: str) -> None:
    said = said_by("-c", f"from trainmon import {name}; print({name}.__name__)")
    assert said == f"{name}\n"


def test_all_public_names_are_listed() -> None:
    assert set(trainmon.__all__) <= set(dir(trainmon))


def test_the_visualizer_comes_from_its_old_module_too() -> None:
    code = "from trainmon.visualization import TrainingVisualizer; import trainmon"
    assert said_by("-c", f"{code}; print(TrainingVisualizer is trainmon.TrainingVisualizer)") == "True\n"


@pytest.mark.parametrize(
    "code",
    [
        "import trainmon.visualization",
        "import trainmon.visualization as door; assert 'TrainingVisualizer' in dir(door)",
        "import importlib.util; assert importlib.util.find_spec('trainmon.visualization').has_location",
        "import trainmon.visualization as door; assert not hasattr(door, 'TrainingVisualiser')",
    ],
)
def test_the_old_module_loads_nothing_before_it_is_asked_for_the_visualizer(code: str) -> None:
    assert said_by("-c", f"{code}\n{LOADED}") == "[]\n"


def test_the_old_module_is_a_module_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    door = importlib.reload(importlib.import_module("trainmon.visualization"))
    assert pickle.loads(b"ctrainmon.visualization\nTrainingVisualizer\n.") is door.TrainingVisualizer is TrainingVisualizer  # noqa: S301
    assert "TrainingVisualizer" in inspect.getsource(door)
    pydoc.Helper(output=sys.stdout)(door)
    shown = capsys.readouterr().out
    assert all(f"{name}(self" in shown for name in vars(TrainingVisualizer) if not name.startswith("_"))


def test_what_the_old_module_has_not_is_said_with_what_it_has() -> None:
    door = importlib.import_module("trainmon.visualization")
    with pytest.raises(AttributeError, match=r"^module 'trainmon\.visualization' has no attribute 'plot'; it has TrainingVis"):
        _ = door.plot


@pytest.mark.parametrize("module", INTEGRATIONS)
def test_an_integration_has_its_name_or_says_in_one_sentence_what_is_missing(module: str) -> None:
    code = f"""
from trainmon.errors import MissingLibraryError
try:
    from trainmon.integrations.{module} import {INTEGRATIONS[module]} as found
except MissingLibraryError as error:
    print(error)
else:
    print(found.__name__)
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)
    missing = f"trainmon.integrations.{module} needs "
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == f"{INTEGRATIONS[module]}\n" or (
        ended.stdout.startswith(missing) and "which cannot be imported here: python -m pip install " in ended.stdout
    )


@pytest.mark.parametrize(
    ("door", "name", "home"),
    [
        ("scripts.metrics", "MetricsTracker", "trainmon.tracking.tracker"),
        ("scripts.metrics", "PerformanceMonitor", "trainmon.tracking.performance"),
        ("scripts.metrics", "get_available_memory", "trainmon.tracking.performance"),
        ("scripts.visualization", "TrainingVisualizer", "trainmon.reports.visualization"),
        ("scripts.monitor", "main", "trainmon.commands.main"),
    ],
)
def test_the_guides_doors_give_the_same_names(door: str, name: str, home: str) -> None:
    assert said_by("-c", f"from {door} import {name}; print({name}.__module__)") == f"{home}\n"


@pytest.mark.parametrize("command", NAMES)
def test_a_command_answers_help(command: str) -> None:
    assert said_by("-m", "trainmon", command, "--help").startswith(f"usage: trainmon {command} [-h]")


def test_the_help_is_printed_and_names_every_command() -> None:
    shown = said_by("-m", "trainmon", "--help")
    assert shown.startswith("usage: trainmon [-h] COMMAND ...")
    assert re.findall(r"^    ([a-z]+) ", shown, re.MULTILINE) == NAMES


def test_the_installed_command_is_the_same() -> None:
    entry = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]["trainmon"]
    module, _, function = entry.partition(":")
    code = f"import sys; from {module} import {function}; sys.argv[1:] = ['--help']; {function}()"
    assert said_by("-c", code).startswith("usage: trainmon [-h] COMMAND ...")
