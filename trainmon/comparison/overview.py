"""All runs beside each other: what the overview shows of each, and which of them a filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainmon import wording
from trainmon.analysis import Analysis, analyse
from trainmon.comparison.configuration import settings_of
from trainmon.runs.memo import Memo
from trainmon.runs.run import Run
from trainmon.stats.arrays import Floats

TREND_POINTS = 30  # what a cell of a table can show
LARGEST = 1e300  # a whole number above that may not fit into a float
MINUTE = 60.0  # a forecast that changes with every look would draw the table anew each time


@dataclass(frozen=True, eq=False)
class Lasting:
    """What changes with the revision of a run alone: the trend of its loss, its flat settings, and the words that find it."""

    trend: Floats
    settings: Mapping[str, Any]
    words: str


@dataclass(frozen=True, eq=False)
class Listed:
    """A run in the overview: `finding` is its headline in a few words, `ends` when it will end (seconds since 1970)."""

    analysis: Analysis
    lasting: Lasting
    finding: str
    ends: float | None


def listed(runs: Iterable[Run], now: float, memo_of: Callable[[Run], Memo]) -> list[Listed]:
    """Return what the overview shows of each run at `now`; of a run that did not change, hardly anything is worked out anew.

    `memo_of` gives the memo of a run (`Library.memo_of`).
    """
    return [_listed(run, now, memo_of(run)) for run in runs]


def matching(runs: Iterable[Listed], words: str = "", states: Collection[str] = ()) -> list[Listed]:
    """Return the runs in which all `words` occur, whatever their case, and that are in one of `states` (none = any)."""
    wanted = words.casefold().split()
    return [each for each in runs if (not states or each.analysis.run_state.word in states) and _has(each, wanted)]


def setting_names(runs: Iterable[Listed]) -> list[str]:
    """Return the settings that any of the runs has, those in which they differ first."""
    values: dict[str, set[str]] = {}
    having: dict[str, int] = {}
    settings = [each.lasting.settings for each in runs]
    for one in settings:
        for name, value in one.items():
            values.setdefault(name, set()).add(repr(value))
            having[name] = having.get(name, 0) + 1
    return sorted(values, key=lambda name: len(values[name]) == 1 and having[name] == len(settings))


def setting_values(runs: Sequence[Listed], name: str) -> Floats | list[str]:
    """Return a setting of each run: numbers (NaN = missing) where all that have it give one, else words ("" = missing)."""
    values = [each.lasting.settings.get(name) for each in runs]
    if all(value is None or _is_number(value) for value in values):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return [wording.setting(value) for value in values]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) > LARGEST


def _listed(run: Run, now: float, memo: Memo) -> Listed:
    analysis = analyse(run, now=now, memo=memo)
    lasting = memo.once(Lasting, lambda: Lasting(_trend(analysis), settings_of(analysis), _words(analysis)))
    return Listed(analysis, lasting, _finding(analysis), _end(analysis))


def _has(run: Listed, wanted: Sequence[str]) -> bool:
    said = f"{run.lasting.words} {run.analysis.run_state.word} {run.finding.casefold()}"
    return all(word in said for word in wanted)


def _trend(analysis: Analysis) -> Floats:
    """Return the mean loss of equal parts of the run, [at most 30], without the parts that have no finite value."""
    series = analysis.stretch.by_role("train_loss") if analysis.stretch else None
    if series is None or (analysis.train is not None and analysis.train.never_filled):
        return np.zeros(0)
    finite = series.values[np.isfinite(series.values)]
    if not len(finite):
        return np.zeros(0)
    parts = min(TREND_POINTS, len(finite))
    starts = np.arange(parts) * len(finite) // parts
    with np.errstate(over="ignore"):  # values near the largest float
        means = np.add.reduceat(finite, starts) / np.diff(starts, append=len(finite))
    return means[np.isfinite(means)]


def _words(analysis: Analysis) -> str:
    run = analysis.run
    settings = [f"{name}={wording.setting(value)}" for name, value in settings_of(analysis).items()]
    findings = [wording.finding_words(each) for each in analysis.diagnosis.findings]
    said = [run.name, run.id, str(run.path), run.notes, *run.tags, *settings]
    return " ".join([*said, *(f"{each.name} {each.title}" for each in findings)]).casefold()


def _finding(analysis: Analysis) -> str:
    headlines = analysis.diagnosis.headlines
    headline = next((each for each in headlines if each.kind != "silent"), None)  # the state says that already
    if headline is None and headlines:
        return ""
    if headline is None and analysis.run_state.word in ("failed", "interrupted"):
        return ""  # its loss may look healthy: beside a failure that would be misread
    if headline is None:
        return wording.VERDICT_WORDS.get(analysis.diagnosis.verdict, "")
    return wording.finding_cell(headline.severity, headline.kind, headline.step, headline.counted)


def _end(analysis: Analysis) -> float | None:
    if analysis.eta is None or analysis.run_state.word != "running":
        return None
    return MINUTE * round((analysis.now + analysis.eta.seconds) / MINUTE)
