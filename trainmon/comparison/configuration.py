"""In which settings runs differ, and which of them differ in nothing but their seed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trainmon.analysis import Analysis

SEED = re.compile(r"(^|[_./ -])seeds?$|^seed_|(^|[_.])(seed_everything|random_state)$", re.IGNORECASE)
# What a run is called and where it writes makes no run better.
NAMING = re.compile(
    r"(^|[_./ -])(run|exp|experiment|trial|job|project|group|wandb)[._-]?(name|id|notes|tags)$"
    r"|^(name|id|uuid|notes|tags|timestamp|date|time)$"
    r"|(output|log|logging|logs|save|checkpoint|checkpoints|ckpt|results?|work|cache)[_-]?(dir|path|folder|directory|file)$"
    r"|(^|\.)(hub_model_id|resume_from_checkpoint|resume|report_to)$",
    re.IGNORECASE,
)
MOST_DEPTH = 20  # deeper nesting is shown as it is

Settings = Mapping[str, Any]


def settings_of(analysis: Analysis) -> dict[str, Any]:
    """Return the flat configuration of the training looked at; that of the run where it has no rows yet."""
    return dict(_flattened(analysis.stretch.config if analysis.stretch is not None else analysis.run.config))


def differing(settings: Sequence[Settings]) -> tuple[list[str], int]:
    """Return the keys that not all share, those that may explain a result first, and how many are the same; absent is null."""
    keys = list(dict.fromkeys(key for config in settings for key in config))
    different = [key for key in keys if len({comparable(config.get(key)) for config in settings}) > 1]
    return sorted(different, key=lambda key: (is_naming(key), is_seed(key))), len(keys) - len(different)


def is_seed(key: str) -> bool:
    """Return whether a setting is a seed of the random numbers."""
    return SEED.search(key) is not None


def is_naming(key: str) -> bool:
    """Return whether a setting only says what a run is called or where it writes."""
    return NAMING.search(key) is not None


def seed_groups(settings: Sequence[Settings]) -> tuple[tuple[int, ...], ...]:
    """Return the places of the runs in groups that differ in their seed alone, in order; others are alone in theirs."""
    rest: dict[Any, list[int]] = {}
    for place, config in enumerate(settings):
        seeded = any(is_seed(key) and value is not None for key, value in config.items())
        rest.setdefault(_without_seed(config) if seeded else place, []).append(place)
    groups: list[tuple[int, ...]] = []
    for places in rest.values():
        first = {_seeds(settings[place]): place for place in reversed(places)}  # the same seed again is no second sample
        groups += [tuple(sorted(first.values())), *((place,) for place in places if place not in first.values())]
    return tuple(sorted(groups))


def comparable(value: Any) -> Any:
    """Return a value that is equal where two settings mean the same: 1 and 1.0 do, 1 and True do not; hashable."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, int | float):
        return ("number", repr(value) if value != value else value)
    if isinstance(value, list | tuple):
        return ("list", tuple(comparable(each) for each in value))
    if isinstance(value, Mapping):
        cells = ((str(key), comparable(each)) for key, each in value.items())
        return ("table", tuple(sorted(cells, key=lambda cell: cell[0])))
    return ("text", value if isinstance(value, str) else repr(value))


def _flattened(config: Settings, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in config.items():
        if isinstance(value, Mapping) and value and depth < MOST_DEPTH:
            yield from _flattened(value, f"{prefix}{key}.", depth + 1)
        else:
            yield f"{prefix}{key}", value


def _without_seed(config: Settings) -> frozenset[tuple[str, Any]]:
    kept = {key: value for key, value in config.items() if value is not None and not is_seed(key) and not is_naming(key)}
    return frozenset((key, comparable(value)) for key, value in kept.items())


def _seeds(config: Settings) -> frozenset[tuple[str, Any]]:
    return frozenset((key, comparable(value)) for key, value in config.items() if is_seed(key) and value is not None)
