"""trainmon watches machine-learning training from the files it leaves behind."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trainmon.analysis.analyse import analyse
    from trainmon.comparison import compare
    from trainmon.reports.visualization import TrainingVisualizer
    from trainmon.runs.opening import find_runs, open_run
    from trainmon.tracking.performance import PerformanceMonitor, get_available_memory
    from trainmon.tracking.tracker import MetricsTracker

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
    "MetricsTracker": "trainmon.tracking.tracker",
    "PerformanceMonitor": "trainmon.tracking.performance",
    "TrainingVisualizer": "trainmon.reports.visualization",
    "analyse": "trainmon.analysis",
    "compare": "trainmon.comparison",
    "find_runs": "trainmon.runs.opening",
    "get_available_memory": "trainmon.tracking.performance",
    "open_run": "trainmon.runs.opening",
}

__path__.append(f"{__path__[0]}/reports/doors")  # `trainmon.visualization` is what people import, and its door lies there


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562): a training that only logs must not wait for numpy and pandas."""
    if name not in _HOMES:
        raise AttributeError(f"module 'trainmon' has no attribute {name!r}; it has {', '.join(__all__)}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
