"""What a report says first: what it is, of what and when, and what to think of the training."""

from __future__ import annotations

from collections.abc import Iterator

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.reports.standing import BROKEN_OFF, lead


def kind_of_report(analysis: Analysis) -> str:
    """Return what a report is called: final, interim where the figures may still change, or as of a place in the past."""
    if analysis.state.place:
        return wording.report_as_of(analysis.state.place)
    return wording.INTERIM_REPORT if _is_interim(analysis) else wording.FINAL_REPORT


def about(analysis: Analysis) -> str:
    """Return what heads a report: the state with its evidence, the part of the run, and when it was made."""
    label = analysis.stretch.label if analysis.stretch is not None else ""
    return wording.made_at(analysis.state.label, analysis.state.evidence, label, analysis.now)


def verdict(analysis: Analysis) -> tuple[str, ...]:
    """Return what to think of the training in a few sentences, the worst of it first."""
    if analysis.train is None and analysis.reward is None and not analysis.diagnosis.findings:
        return (wording.NOTHING_TO_JUDGE,)
    said = (lead(analysis), *_course(analysis), _worth_a_look(analysis), wording.INTERIM if _is_interim(analysis) else "")
    return tuple(sentence for sentence in said if sentence)


def _course(analysis: Analysis) -> Iterator[str]:
    """Yield what became of the reward where there is one, else of the losses."""
    if (reward := analysis.reward) is not None:
        yield wording.reward_went(reward.metric, reward.first, reward.last, reward.trend)
        return
    train, smoothed, validation = analysis.train, analysis.smoothed, analysis.eval
    if train is None or smoothed is None:
        return
    of = train.count + train.non_finite
    yield wording.how_it_went(train.first, smoothed.final, smoothed.fall.percent, smoothed.values, train.non_finite, of)
    where = validation.at_best if validation else ""
    yield wording.best_validation(validation.best if validation else None, where)


def _worth_a_look(analysis: Analysis) -> str:
    """Return which key metrics are bad; that none is praises no training that broke or with which something is wrong."""
    poor = [(grade.name, grade.value) for grade in analysis.grades if grade.grade == "bad"]
    trouble = analysis.diagnosis.verdict in ("error", "warning") or analysis.state.word in BROKEN_OFF
    if trouble and not poor:
        return ""
    return wording.worth_a_look(poor, sum(grade.grade is not None for grade in analysis.grades))


def _is_interim(analysis: Analysis) -> bool:
    """Return whether the figures may still change: those of the past will not."""
    return not analysis.state.over and not analysis.state.place
