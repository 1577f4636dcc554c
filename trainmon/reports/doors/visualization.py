"""The door to `from trainmon.visualization import TrainingVisualizer`; what is behind it is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trainmon.reports.visualization import TrainingVisualizer

__all__ = ["TrainingVisualizer"]


def __getattr__(name: str) -> object:
    """Load a public name on each use (PEP 562): pandas and the charts come with it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module("trainmon.reports.visualization"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
