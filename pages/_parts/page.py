"""What a page says of itself, in its own script: its place in the sidebar, its controls, and what draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pages._parts.view_state import Value

# What the pages of curves share.
CURVES: Mapping[str, Value] = {"x": "step", "smooth": 0.6, "scale": "linear", "metrics": None, "range": None, "live": "on"}


@dataclass(frozen=True)
class Page:
    """A page of the app.

    `controls` are the parameters of its address with their defaults, None where a control is not always there or its default
    depends on the run. A control's key is its parameter's name, and its words are the values in the address.
    """

    title: str
    icon: str
    controls: Mapping[str, Value]
    show: Callable[[], None]
