"""trainmon watches machine-learning training from the files it leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trainmon.analysis import analyse
    from trainmon.comparison import compare
    from trainmon.library import find_runs, open_run
    from trainmon.metrics import MetricsTracker
    from trainmon.performance import PerformanceMonitor, get_available_memory
    from trainmon.visualization import TrainingVisualizer

__version__ = "0.1.0"

__all__ = [
    "MetricsTracker",
    "PerformanceMonitor",
    "TrainingVisualizer",
    "analyse",
    "compare",
    "find_runs",
    "get_available_memory",
    "open_run",
]

_HOMES = {
    "MetricsTracker": "trainmon.metrics",
    "PerformanceMonitor": "trainmon.performance",
    "TrainingVisualizer": "trainmon.visualization",
    "analyse": "trainmon.analysis",
    "compare": "trainmon.comparison",
    "find_runs": "trainmon.library",
    "get_available_memory": "trainmon.performance",
    "open_run": "trainmon.library",
}


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562): a training that only logs must not wait for numpy and pandas."""
    if name not in _HOMES:
        raise AttributeError(f"module 'trainmon' has no attribute {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
