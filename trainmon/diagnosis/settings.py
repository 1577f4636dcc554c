"""The [diagnosis] table of a trainmon.toml: limits by their names, and checks that are switched off."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from trainmon.diagnosis.checks import CHECKS, KINDS
from trainmon.diagnosis.limits import Limits, SharedLimits

GROUPS: tuple[type[Any], ...] = (SharedLimits, *(check.limits for check in CHECKS if check.limits is not None))
GROUP_OF: dict[str, type[Any]] = {each.name: group for group in GROUPS for each in fields(group)}

LARGEST = sys.float_info.max  # TOML's whole numbers may be greater


def limits_from(settings: Mapping[str, Any]) -> tuple[Limits, tuple[str, ...]]:
    """Return the limits with the changes of a [diagnosis] table, and the entries that say nothing to it.

    `off` lists kinds of findings that are not wanted; every other entry is a limit by its name, a number of at least 0.
    """
    off: frozenset[str] = frozenset()
    changes: dict[type[Any], dict[str, float]] = {}
    wrong = []
    for name, value in settings.items():
        group = GROUP_OF.get(name)
        if name == "off" and isinstance(value, list) and all(kind in KINDS for kind in value):
            off = frozenset(value)
        elif group is not None and isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST:
            changes.setdefault(group, {})[name] = type(getattr(group, name))(value)
        else:
            wrong.append(f"{name} = {value!r}")
    return Limits({group: group(**named) for group, named in changes.items()}, off), tuple(wrong)
