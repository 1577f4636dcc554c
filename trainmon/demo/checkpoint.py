"""What the demo saves to go on from: a folder with the weights and a checkpoint_info.json, as in the guide's trainings."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from trainmon.demo.network import Adam, Weights
from trainmon.demo.settings import Settings

INFO = "checkpoint_info.json"
WEIGHTS = "weights.npz"


@dataclass(frozen=True)
class Position:
    """How far a training is: steps over all epochs, seconds of training, and the losses of the epoch under way."""

    steps: int = 0
    seconds: float = 0.0
    epoch_losses: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Saved:
    """A checkpoint on disk."""

    folder: Path
    position: Position
    settings: Settings

    def load(self) -> tuple[Weights, Adam]:
        """Read the weights and the optimiser."""
        with np.load(self.folder / WEIGHTS) as stored:
            arrays = {name: stored[name] for name in stored.files}
        moments = {name.removeprefix("adam_"): arrays.pop(name) for name in list(arrays) if name.startswith("adam_")}
        return arrays, Adam(arrays, moments, self.position.steps)


def save(
    folder: Path, weights: Weights, optimiser: Adam, settings: Settings, position: Position, *, epoch: int, step: int, loss: float
) -> None:
    """Save a checkpoint in `folder`; the info is written last, and a folder without it is no checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INFO).unlink(missing_ok=True)
    moments = {f"adam_{name}": moment for name, moment in optimiser.moments.items()}
    with (folder / WEIGHTS).open("wb") as file:
        np.savez(file, allow_pickle=False, **weights, **moments)
    content = {"epoch": epoch, "step": step, "loss": loss, "timestamp": datetime.now(UTC).isoformat()}
    content |= {"position": asdict(position), "settings": asdict(settings)}
    unfinished = folder / f"{INFO}.part"
    unfinished.write_text(json.dumps(content, indent=2), encoding="utf-8")
    unfinished.replace(folder / INFO)


def newest(directory: Path) -> Saved | None:
    """Return the checkpoint that was written last, None where there is none of the demo's."""
    found: list[tuple[str, Saved]] = []
    for info in directory.glob(f"checkpoint_epoch*/{INFO}"):
        try:
            content = json.loads(info.read_text(encoding="utf-8"))
            saved = Saved(info.parent, Position(**content["position"]), Settings(**content["settings"]))
            found.append((content["timestamp"], saved))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # another program's checkpoint, or half of one
    return max(found, key=lambda pair: pair[0])[1] if found else None
