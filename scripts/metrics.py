"""The guide's door to the writer: `from scripts.metrics import MetricsTracker`, from the repository's root."""

import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parent.parent)
if _ROOT not in sys.path:
    sys.path.append(_ROOT)  # a training script that lies in scripts/ finds only what is beside it

from trainmon.tracking.performance import PerformanceMonitor, get_available_memory  # noqa: E402
from trainmon.tracking.tracker import MetricsTracker  # noqa: E402 - the path comes first

__all__ = ["MetricsTracker", "PerformanceMonitor", "get_available_memory"]
