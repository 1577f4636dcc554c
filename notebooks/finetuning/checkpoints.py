"""Checkpoints: a folder with the adapter, and in it a folder with all that going on takes."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from notebooks.finetuning.engine import Engine
from notebooks.finetuning.progress import Progress
from notebooks.finetuning.random_numbers import load_random_numbers, save_random_numbers
from notebooks.finetuning.stop import Stop

STATE, PROGRESS = "state", "progress.json"
EARLIER, EXPORTS = "earlier", ("adapter", "merged")
NEWEST = 2  # checkpoints that are kept beside the best one


class Checkpoint(NamedTuple):
    """A whole checkpoint on disk, and how far the training was."""

    folder: Path
    progress: Progress


class Checkpoints:
    """The checkpoints of the training in a folder."""

    def __init__(self, output: Path) -> None:
        self.output = output

    def all(self) -> list[Checkpoint]:
        """Return the whole checkpoints, the oldest first."""
        files = self.output.glob(f"checkpoint_epoch*/{STATE}/{PROGRESS}")
        return sorted((_opened(file) for file in files), key=lambda checkpoint: checkpoint.progress.done)

    def newest(self) -> Checkpoint | None:
        """Return the checkpoint from which the training goes on."""
        return next(reversed(self.all()), None)

    def best(self) -> Checkpoint | None:
        """Return the checkpoint with the lowest validation loss."""
        found = self.all()
        return next((each for each in found if each.progress.done == found[-1].progress.best_done), None)

    def save(self, engine: Engine, progress: Progress, epoch: int, step: int) -> None:
        """Save beside the place and move there what is whole, then delete what is neither newest nor best."""
        beside, place = self.output / ".checkpoint", self.output / f"checkpoint_epoch{epoch}_step{step}"
        shutil.rmtree(beside, ignore_errors=True)
        (beside / STATE).mkdir(parents=True)
        engine.save(beside)
        engine.save_state(beside / STATE)
        save_random_numbers(beside / STATE)
        (beside / STATE / PROGRESS).write_text(json.dumps(asdict(progress)), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        beside.rename(place)
        self._tidy()

    def resume(self, engine: Engine, checkpoint: Checkpoint) -> None:
        """Give an engine, and the random numbers, the state that they had at a checkpoint."""
        engine.load(checkpoint.folder)
        engine.load_state(checkpoint.folder / STATE)
        load_random_numbers(checkpoint.folder / STATE)

    def earlier_place(self) -> Path:
        """Return where the training in this folder is put before another one begins."""
        last = max(folder.stat().st_mtime for folder in self._belongings())
        return self.output / EARLIER / datetime.fromtimestamp(last).strftime("%Y-%m-%d_%H-%M-%S")

    def set_aside(self) -> None:
        """Move an earlier training's checkpoints, and what was exported of them, to their place, and say so."""
        belongings = self._belongings()
        if belongings:
            place, size = self.earlier_place(), self.megabytes()
            place.mkdir(parents=True)
            for folder in belongings:
                folder.rename(place / folder.name)
            print(f"The earlier training's checkpoints are now in {place} ({size:.1f} MB): delete them if they are of no use.")

    def megabytes(self) -> float:
        """Return how much disk they take."""
        files = (file for folder in self._belongings() for file in folder.rglob("*") if file.is_file())
        return sum(file.stat().st_size for file in files) / 2**20

    def _belongings(self) -> list[Path]:
        """Return the folders of the training: its checkpoints, and what was exported of them."""
        exports = (self.output / name for name in EXPORTS)
        return [*(each.folder for each in self.all()), *(folder for folder in exports if folder.exists())]

    def _tidy(self) -> None:
        found, best = self.all(), self.best()
        for checkpoint in found[:-NEWEST]:
            if checkpoint != best:
                shutil.rmtree(checkpoint.folder)


def _opened(file: Path) -> Checkpoint:
    try:
        return Checkpoint(file.parents[1], Progress(**json.loads(file.read_text(encoding="utf-8"))))
    except (ValueError, TypeError) as error:
        raise Stop(f"{file} is none of this notebook's ({error}): move its folder elsewhere, or name another OUTPUT.") from error
