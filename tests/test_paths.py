"""What texts name is there: paths of this repository, and modules that are run or imported."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.repository import REPOSITORY

FOLDERS = r"trainmon|pages|tests|scripts|docs|benchmarks|notebooks|\.ci|\.streamlit"
PATH = re.compile(rf"(?<![\w./-])(?:{FOLDERS})/[\w./-]*\w")
RUN_OR_IMPORTED = re.compile(r"(?:python3? -m |from |import )((?:trainmon|benchmarks|scripts)(?:\.\w+)*)")
TEXTS = sorted(
    file.relative_to(REPOSITORY).as_posix()
    for pattern in (
        "*.md",
        "*.toml",
        ".ci/run",
        "docs/*.md",
        "notebooks/*.ipynb",
        "trainmon/**/*.py",
        "pages/**/*.py",
        "benchmarks/**/*.py",
    )
    for file in REPOSITORY.glob(pattern)
)
MOVED = {"trainmon.visualization"}  # a door in trainmon/__init__.py


def text(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def module_exists(dotted: str) -> bool:
    place = Path(REPOSITORY, *dotted.split("."))
    return dotted in MOVED or place.is_dir() or place.with_suffix(".py").is_file()


@pytest.mark.parametrize("name", TEXTS)
def test_every_path_that_a_text_names_exists(name: str) -> None:
    assert [path for path in sorted(set(PATH.findall(text(name)))) if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("name", [name for name in TEXTS if not name.endswith(".py")])
def test_every_module_that_a_text_runs_or_imports_exists(name: str) -> None:
    assert [module for module in sorted(set(RUN_OR_IMPORTED.findall(text(name)))) if not module_exists(module)] == []


def test_a_path_that_is_gone_is_found() -> None:
    assert PATH.findall("see `trainmon/gone.py`, docs/GUIDE.md and https://example.org/docs/x.md") == [
        "trainmon/gone.py",
        "docs/GUIDE.md",
    ]
