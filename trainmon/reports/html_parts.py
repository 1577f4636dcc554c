"""Pieces of the HTML report; whatever comes from a file is text and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from trainmon import wording
from trainmon.reports.sections import Table

NARROW = "\u202f"  # as thin as the space between thousands, and no line ends at it
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
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in content.head)
    head = f"<thead><tr>{head}</tr></thead>" if content.head else ""
    body = "\n".join(_row(row, named=not content.head and len(row) > 1) for row in content.rows)
    return f"{title}<table>{head}<tbody>{body}</tbody></table></section>"


def _row(cells: tuple[str, ...], *, named: bool) -> str:
    first = f'<th scope="row">{escaped(cells[0])}</th>' if named else _cell(cells[0])
    return f"<tr>{first}{''.join(_cell(cell) for cell in cells[1:])}</tr>"


def _cell(words: str) -> str:
    return f'<td class="{words}">{MARKS[words]}</td>' if words in MARKS else f"<td>{escaped(words)}</td>"
