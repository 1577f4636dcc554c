"""The guide's door to the plots: `from scripts.visualization import TrainingVisualizer`, from the repository's root."""

import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parent.parent)
if _ROOT not in sys.path:
    sys.path.append(_ROOT)  # a training script that lies in scripts/ finds only what is beside it

from trainmon.reports.visualization import TrainingVisualizer  # noqa: E402 - the path comes first

__all__ = ["TrainingVisualizer"]
