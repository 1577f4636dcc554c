"""What stands before a number in a log line: the words that name it."""

from __future__ import annotations

import re
from typing import NamedTuple

from trainmon.runs.readers.console import words as text_words

NAME_CHARACTERS = 90

_NOISE = re.compile(
    r"['\"`*]|(?:np\.|numpy\.|torch\.)?\b(?:float[0-9]*|int[0-9]*|tensor|array)\((?=\s*$)|\((?:for|per|over) [^()]{1,40}\)"
)
_WORD = r"[^\W\d][\w./@%+-]*"
_TAIL = re.compile(
    rf"""(?<![\w./@%+-])(?P<words>{_WORD}(?:\ +{_WORD}){{0,5}})
    (?P<paren>\ ?\((?:[^()]|\([^()]*\)){{1,20}}\))?
    \]?\ *(?P<sep>[:=]+>?|-+>)?\ *(?P<open>[\[(<|\#]?)\ *$""",
    re.VERBOSE,
)


class Name(NamedTuple):
    """What stands before a number: the words, whether a sign says that the number is theirs, and what stands before them."""

    words: list[str]
    explicit: bool
    opened: bool
    before: str


def name_before(left: str) -> Name | None:
    """Return the name at the end of the text before a number, None where there is none."""
    text = _NOISE.sub("", left[-NAME_CHARACTERS:])
    found = _TAIL.search(text)
    if found is None:
        return None
    words = found["words"].split()
    paren = (found["paren"] or "").strip()[1:-1]
    before = f"{text[: found.start()]} {paren}"
    if paren and len(words) == 1 and len(paren) <= 6 and not text_words.side([paren.lower()]):
        words = [f"{words[0]}({paren})"]
    return Name(words, found["sep"] is not None, found["open"] != "", before)
