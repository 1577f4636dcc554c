"""The words are one table in several files: a name in two of them would say something else without a word."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import trainmon.wording

FOLDER = Path(trainmon.wording.__file__).parent
FILES = sorted([*FOLDER.glob("*.py"), FOLDER / "findings" / "words.py"])


def names(file: Path) -> set[str]:
    """Return the public names that a module defines itself."""
    found: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return {name for name in found if not name.startswith("_")}


def test_no_two_files_of_words_define_the_same_name() -> None:
    assert [name for name, times in Counter(name for file in FILES for name in names(file)).items() if times > 1] == []


def test_every_word_can_be_had_from_the_package() -> None:
    assert [name for file in FILES for name in names(file) if not hasattr(trainmon.wording, name)] == []
