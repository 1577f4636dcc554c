"""What a run is called where nobody gave it a name: by its folder or file, and by what is above where that tells too little."""

from __future__ import annotations

import re
from pathlib import Path

_GENERIC = re.compile(
    r"(version|train|exp|run|fold|trial|seed|checkpoint|last|predict)?[-_]?\d*|lightning_logs|tb_logs|csv_logs|logs?|logging|runs?"
    r"|train(ing)?|detect|segment|classify|pose|obb|outputs?|out|results?|checkpoints?|last-checkpoint|val(idation)?|eval|test"
    r"|raw_files|stdout_logs|artifacts|metrics|history|tensorboard|models?",
    re.IGNORECASE,
)


def folder_name(path: Path) -> str:
    """Return the name of a folder, after that of the nearest folder above that says more where its own says little."""
    return path.name if not _GENERIC.fullmatch(path.name) else _after_the_telling(path)


def file_name(path: Path) -> str:
    """Return the name of a file after that of the nearest folder that says more."""
    return _after_the_telling(path)


def _after_the_telling(path: Path) -> str:
    above = next((parent.name for parent in path.parents if parent.name and not _GENERIC.fullmatch(parent.name)), "")
    return f"{above}/{path.name}" if above else path.name
