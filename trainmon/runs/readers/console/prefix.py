"""What loggers write before a message: the time, the level, the module."""

from __future__ import annotations

import re
from typing import NamedTuple

from trainmon.runs.readers.moments import seconds

_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
_LEVEL = r"(?:DEBUG|INFO|NOTICE|WARNING|WARN|ERROR|CRITICAL)"
_PREFIX = re.compile(
    rf"""(?:[\s:|>-]*+(?:
      \[?(?P<stamp>[0-9]{{4}}[-/][0-9]{{2}}[-/][0-9]{{2}}[T_ ]{_CLOCK}(?:\s?(?:Z|UTC|[+-][0-9]{{2}}:?[0-9]{{2}}))?)\]?
    | \[?(?P<american>[0-9]{{2}}/[0-9]{{2}}/[0-9]{{4}}[ ]{_CLOCK})\]?
    | \[?[0-9]{{2}}/[0-9]{{2}}[ ]{_CLOCK}(?:[ ][\w.]+)?\]?                 # no year: no time that can be told
    | \[?{_CLOCK}\]?(?=[\s\]:|-])
    | [IWEF][0-9]{{4}}[ ]{_CLOCK}[ ]+[0-9]+[ ][\w.]+:[0-9]+\]
    | [A-Z][a-z]{{2}}[ ]+[0-9]{{1,2}}[ ]{_CLOCK}(?:[ ][\w.-]+(?:[ ][\w.-]+\[[0-9]+\])?:)?
    | [\w.]+[ ]?[-:|][ ]?(?={_LEVEL}\b)
    | \[?{_LEVEL}\b\]?(?::[\w.]+:)?
    | \[(?:[a-z_]\w*\.)+\w+\] | \[__\w+__\] | __\w+__[ ]-
    | [(\[]?[\w./-]{{1,80}}\.(?:py|cc|cpp|rs):[0-9]+[)\]]?
    | [\w.]+:(?:[\w<>]+:)?[0-9]+[ ]-[ ]
    | \[?rank[ ]?[0-9]+\]? | \(\w+[ ]pid=[0-9]+(?:,[^()]{{0,80}})?\)
    )[\s:|>-]*+){{1,6}}""",
    re.VERBOSE,
)


class Message(NamedTuple):
    """A line's message without its prefix, and the text of the moment that the prefix gives."""

    text: str
    stamp: str | None


def message(line: str) -> Message:
    """Return what `line` says after the prefixes of Python's logging and its relatives."""
    found = _PREFIX.match(line)
    if found is None:
        return Message(line, None)
    return Message(line[found.end() :], found["stamp"] or _year_first(found["american"]))


def moment(stamp: str | None) -> float | None:
    """Return the moment that a prefix gives, in seconds since 1970, None where it gives none; naive is local time."""
    if stamp is None:
        return None
    return seconds(stamp.replace("/", "-").replace("_", "T").replace(",", ".").replace("UTC", "+00:00").replace(" +", "+"))


def _year_first(american: str | None) -> str | None:
    return f"{american[6:10]}-{american[:2]}-{american[3:5]}{american[10:]}" if american else None
