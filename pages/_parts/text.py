"""Words from files, shown as what they are."""

from __future__ import annotations

import re
from functools import lru_cache

from trainmon import wording

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")  # every ASCII punctuation mark: CommonMark lets a backslash take its meaning
# What is made of the text once the backslashes are gone: `:name:`, and addresses of pages and people, which become links.
_LATE = re.compile(r":(?=\w|//)|(?<![^\W_])www(?=\.)|@(?=[-\w]+\.)", re.IGNORECASE)
_WORD_JOINER = "\u2060"


@lru_cache(maxsize=4_096)  # every tab on a run shows the same words
def plain_text(words: str) -> str:
    """Return words from a file so that Markdown shows them as they are: no formatting, no HTML, no links, no icons."""
    joined = _LATE.sub(lambda found: found[0] + _WORD_JOINER, wording.on_one_line(words))
    return _MARKS.sub(r"\\\1", joined)
