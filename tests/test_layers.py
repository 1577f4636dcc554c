"""Imports point down: the order of the layers, checked on the source of every module."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.repository import REPOSITORY

FLOORS = (  # from the top: a module knows its own room and those on lower floors, never another room on its own floor
    "app scripts __main__",
    "pages",
    "__init__",
    "commands",
    "reports",
    "charts",
    "comparison",
    "analysis",
    "diagnosis demo integrations",
    "runs tracking",
    "stats files wording errors",
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(reversed(FLOORS)) for room in rooms.split()}
BESIDE_THE_ROOMS = {"trainmon", "trainmon.__main__", "trainmon.errors"}


def modules(root: Path) -> dict[str, Path]:
    """Return every module of a checkout by its dotted name."""
    files = [*root.glob("trainmon/**/*.py"), *root.glob("pages/**/*.py"), *root.glob("scripts/*.py"), *root.glob("app.py")]
    return {".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file for file in sorted(files)}


def room_of(module: str) -> str:
    """Return the name by which FLOORS knows a module: its room in the package, or the folder or file at the top."""
    first, *rest = module.split(".")
    return first if first != "trainmon" else rest[0] if rest else "__init__"


def lies_in_a_room(module: str, file: Path) -> bool:
    """Return whether a module is in one of the rooms, or one of the three files that lie beside them."""
    alone = module.startswith("trainmon") and module.count(".") <= 1 and file.name != "__init__.py"
    return room_of(module) in FLOOR_OF and (not alone or module in BESIDE_THE_ROOMS)


def imported(file: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the dotted name of everything that a file imports, wherever in it; a module of ours by its own name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}, line {node.lineno}: imports name the whole path"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in known else str(node.module)


def complaints(root: Path) -> list[str]:
    """Return one sentence for everything in a checkout that breaks the order."""
    known = modules(root)
    path = {name: file.relative_to(root).as_posix() for name, file in known.items()}
    found = [
        f"{path[name]} lies in no room: say in FLOORS where it belongs" for name in known if not lies_in_a_room(name, known[name])
    ]
    for name, file in known.items():
        for target in imported(file, known):
            if target.split(".")[0] == "streamlit" and not name.startswith(("app", "pages")):
                found.append(f"{path[name]} imports streamlit: only app.py and pages/ may")
            elif target in known and not _may_know(room_of(name), room_of(target)):
                found.append(f"{path[name]} imports {path[target]}, which lies on its own floor or above it")
    return found


def _may_know(room: str, other: str) -> bool:
    return room == other or room not in FLOOR_OF or FLOOR_OF.get(other, -1) < FLOOR_OF[room]


def write(root: Path, **sources: str) -> Path:
    for name, source in sources.items():
        file = root / (name.replace("__", "/") + ".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    return root


def test_every_import_points_down() -> None:
    assert complaints(REPOSITORY) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    known = modules(REPOSITORY)
    graph = {name: {target for target in imported(file, known) if target in known} for name, file in known.items()}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"these import each other: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("heavy", ["numpy", "pandas", "altair", "streamlit", "psutil", "rich"])
def test_importing_trainmon_does_not_load(heavy: str) -> None:
    code = f"import sys, trainmon; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY).returncode == 0


def test_an_import_from_a_higher_floor_is_told_with_both_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        trainmon__runs__run="from trainmon.analysis.series import Series",
        trainmon__analysis__series="import trainmon.runs.run",
    )
    assert complaints(tmp_path) == [
        "trainmon/runs/run.py imports trainmon/analysis/series.py, which lies on its own floor or above it"
    ]


def test_rooms_of_one_floor_do_not_know_each_other(tmp_path: Path) -> None:
    write(tmp_path, trainmon__tracking__tracker="from trainmon.runs import run", trainmon__runs__run="")
    assert complaints(tmp_path) == [
        "trainmon/tracking/tracker.py imports trainmon/runs/run.py, which lies on its own floor or above it"
    ]


def test_an_import_inside_a_function_is_found(tmp_path: Path) -> None:
    write(tmp_path, trainmon__stats__eta="def eta():\n    from trainmon.charts import loss\n", trainmon__charts__loss="")
    assert complaints(tmp_path) == [
        "trainmon/stats/eta.py imports trainmon/charts/loss.py, which lies on its own floor or above it"
    ]


@pytest.mark.parametrize("module", ["trainmon__helpers", "trainmon__helpers__text", "trainmon__wording"])
def test_a_module_outside_a_room_is_named(tmp_path: Path, module: str) -> None:
    write(tmp_path, **{module: ""})
    assert complaints(tmp_path) == [f"{module.replace('__', '/')}.py lies in no room: say in FLOORS where it belongs"]


def test_streamlit_below_the_pages_is_found(tmp_path: Path) -> None:
    write(tmp_path, trainmon__charts__loss="import streamlit as st", pages__live="import streamlit as st")
    assert complaints(tmp_path) == ["trainmon/charts/loss.py imports streamlit: only app.py and pages/ may"]


def test_pages_and_rooms_above_may_import_what_is_below(tmp_path: Path) -> None:
    write(
        tmp_path,
        pages__live="from trainmon.analysis.series import Series",
        trainmon__analysis__series="from trainmon.runs import run",
        trainmon__runs__run="",
    )
    assert complaints(tmp_path) == []
