"""The guides as what they tell people to type: their shell commands, snippets and files, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.repository import REPOSITORY

OLD_GUIDE = REPOSITORY.parent / "shared" / "guide" / "GUIDE.pt.md"  # beside the repository, where it is there
GUIA, GUIDE, README = REPOSITORY / "docs" / "GUIA.md", REPOSITORY / "docs" / "GUIDE.md", REPOSITORY / "README.md"

_BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>python|bash|toml)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One piece of code of a guide; `line` is where it begins."""

    language: str
    line: int
    code: str

    def commands(self) -> list[str]:
        """Return the shell commands, one a line, without comments."""
        return [line.strip() for line in self.code.splitlines() if line.strip() and not line.strip().startswith("#")]

    def steps(self) -> list[tuple[str, str]]:
        """Return what is run at once, with its language: a snippet as a whole, a command by itself."""
        return [("bash", command) for command in self.commands()] if self.language == "bash" else [(self.language, self.code)]

    def without_comments(self) -> list[str]:
        """Return the lines that do something."""
        return [line for line in self.code.splitlines() if line.strip() and not line.strip().startswith("#")]


def blocks(guide: Path) -> list[Block]:
    """Return the code of a guide in its order."""
    text = guide.read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        indent = len(match["indent"])
        code = "".join(line[indent:] for line in match["code"].splitlines(keepends=True))
        found.append(Block(match["language"], text.count("\n", 0, match.start()) + 2, code))
    return found


def unknown_to_pip(root: Path, wanted: str) -> list[str]:
    """Return what `pip install WANTED` in a folder would not find: files, and names that no requirements of ours have."""
    if wanted.startswith((".", "-r ")):
        file = "pyproject.toml" if wanted.startswith(".") else wanted.removeprefix("-r ")
        return [] if (root / file).is_file() else [file]
    ours = "".join((REPOSITORY / f"requirements-{which}.txt").read_text(encoding="utf-8") for which in ("dev", "integrations"))
    return [name for name in wanted.split() if not re.search(rf"^{re.escape(name)}\b", ours, re.MULTILINE)]
