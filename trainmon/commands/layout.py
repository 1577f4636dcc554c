"""How the sections of the terminal's screen are laid out: as the guide has them, closer together where the terminal is low."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

BESIDE = "  |  "  # between figures on one line, as in the guide
CUT_OFF = "…"
MARGIN = "  "


@dataclass(frozen=True)
class Section:
    """A heading and its lines; those in `short` take one line each, whatever they say."""

    heading: str
    lines: tuple[str, ...]
    short: tuple[str, ...] = ()


def laid_out(title: str, now: float, sections: Sequence[Section], width: int, height: int | None = None) -> str:
    """Return the screen: with rules and empty lines, without them, or with figures beside each other, whichever fits first.

    Where nothing fits `height` lines, each line that is left is cut at the right and none at the bottom but the last ones.
    """
    box, line = _box(title, now, width), [f"{title} - {_stamp(now)}"[:width]]
    roomy = [*box, *chain.from_iterable(["", each.heading, "─" * (width - 2), *_wrapped(each, width)] for each in sections)]
    tight = [*box, *chain.from_iterable([each.heading, *_wrapped(each, width)] for each in sections)]
    joined = [*line, *chain.from_iterable([each.heading, *_joined(each, width)] for each in sections)]
    cut = [*line, *chain.from_iterable([each.heading, *_cut(_joined(each, 10 * width), width)] for each in sections)]
    fitting = (each for each in (roomy, tight, joined, cut) if height is None or len(each) <= height)
    return "\n".join(next(fitting, cut))


def _stamp(now: float) -> str:
    return datetime.fromtimestamp(now).strftime("%Y-%m-%d %H:%M:%S")


def _box(title: str, now: float, width: int) -> list[str]:
    inside = f"{f'{title} - {_stamp(now)}':^{width - 2}}"
    return [f"╔{'═' * (width - 2)}╗", f"║{inside}║", f"╚{'═' * (width - 2)}╝"]


def _wrapped(section: Section, width: int) -> Iterator[str]:
    for line in section.lines:
        yield from _wrap(line, width)
    yield from _cut((MARGIN + line for line in section.short), width - 2)


def _joined(section: Section, width: int) -> Iterator[str]:
    """Yield the lines with as many figures beside each other as there is room for; a long one has lines of its own."""
    row = ""
    for line in section.lines:
        if row and len(MARGIN + row + BESIDE + line) <= width - 2:
            row += BESIDE + line
            continue
        if row:
            yield from _wrap(row, width)
        row = line
    yield from _wrap(row, width) if row else ()
    yield from _cut((MARGIN + line for line in section.short), width - 2)


def _wrap(line: str, width: int) -> list[str]:
    return textwrap.wrap(line, width - 2, initial_indent=MARGIN, subsequent_indent=MARGIN, break_on_hyphens=False) or [""]


def _cut(lines: Iterator[str], width: int) -> Iterator[str]:
    return (line if len(line) <= width else line[: width - 1] + CUT_OFF for line in lines)
