from __future__ import annotations

import pytest

from pages._parts.text import plain_text

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("http://a.b/c", f"http:{JOINER}//a.b/c"),
        ("see HTTPS://a.b, or www.a.b", f"see HTTPS:{JOINER}//a.b, or www{JOINER}.a.b"),
        ("ann.b+c@example.org", f"ann.b+c@{JOINER}example.org"),
        ("mailto:a@b", f"mailto:{JOINER}a@b"),
        (":red[x]", f":{JOINER}red[x]"),
        ("C:/runs, run@2, 3: 4, awww...", "C:/runs, run@2, 3: 4, awww..."),
    ],
)
def test_what_markdown_makes_of_bare_text_is_kept_from_it(words: str, shown: str) -> None:
    """Pages' and people's addresses become links, and short codes icons, after the backslashes are gone."""
    assert plain_text(words).replace("\\", "") == shown


def test_thousands_stay_apart_by_a_thin_space() -> None:
    assert plain_text("12\u2009000  rows\n") == "12\u2009000 rows"


def test_every_mark_loses_its_meaning_and_a_name_stays_on_its_line() -> None:
    assert plain_text("**b**\n# h <b>") == r"\*\*b\*\* \# h \<b\>"
