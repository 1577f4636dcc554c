"""The shapes in which people save the history of a training as one JSON document: a list a metric, or an object an epoch."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.readers.numbers import number

DEEPEST = 5
MOST_NAMES = 10_000  # that are looked at: a vocabulary is no history
CONFIG_KEYS = ("config", "configuration", "params", "args", "hparams", "hyperparameters", "hyperparams", "settings")
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]')
_NUMBERED = re.compile(r"(?:epoch|step|iter)?[ _-]?(\d{1,9})", re.IGNORECASE)
_PART = re.compile(r"(?:.*/)?(?:train|training|val|valid|validation|eval|dev|test)", re.IGNORECASE)
_NO_SERIES = re.compile(r"weights?$|weights?_|coef|lambda|beta|scale|range|lims?$|thresh|class|bins?$|size|shape", re.IGNORECASE)


class History(NamedTuple):
    """What a document holds: `series`, a list of cells a metric, or `rows`, an object each; and the configuration beside them."""

    series: dict[str, list[Any]]
    rows: list[dict[str, Any]]
    config: dict[str, Any]


def history_of(document: Any) -> History | None:
    """Return the history that a document holds, None where it holds none."""
    if isinstance(document, list):
        rows = [each for each in document if isinstance(each, dict)]
        return History({}, rows, {}) if rows and 2 * len(rows) >= len(document) else None
    if not isinstance(document, dict):
        return None
    found = History({}, [], config_of(document))
    numbered = _by_number(document)
    if numbered:
        return found._replace(rows=numbered)
    lists: dict[str, list[dict[str, Any]]] = {}
    _collect(document, "", found.series, lists, DEEPEST)
    rows = _joined({name: rows for name, rows in lists.items() if _PART.fullmatch(name)}) or max(
        lists.values(), key=len, default=[]
    )
    if not found.series and not rows:
        return None
    return found if found.series else found._replace(rows=rows)


def config_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of how was trained: its object of that name, else its plain values."""
    inside = next((document[key] for key in CONFIG_KEYS if isinstance(document.get(key), dict)), None)
    if inside is not None:
        return dict(inside)
    return {key: each for key, each in document.items() if isinstance(each, int | float | str | bool)}


def beginning_of(text: bytes) -> Any:
    """Return what the beginning of a JSON text says up to where it breaks off; raises ValueError where it is none."""
    closers, end, closed = [], 0, b""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in b"[{":
            closers.append(b"]" if token == b"[" else b"}")
            continue
        if token in (b"]", b"}"):
            if not closers or closers.pop() != token:
                raise ValueError("brackets do not match")
            end = found.end()
        elif token == b",":
            end = found.start()
        else:
            continue
        closed = b"".join(reversed(closers))
    return parse(text[:end] + closed)


def _collect(
    value: Mapping[str, Any], prefix: str, series: dict[str, list[Any]], lists: dict[str, list[dict[str, Any]]], deeper: int
) -> None:
    for key, each in value.items():
        if len(series) > MOST_NAMES:
            return
        cells = _cells(each)
        if cells is not None:
            if not _NO_SERIES.search(key):
                series[prefix + key] = cells
        elif isinstance(each, dict) and deeper and key not in CONFIG_KEYS:
            rows = _by_number(each)
            if rows:
                lists[prefix + key] = rows
            else:
                _collect(each, f"{prefix}{key}/", series, lists, deeper - 1)
        elif isinstance(each, list) and each and all(isinstance(item, dict) for item in each):
            lists[prefix + key] = each


def _joined(lists: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the rows of the training and of the validation side by side, where a document lists them apart."""
    count = max(map(len, lists.values()), default=0) if len(lists) > 1 else 0
    return [{name: rows[place] for name, rows in lists.items() if place < len(rows)} for place in range(count)]


def _cells(value: Any) -> list[Any] | None:
    """Return the cells of a series: a list of numbers, or what pandas makes of one, {"0": 0.5, "1": 0.4}."""
    if isinstance(value, dict) and value and all(key.isdecimal() for key in value):
        value = [value[key] for key in sorted(value, key=int)]
    if not isinstance(value, list) or not value:
        return None
    numeric = all(
        each is None or type(each) in (int, float) or (isinstance(each, str) and number(each) is not None) for each in value
    )
    return value if numeric and any(each is not None for each in value) else None


def _by_number(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that are listed by their numbers, {"1": {...}} or {"epoch_1": {...}}, each with its number as epoch."""
    numbers = [_NUMBERED.fullmatch(key) for key in value]
    if not value or not all(numbers) or not all(isinstance(each, dict) for each in value.values()):
        return []
    rows = [(int(found[1]), each) for found, each in zip(numbers, value.values(), strict=True) if found]
    return [{"epoch": place, **each} for place, each in sorted(rows, key=lambda row: row[0])]
