"""Imports point down: the order of the layers, checked on the source of every module."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent

LAYERS = (  # from the lowest to the highest; a module imports from its own layer and from lower ones
    "errors wording file_format report_format run attempts restart_rule process_identity stats",
    "growing_file readers tracking sampling metrics performance",
    "growth kept library watching",
    "diagnosis finding_advice",
    "series samples figures epochs saved_models grading progress state timing pace memory machine recent judging "
    "finding_words memory_words analysis comparison overview",
    "charts",
    "reports",
    "visualization terminal notify integrations demo sharing cli_app cli __main__ __init__",
    "scripts app pages",
)
LEVELS = {name: level for level, names in enumerate(LAYERS) for name in names.split()}


def modules(root: Path) -> dict[str, Path]:
    """Return every module of a checkout by its dotted name."""
    files = [*root.glob("trainmon/**/*.py"), *root.glob("pages/**/*.py"), *root.glob("scripts/*.py"), *root.glob("app.py")]
    return {".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file for file in sorted(files)}


def layer(module: str) -> str:
    """Return the name by which LAYERS knows a module: its part of the package, or the folder at the top."""
    parts = module.split(".")
    return parts[0] if parts[0] != "trainmon" else parts[1] if len(parts) > 1 else "__init__"


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
    found = [f"say which layer {name} belongs to" for name in known if layer(name) not in LEVELS]
    for name, file in known.items():
        for target in imported(file, known):
            if target.split(".")[0] == "streamlit" and not name.startswith(("app", "pages")):
                found.append(f"{name} imports streamlit: only app.py and pages/ may")
            elif target in known and LEVELS.get(layer(target), 0) > LEVELS.get(layer(name), len(LAYERS)):
                found.append(f"{name} imports {target}, a higher layer")
    return found


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


def test_an_import_of_a_higher_layer_is_found(tmp_path: Path) -> None:
    write(tmp_path, trainmon__run="from trainmon.analysis import analyse", trainmon__analysis="import trainmon.run")
    assert complaints(tmp_path) == ["trainmon.run imports trainmon.analysis, a higher layer"]


def test_an_import_inside_a_function_is_found(tmp_path: Path) -> None:
    write(tmp_path, trainmon__stats__eta="def eta():\n    from trainmon import charts\n", trainmon__charts="")
    assert complaints(tmp_path) == ["trainmon.stats.eta imports trainmon.charts, a higher layer"]


def test_a_module_without_a_layer_is_named(tmp_path: Path) -> None:
    write(tmp_path, trainmon__utils="")
    assert complaints(tmp_path) == ["say which layer trainmon.utils belongs to"]


def test_streamlit_below_the_pages_is_found(tmp_path: Path) -> None:
    write(tmp_path, trainmon__charts="import streamlit as st", pages__live="import streamlit as st")
    assert complaints(tmp_path) == ["trainmon.charts imports streamlit: only app.py and pages/ may"]


def test_pages_and_layers_above_may_import_what_is_below(tmp_path: Path) -> None:
    write(
        tmp_path,
        pages__live="from trainmon.analysis import analyse",
        trainmon__analysis="from trainmon import run",
        trainmon__run="",
    )
    assert complaints(tmp_path) == []
