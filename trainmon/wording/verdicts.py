"""What is said of a training as a whole: the verdict, what was looked at, where the loss will end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trainmon.wording.findings import FindingWords, Found, finding_words
from trainmon.wording.formats import count, loss

VERDICTS = {
    "error": "Something is wrong",
    "warning": "Needs a look",
    "notice": "Nothing alarming, something to know",
    "healthy": "Looks healthy",
    "not_enough_data": "Too few points to judge",
    "nothing_to_judge": "Nothing to judge yet",
}


class LookedAt(Protocol):
    """A metric, how many values it has, and whether these are enough to judge it."""

    @property
    def metric(self) -> str:
        """The name of the metric."""

    @property
    def count(self) -> int:
        """How many values it has."""

    @property
    def enough(self) -> bool:
        """True where these are enough."""


class Judged(Protocol):
    """A diagnosis: its verdict in one word, the findings to say first, and what was looked at."""

    @property
    def verdict(self) -> str:
        """One of the words of VERDICTS."""

    @property
    def headlines(self) -> Sequence[Found]:
        """The findings that follow from no other, the worst first."""

    @property
    def looked_at(self) -> Sequence[LookedAt]:
        """What was looked at."""


def verdict_line(judged: Judged) -> str:
    """Return the verdict in one line: the headline where there is one, else what was looked at."""
    said = VERDICTS[judged.verdict]
    if judged.headlines:
        headline, *others = judged.headlines
        also = f" (and {len(others)} more)" if others else ""
        return f"{said}: {finding_words(headline).title}{also}"
    if judged.verdict == "nothing_to_judge":
        return f"{said}: no loss, memory or speed has been logged."
    looked = looked_at(judged)
    return f"{said}; looked at {looked}." if looked else f"{said}."


def short_verdict(judged: Judged) -> str:
    """Return the verdict as a sentence among others: the headline where there is one."""
    said = VERDICTS[judged.verdict]
    return f"{said}: {finding_words(judged.headlines[0]).title}." if judged.headlines else f"{said}."


def looked_at(judged: Judged) -> str:
    """Return what was looked at: "loss (300 values), val_loss (2 values, too few to judge)"."""
    return ", ".join(_looked_at(each) for each in judged.looked_at)


def _looked_at(look: LookedAt) -> str:
    few = "" if look.enough else ", too few to judge"
    return f"{look.metric} ({count(look.count)} {'value' if look.count == 1 else 'values'}{few})"


def caveat_line(words: FindingWords) -> str:
    """Return the doubt as a sentence."""
    return f"Why this might be a false alarm: {words.caveat}."


def forecast_line(value: float, low: float, high: float) -> str:
    """Return where the train loss will end: "If the curve goes on as it went, ... about 1.2000 (1.1000 to 1.3000)"."""
    band = f"about {loss(value)} ({loss(low)} to {loss(high)})"
    return f"If the curve goes on as it went, the train loss ends at {band}. This is no reason to stop."


def wrong_settings(entries: Sequence[str]) -> str:
    """Return that some entries of trainmon.toml say nothing to the checks."""
    return (
        f"trainmon.toml, [diagnosis]: no check knows {', '.join(entries)}. Limits are numbers of at least 0; `off` lists kinds."
    )
