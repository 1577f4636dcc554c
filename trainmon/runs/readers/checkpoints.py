"""The saved models in a checkpoint directory, by the names that trainers give them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from trainmon.runs.readers import moments
from trainmon.runs.run import Checkpoint

_NAMES = (
    re.compile(r"checkpoint_epoch(?P<epoch>\d+)_step(?P<step>\d+|best)$"),
    re.compile(r"checkpoint-(?P<step>\d+)$"),
    re.compile(r"(?P<step>\d{7})_adapters\.safetensors$"),
    re.compile(r"(?:.*epoch[=_-]?(?P<epoch>\d+))?(?:.*step[=_-]?(?P<step>\d+))?.*\.(?:ckpt|pt|pth|safetensors|npz)$"),
)
INFO_FILE = "checkpoint_info.json"


def is_checkpoint_name(name: str) -> bool:
    """Return whether a file or folder of this name is a saved model."""
    return any(pattern.match(name) for pattern in _NAMES)


class CheckpointFolder:
    """Follows the saved models directly inside a folder, which is looked through again only when something came or went there."""

    def __init__(self, directory: Path) -> None:
        self.found: tuple[Checkpoint, ...] = ()
        self._directory = directory
        self._stamp: int | None = None

    def refresh(self) -> bool:
        """Look for what is new and say whether anything is different."""
        try:
            stamp = os.stat(self._directory).st_mtime_ns
        except OSError:
            return False
        if stamp == self._stamp:
            return False
        before, self._stamp, self.found = self.found, stamp, find_checkpoints(self._directory)
        return self.found != before


def find_checkpoints(directory: Path) -> tuple[Checkpoint, ...]:
    """Return the saved models directly inside `directory`, oldest first; one that vanishes meanwhile is left out."""
    found = []
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                checkpoint = _checkpoint(entry)
                if checkpoint is not None:
                    found.append(checkpoint)
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda c: (c.written or 0.0, c.step or 0, c.name)))


def _checkpoint(entry: os.DirEntry[str]) -> Checkpoint | None:
    match = next((match for pattern in _NAMES if (match := pattern.match(entry.name))), None)
    if match is None:
        return None
    groups = match.groupdict()
    epoch, step = groups.get("epoch"), groups.get("step")
    try:
        written = _written(entry)
    except OSError:
        return None
    best = step == "best" or "best" in entry.name
    return Checkpoint(entry.name, int(epoch) if epoch else None, int(step) if step and step != "best" else None, written, best)


def _written(entry: os.DirEntry[str]) -> float:
    """Return when the model was saved: as its information file says, else its time on disk (a copy has the copy's)."""
    if entry.is_dir():
        try:
            info = json.loads(Path(entry.path, INFO_FILE).read_text(encoding="utf-8"))
            said = moments.seconds(str(info["timestamp"]))
            if said is not None:
                return said
        except (OSError, ValueError, KeyError, TypeError):
            pass  # no such file, or one that says nothing of the time
    return entry.stat().st_mtime
