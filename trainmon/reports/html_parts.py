"""Pieces of the HTML report; whatever comes from a file is text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from trainmon import wording
from trainmon.reports.sections import Table

NARROW = "\u202f"  # as thin as the space between thousands, and no line ends at it
BREAK = "<wbr>"
_PARTS = re.compile(r"(?<=[_./-])(?=\w)")  # where the name of a setting goes on in the next line
_LONG = re.compile(r"(\S{30})(?=\S)|(?<=_)(?=\w)")
MARKS = {"good": "✓ good", "between": "– between", "bad": "! bad"}  # colour alone says nothing to some


def escaped(words: str) -> str:
    """Return words as text of an HTML document; a figure stays on its line."""
    joined = words.replace(wording.THIN_SPACE, NARROW)
    return escape("".join(character if character.isprintable() or character == NARROW else " " for character in joined))


def paragraph(words: str, kind: str) -> str:
    """Return a paragraph of a class."""
    return f'<p class="{kind}">{escaped(words)}</p>'


def cards(pairs: Iterable[tuple[str, str]]) -> str:
    """Return figures side by side, each under its name."""
    return f'<dl class="figures">{"".join(f"<div><dt>{escaped(k)}</dt><dd>{escaped(v)}</dd></div>" for k, v in pairs)}</dl>'


def figure(identity: str, title: str, caption: str) -> str:
    """Return the place of a chart, with its title and caption."""
    place = f'<div class="chart" id="{identity}"></div>'
    return f"<figure><h2>{escaped(title)}</h2>{place}<figcaption>{escaped(caption)}</figcaption></figure>"


def table(content: Table) -> str:
    """Return a table under its title, or its note where it has no rows."""
    title = f"<section><h2>{escaped(content.title)}</h2>"
    if not content.rows:
        return f'{title}<p class="note">{escaped(content.note)}</p></section>'
    shown = _records(content) if content.head else _pairs(content.rows)
    more = f"<details><summary>{escaped(wording.usual_settings(len(content.folded)))}</summary>{_pairs(content.folded)}</details>"
    hint = f'<p class="note">{escaped(content.hint)}</p>' if content.hint else ""
    return f"{title}{shown}{more if content.folded else ''}{hint}</section>"


def _records(content: Table) -> str:
    """Return rows below the names of their columns; on a narrow screen each cell shows that name itself."""
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in content.head)
    rows = ("".join(map(_cell, row, content.head)) for row in content.rows)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table class="records"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _cell(words: str, column: str) -> str:
    look, shown = (f' class="{words}"', MARKS[words]) if words in MARKS else ("", _breakable(words))
    return f'<td data-column="{escaped(column)}"{look}>{shown}</td>'


def _pairs(rows: Iterable[tuple[str, ...]]) -> str:
    """Return names with their values, or sentences below each other."""
    return f'<table class="pairs"><tbody>{"".join(f"<tr>{_pair(row)}</tr>" for row in rows)}</tbody></table>'


def _pair(row: tuple[str, ...]) -> str:
    *name, value = row
    heads = (f'<th scope="row">{BREAK.join(map(escaped, _PARTS.split(each)))}</th>' for each in name)
    return f"{''.join(heads)}<td>{_breakable(value)}</td>"


def _breakable(words: str) -> str:
    """Return words that break inside only where they are longer than those of a language, or joined by a low line."""
    return BREAK.join(escaped(part) for part in _LONG.split(words) if part)
