"""JSON Lines that look alike, as loops write them, read as whole columns: no object is made for a row.

A line is plain where it is one object of names with a number, a word or a text each, and has no backslash. Its shape is what
stands around the cells; where all lines of a block share a few shapes, the quotes say where each cell begins and ends, and
Arrow reads the numbers where they stand. All other lines are read one by one, which must give the same table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trainmon.runs.readers.documents.json_rows import Cells, Column, read
from trainmon.runs.readers.moments import is_time_name
from trainmon.runs.readers.table import MOST_COLUMNS, Cell
from trainmon.stats.arrays import Mask

MOST_SHAPES = 20  # of a block: rows that are less alike are read one by one
MOST_BYTES = 1 << 30  # of a block: what is longer is one enormous line, and its places would not fit 32 bits
_CELL = re.compile(rb"""("?[{,][ ]?"([^"]*)":[ ]?"?)((?<=")[^"]*(?=")|(?<!")[^",{}\[\]\s]+)""")
_WORDS = {
    b"true": (1.0, True), b"false": (0.0, True), b"null": (np.nan, False),
    b"NaN": (np.nan, True), b"Infinity": (np.inf, True), b"-Infinity": (-np.inf, True),
}  # fmt: skip
_MINUS = ord("-") - ord("0") + 256  # as _Block.digits has it

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]
_Edges = tuple[Places, Places]


class _UnlikeError(Exception):
    """Lines are not alike or not plain: each is to be read by itself."""


class _Shape(NamedTuple):
    """What lines have in common: `around` stands before each cell and after the last one, `texts` says which are in quotes."""

    names: list[str]
    around: list[bytes]
    texts: list[bool]


class _Block(NamedTuple):
    """Lines, their characters less "0" (above 9: no digit), and where in them stand quotes, and points that no digit follows."""

    data: bytes
    digits: Bytes
    quotes: Places
    bare_points: Places


class _Found(NamedTuple):
    """The lines of one shape, by their places among all, and for each cell of it where it begins and ends in the block."""

    shape: _Shape
    rows: Places
    cells: list[_Edges]


def columns_of(data: bytes) -> tuple[int, list[Column]] | None:
    """Return how many objects complete lines of UTF-8 hold, and their columns; None where the lines are not plain and alike."""
    try:
        return _columns_of(data)
    except _UnlikeError:
        return None


def _columns_of(data: bytes) -> tuple[int, list[Column]]:
    characters = np.frombuffer(data, dtype=np.uint8)
    newlines = _places(characters == ord("\n"))
    if (
        len(data) > MOST_BYTES
        or not data.endswith(b"\n")
        or b"\\" in data
        or np.count_nonzero(characters < ord(" ")) != len(newlines)
    ):
        raise _UnlikeError
    digits = characters - np.uint8(ord("0"))
    bare_points = _places((characters[:-1] == ord(".")) & (digits[1:] > 9))
    block = _Block(data, digits, _places(characters == ord('"')), bare_points)
    starts = np.concatenate([np.zeros(1, np.intp), newlines[:-1] + 1])
    written = newlines > starts
    starts, ends = starts[written], newlines[written]
    found = list(_by_shape(block, starts, ends))
    names = dict.fromkeys(name for each in sorted(found, key=lambda each: each.rows[0]) for name in each.shape.names)
    return len(starts), [_column(block, name, found, len(starts)) for name in names]


def _places(mask: Mask) -> Places:
    return np.flatnonzero(mask)


def _by_shape(block: _Block, starts: Places, ends: Places) -> Iterator[_Found]:
    """Yield the lines, those of one shape together; raises _UnlikeError where they have too many shapes, or one has none."""
    until = np.searchsorted(block.quotes, ends)
    counts = np.diff(until, prepend=0)
    shapes = 0
    for count in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == count)
        while len(rows):
            shapes += 1
            shape = _shape_of(block.data[starts[rows[0]] : ends[rows[0]]]) if shapes <= MOST_SHAPES else None
            if shape is None:
                raise _UnlikeError
            alike, cells = _match(block, shape, until[rows] - count, starts[rows], ends[rows])
            if not alike[0]:
                raise _UnlikeError
            if not alike.all():
                cells = [(begins[alike], closes[alike]) for begins, closes in cells]
            yield _Found(shape, rows[alike], cells)
            rows = rows[~alike]


def _shape_of(line: bytes) -> _Shape | None:
    """Return the shape of a line, None where it is not plain."""
    cells, end = list(islice(_CELL.finditer(line), MOST_COLUMNS)), 0
    for place, cell in enumerate(cells):
        closes = place > 0 and cells[place - 1][1].endswith(b'"')
        if cell.start() != end or not cell[1].startswith((b'"' if closes else b"") + (b"," if place else b"{")):
            return None
        end = cell.end()
    texts = [cell[1].endswith(b'"') for cell in cells]
    names = [cell[2].decode() for cell in cells]
    if not cells or line[end:] != (b'"}' if texts[-1] else b"}") or len(set(names)) < len(names):
        return None
    return _Shape(names, [*(cell[1] for cell in cells), line[end:]], texts)


def _match(block: _Block, shape: _Shape, first: Places, starts: Places, ends: Places) -> tuple[Mask, list[_Edges]]:
    """Return which lines have a shape, and where their cells begin and end; `first` counts the quotes before each line."""
    alike, edges, passed = np.ones(len(starts), dtype=np.bool_), [], 0
    for place, piece in enumerate(shape.around):
        at = block.quotes[first + passed] - piece.index(b'"') if place < len(shape.names) else ends - len(piece)
        alike &= _stands(block, piece, at)
        edges.append((at, at + len(piece)))
        passed += piece.count(b'"')
    alike &= edges[0][0] == starts
    cells = [(begins, closes) for (_, begins), (closes, _) in pairwise(edges)]
    for text, (begins, closes) in zip(shape.texts, cells, strict=True):
        alike &= begins <= closes if text else begins < closes
    return alike, cells


def _stands(block: _Block, piece: bytes, at: Places) -> Mask:
    """Return at which of ascending places in a block a piece of text stands."""
    last = len(block.data) - len(piece)
    within = at if at[0] >= 0 and at[-1] <= last else np.clip(at, 0, max(last, 0))
    # each window is one item of so many bytes, so that many are fetched at once without a copy of the block
    windows = np.ndarray((max(last, 0) + 1,), dtype=f"V{len(piece)}", buffer=block.data, strides=(1,))[within]
    if windows.tobytes() == piece * len(at):
        return np.equal(within, at)
    letters = windows.view(np.uint8).reshape(len(at), -1)
    same: Mask = (letters == np.frombuffer(piece, dtype=np.uint8)).all(axis=1) & (within == at)
    return same


def _column(block: _Block, name: str, found: list[_Found], count: int) -> Column:
    """Return the cells of one name in all `count` lines."""
    parts = [(each, each.shape.names.index(name)) for each in found if name in each.shape.names]
    if any(each.shape.texts[place] for each, place in parts):
        return _mixed_column(block, name, parts, count)
    values, logged = np.full(count, np.nan), np.zeros(count, dtype=np.bool_)
    for each, place in parts:
        values[each.rows], logged[each.rows] = _numbers(block, *each.cells[place])
    return Column(name, Cells(values, logged), {float})


def _mixed_column(block: _Block, name: str, parts: list[tuple[_Found, int]], count: int) -> Column:
    """Return the cells of a name that is a text in some lines, as objects."""
    cells = np.full(count, None, dtype=object)
    for each, place in parts:
        starts, ends = each.cells[place]
        if each.shape.texts[place]:
            cells[each.rows] = _arrow(block, starts, ends, np.ones(len(starts), dtype=np.bool_)).to_pylist()[::2]
        else:
            values, logged = _numbers(block, starts, ends)
            cells[each.rows] = [value if known else None for value, known in zip(values.tolist(), logged.tolist(), strict=True)]
    listed: list[Cell] = cells.tolist()
    kinds = set(map(type, listed))
    return Column(name, listed if is_time_name(name) else read(listed, kinds), kinds)


def _numbers(block: _Block, starts: Places, ends: Places) -> tuple[npt.NDArray[np.float64], Mask]:
    """Return the values of cells without quotes, and which are not null; raises _UnlikeError where one is no JSON."""
    sound = _begin_as_numbers(block, starts, ends)
    try:
        numbers = _arrow(block, starts, ends, sound).cast(pa.float64())
    except pa.ArrowInvalid:
        raise _UnlikeError from None
    values, logged = np.frombuffer(numbers.buffers()[1], dtype=np.float64)[::2], np.ones(len(starts), dtype=np.bool_)
    if not np.isfinite(values).all():
        raise _UnlikeError
    if not sound.all():
        values = values.copy()
        for at in np.flatnonzero(~sound).tolist():
            word = _WORDS.get(block.data[starts[at] : ends[at]])
            if word is None:
                raise _UnlikeError
            values[at], logged[at] = word
    return values, logged


def _begin_as_numbers(block: _Block, starts: Places, ends: Places) -> Mask:
    """Return which cells are no other numbers than JSON's, should they be numbers: "+1", "01", ".5" and "5." are not."""
    first, second = block.digits[starts], block.digits[starts + 1]
    signed = first == _MINUS
    if signed.any():
        first, second = np.where(signed, second, first), np.where(signed, block.digits[starts + 2], second)
    sound: Mask = (first <= 9) & ((first > 0) | (second > 9))
    if len(block.bare_points):
        cell = np.searchsorted(starts, block.bare_points, side="right") - 1
        inside = (cell >= 0) & (block.bare_points < ends[cell])
        sound[cell[inside]] = False
    return sound


def _arrow(block: _Block, starts: Places, ends: Places, valid: Mask) -> pa.StringArray:
    """Return cells as texts that stay where they are, [2 x cells - 1]: null between two cells, and where not `valid`."""
    edges, known = np.empty((len(starts), 2), dtype=np.int32), np.zeros((len(starts), 2), dtype=np.bool_)
    edges[:, 0], edges[:, 1], known[:, 0] = starts, ends, valid
    mask = np.packbits(known, bitorder="little")
    return pa.StringArray.from_buffers(2 * len(starts) - 1, pa.py_buffer(edges), pa.py_buffer(block.data), pa.py_buffer(mask))
