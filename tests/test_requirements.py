"""What the code imports is what requirements.txt installs: an environment that happens to hold more hides a missing line."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.repository import REPOSITORY

MODULES = {"PyYAML": "yaml", "protobuf": "google", "vl-convert-python": "vl_convert"}  # called otherwise than their packages
BROUGHT = {"numpy", "pyarrow", "starlette"}  # by pandas and streamlit
OWN = {"trainmon", "pages", "tests"}


def required() -> set[str]:
    lines = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = [match[0] for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))]
    return {MODULES.get(name, name) for name in names}


def imported(file: Path) -> Iterator[str]:
    """Yield the modules that a file cannot be imported without: those outside of functions and of `try`."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
            elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Try):
                waiting.append(node)


def test_every_module_that_is_imported_is_installed_by_requirements_txt() -> None:
    files = [
        REPOSITORY / "app.py",
        *(file for room in ("trainmon", "pages", "scripts") for file in (REPOSITORY / room).rglob("*.py")),
    ]
    known = required() | BROUGHT | OWN | sys.stdlib_module_names
    integrations = REPOSITORY / "trainmon" / "integrations"  # each needs the library that it is for
    missing = {
        (file.relative_to(REPOSITORY).as_posix(), name)
        for file in files
        if integrations not in file.parents
        for name in imported(file)
        if name.split(".")[0] not in known
    }
    assert missing == set()
