"""Objects of JSON as rows of a table: nested names joined with "/", and the numbers that stand in texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from trainmon.runs.readers import moments
from trainmon.runs.readers.numbers import durations, number
from trainmon.runs.readers.table import MOST_COLUMNS, Cell, Table
from trainmon.stats.arrays import Floats, Mask

MOST_ITEMS = 12  # numbers of a list that become columns, as COCO's twelve do; what is longer is a vector, not metrics
DEEPEST = 6
LONGEST_TEXT = 200  # characters of a cell: what is longer is no setting or state, but an example of the data
MEDIA = "_type"  # the mark of what W&B logs beside numbers: histograms, images, tables
_PLAIN = frozenset((int, float, str, bool, type(None)))

Objects = Sequence[dict[str, Any]]


class Cells(NamedTuple):
    """The cells of one name as a table keeps them."""

    values: Floats
    logged: Mask
    texts: list[str | None] | None = None


class Column(NamedTuple):
    """The cells of one name, as JSON has them or read, and the types that are among them."""

    name: str
    cells: list[Any] | Cells
    kinds: set[type]


def add_objects(table: Table, objects: Objects) -> None:
    """Add a row for each object: booleans are 0 and 1, null is blank, a text that is a number or a duration is that number."""
    columns = _columns(table, objects)
    if not all(column.kinds <= _PLAIN for column in columns):
        columns = _columns(table, [*map(flat, objects)])
    add_columns(table, len(objects), columns)


def add_columns(table: Table, count: int, columns: Sequence[Column]) -> None:
    """Add `count` rows by the cells of their columns."""
    numbers, texts, time = {}, {}, np.full(count, np.nan)
    for name, cells, kinds in columns:
        if isinstance(cells, list) and str in kinds and moments.is_time_name(name):
            found = moments.all_seconds([cell if type(cell) is str else None for cell in cells])
            time = np.where(np.isnan(time), found, time)
            cells = [None if known else cell for cell, known in zip(cells, np.isfinite(found).tolist(), strict=True)]
        column = read(cells, kinds) if isinstance(cells, list) else cells
        if column.logged.any():
            numbers[name] = (column.values, column.logged)
        if column.texts is not None:
            texts[name] = column.texts
    table.add_block(count, numbers, texts, time)


def add_series(table: Table, series: Mapping[str, Sequence[Cell]]) -> None:
    """Add a row for each place of lists; the shorter ones are blank at the end."""
    count = max(map(len, series.values()), default=0)
    names = list(series)[: table.room(count)]
    table.leave_out(series.keys() - set(names))
    numbers = {}
    for name in names:
        column = read(list(series[name]), set(map(type, series[name])))
        missing = count - len(column.values)
        values = np.concatenate([column.values, np.full(missing, np.nan)])
        numbers[name] = (values, np.concatenate([column.logged, np.zeros(missing, dtype=np.bool_)]))
    table.add_block(count, numbers)


def flat(value: Mapping[str, Any]) -> dict[str, Cell]:
    """Return the cells of an object: those of objects inside it and of short lists of numbers under names joined with "/"."""
    cells: dict[str, Cell] = {}
    _flatten(value, "", cells, DEEPEST)
    return cells


def _flatten(value: Mapping[str, Any], prefix: str, cells: dict[str, Cell], deeper: int) -> None:
    for key, each in value.items():
        if len(cells) >= MOST_COLUMNS:
            return
        if isinstance(each, dict):
            if deeper and MEDIA not in each:
                _flatten(each, f"{prefix}{key}/", cells, deeper - 1)
        elif isinstance(each, list):
            if len(each) <= MOST_ITEMS and all(type(item) in (int, float) for item in each):
                cells |= {f"{prefix}{key}/{place}": item for place, item in enumerate(each)}
        else:
            cells[prefix + key] = each


def _columns(table: Table, rows: Objects) -> list[Column]:
    """Return the columns that the rows name, of too many the most frequent: a column costs all rows."""
    shapes = dict.fromkeys(map(tuple, rows))
    names, room = dict.fromkeys(chain.from_iterable(shapes)), table.room(len(rows))
    if len(names) > room:
        kept = [name for name, _ in Counter(chain.from_iterable(rows)).most_common(room)]
        table.leave_out(names.keys() - set(kept))
        names = dict.fromkeys(kept)
    everywhere = set(names).intersection(*shapes)
    found = [(name, [*map(itemgetter(name), rows)] if name in everywhere else [row.get(name) for row in rows]) for name in names]
    return [Column(name, cells, set(map(type, cells))) for name, cells in found]


def read(cells: list[Cell], kinds: set[type]) -> Cells:
    """Return cells as a table keeps them; `kinds` are the types among them."""
    texts = None
    if str in kinds:
        cells, texts = _read_texts(cells, kinds <= {str, type(None)})
    try:
        values = np.array(cells, dtype=np.float64)
    except OverflowError:
        cells = [_within_floats(cell) for cell in cells]
        values = np.array(cells, dtype=np.float64)
    logged = ~np.isnan(values)
    if not logged.all():  # blank, or nan
        logged = np.array([cell is not None for cell in cells], dtype=np.bool_)
    return Cells(values, logged, texts)


def _read_texts(cells: list[Cell], alone: bool) -> tuple[list[Cell], list[str | None] | None]:
    """Return cells with the numbers that their texts are, and the texts that are none; `alone` says that all cells are texts."""
    found = durations(cells) if alone else None
    if found is not None:
        return found, None
    known: dict[Cell, float | None] = {text: number(text) for text in {cell for cell in cells if type(cell) is str}}
    left = [cell if type(cell) is str and 0 < len(cell) <= LONGEST_TEXT and known[cell] is None else None for cell in cells]
    return [known.get(cell, cell) for cell in cells], left if None in known.values() else None


def _within_floats(cell: Cell) -> Cell:
    try:
        return cell if cell is None else float(cell)
    except OverflowError:
        return np.inf if str(cell)[0] != "-" else -np.inf
