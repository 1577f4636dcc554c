"""Words from files, shown as what they are."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")  # every ASCII punctuation mark: CommonMark lets a backslash take its meaning
_SHORTCODE = re.compile(r":(?=\w)")
_WORD_JOINER = "\u2060"


def plain_text(words: str) -> str:
    """Return words from a file so that Markdown shows them as they are: no formatting, no HTML, no links, no icons."""
    one_line = " ".join(words.split())
    joined = _SHORTCODE.sub(":" + _WORD_JOINER, one_line)  # `:name:` is replaced after the backslashes are gone
    return _MARKS.sub(r"\\\1", joined)
