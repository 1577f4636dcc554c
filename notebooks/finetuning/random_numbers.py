"""The state of Python's and NumPy's random numbers, kept with a checkpoint; those of torch and MLX are their engine's."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np

FILE = "random.json"


def seed_random_numbers(seed: int) -> None:
    """Begin anew."""
    random.seed(seed)
    np.random.seed(seed)


def save_random_numbers(folder: Path) -> None:
    """Save where they are."""
    name, keys, *rest = np.random.get_state(legacy=True)
    state = {"python": random.getstate(), "numpy": [name, np.asarray(keys).tolist(), *rest]}
    (folder / FILE).write_text(json.dumps(state), encoding="utf-8")


def load_random_numbers(folder: Path) -> None:
    """Go on from there."""
    state = json.loads((folder / FILE).read_text(encoding="utf-8"))
    version, internal, gauss = state["python"]
    random.setstate((version, tuple(internal), gauss))
    np.random.set_state(tuple(state["numpy"]))
