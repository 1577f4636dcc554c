"""What a MetricsTracker is told once, checked when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from trainmon.errors import UsageError
from trainmon.tracking.logged_values import as_number, wrong_value

Resume = Literal["allow", "must", "never"]
RESUME: tuple[Resume, ...] = ("allow", "must", "never")


class TrackerSettings(NamedTuple):
    """The run's name, tags and notes, the training's configuration and plan, and whether a new attempt may resume the last."""

    name: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    config: dict[str, Any] | None = None
    total_steps: float | None = None
    total_epochs: float | None = None
    resume: Resume = "allow"


def checked_settings(
    *, name: object, tags: object, notes: object, config: object, total_steps: object, total_epochs: object, resume: object
) -> TrackerSettings:
    """Return the settings, or raise UsageError that names the argument, what was given and what is valid."""
    if name is not None and not isinstance(name, str):
        raise wrong_value("name", name, "a string or None")
    if not isinstance(tags, (list, tuple, set, frozenset)) or not all(isinstance(tag, str) for tag in tags):
        raise wrong_value("tags", tags, "a list or tuple of strings")
    if not isinstance(notes, str):
        raise wrong_value("notes", notes, "a string")
    choice = next((known for known in RESUME if known == resume), None)
    if choice is None:
        raise wrong_value("resume", resume, "'allow', 'must' or 'never'")
    steps, epochs = _planned("total_steps", total_steps), _planned("total_epochs", total_epochs)
    return TrackerSettings(name, tuple(tags), notes, as_config("config", config), steps, epochs, choice)


def as_config(name: str, value: object) -> dict[str, Any] | None:
    """Return a configuration as a dictionary: of a mapping, a dataclass, a namespace, or what has a to_dict()."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return dict(value)
    from argparse import Namespace  # these two take longer to load than all of the writer
    from dataclasses import asdict, is_dataclass

    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Namespace):
        return dict(vars(value))
    to_dict = getattr(value, "to_dict", None)
    if callable(to_dict) and isinstance(made := to_dict(), Mapping):
        return dict(made)
    raise wrong_value(name, value, "a mapping, a dataclass, a namespace, something with to_dict(), or None")


def _planned(name: str, value: object) -> float | None:
    """Return a planned number of steps or epochs, above 0."""
    number = as_number(name, value)
    if number is not None and not 0 < number < 2**53:
        raise UsageError(f"{name} must be a number above 0 or None; got {value!r}")
    return int(number) if number is not None and number == int(number) else number
