"""What is said of a comparison: which side is better, and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.comparison.configuration import comparable, is_naming, is_seed
from trainmon.comparison.model import Contrast, Outcome


def sentence_on(outcome: Outcome, analyses: Sequence[Analysis]) -> str:
    """Return which side is better, by how much, where, whether that is more than noise, and in what the two differ."""
    if not outcome.metrics and sum(analysis.stretch is not None for analysis in analyses) > 1:
        return wording.nothing_in_common(
            [(one.label, _a_metric(each)) for one, each in zip(outcome.standings, analyses, strict=True)][:4]
        )
    if len(outcome.ranking) < 2:
        return wording.nothing_to_compare(outcome.metric, [outcome.sides[at].label for at in outcome.ranking])
    if not outcome.ahead or outcome.position is None:
        return _by_best(outcome)
    where = outcome.position.words
    if len(outcome.ranking) > 2:
        return _of_many(outcome, where)
    lead = outcome.ahead[0]
    one, other = (outcome.sides[at].label for at in (lead.one, lead.other))
    differ = explaining(outcome, lead)
    if lead.difference == 0:
        level = outcome.sides[lead.one].at_equal
        return wording.same_level(outcome.metric, one, other, level.mean if level else 0.0, where, differ)
    return wording.one_of_two(outcome.metric, one, other, _gap(outcome, lead), lead.verdict, where, differ)


def remarks_on(outcome: Outcome) -> tuple[str, ...]:
    """Return what a reader should know of how the sentence came about."""
    said = []
    if outcome.chosen.better_high is None:
        said.append(wording.direction_unknown(outcome.metric))
    if len(outcome.ranking) < 2:
        return tuple(said)
    if outcome.position is None or not outcome.ahead:
        return (*said, wording.NO_EQUAL_POSITION)
    where = outcome.position.words
    said += [_noise(outcome, lead, where) for lead in outcome.ahead[:1]]
    if len(outcome.ranking) > 2:
        said.append(wording.JUDGED_TOGETHER)
    missing = [side.label for side in outcome.sides if side.at_equal is None]
    if missing:
        said.append(wording.runs_left_out(missing, outcome.metric, where))
    if outcome.axis == "wall":
        said.append(wording.CLOCK_TIMES)
    elif outcome.position.axis == "done":
        said.append(wording.COUNT_DIFFERENTLY)
        if outcome.chosen.role == "train_loss" and not outcome.counts_alike:
            said.append(wording.MEANS_OF_EPOCHS)
    return tuple(said)


def explaining(outcome: Outcome, lead: Contrast) -> list[str]:
    """Return the settings in which two sides differ that may explain a difference: no names, and no seeds of groups."""
    one, other = (outcome.sides[at].members[0] for at in (lead.one, lead.other))
    seeds = not (outcome.sides[lead.one].grouped or outcome.sides[lead.other].grouped)
    return [
        key
        for key, values in outcome.differences.items()
        if comparable(values[one]) != comparable(values[other]) and not is_naming(key) and (seeds or not is_seed(key))
    ]


def _of_many(outcome: Outcome, where: str) -> str:
    base, first = outcome.baseline_side, outcome.ranking[0]
    parts = []
    for lead in outcome.ahead:
        is_next, is_base = lead.other == outcome.ranking[1], lead.other == base
        what = "the next and the baseline" if is_next and is_base else "the next" if is_next else "the baseline"
        parts.append((outcome.sides[lead.other].label, what, _gap(outcome, lead), lead.verdict))
    return wording.one_of_many(
        outcome.metric,
        outcome.sides[first].label,
        wording.how_many_sides(len(outcome.ranking), outcome.grouped),
        where,
        is_baseline=first == base,
        ahead=parts,
        differing=explaining(outcome, outcome.ahead[0]),
        rival=outcome.sides[outcome.ahead[0].other].label,
    )


def _by_best(outcome: Outcome) -> str:
    one, other = (outcome.sides[at] for at in outcome.ranking[:2])
    best = [side.best.mean if side.best else 0.0 for side in (one, other)]
    keys = [key for key, values in outcome.differences.items() if _apart(values, one.members[0], other.members[0])]
    differ = [key for key in keys if not is_naming(key)]
    return wording.which_is_better(outcome.metric, one.label, best[0], other.label, best[1], differ)


def _apart(values: Sequence[object], one: int, other: int) -> bool:
    return bool(comparable(values[one]) != comparable(values[other]))


def _noise(outcome: Outcome, lead: Contrast, where: str) -> str:
    if lead.noise is None:
        return wording.noise_unknown(where)
    one, other = (outcome.sides[at] for at in (lead.one, lead.other))
    noise = wording.size_of_gap(lead.noise, lead.noise_percent, outcome.chosen.better_high)
    if lead.basis == "scatter":
        return wording.noise_by_scatter(one.label, other.label, noise)
    seeds = tuple(side.at_equal.count if side.at_equal else 0 for side in (one, other))
    return wording.noise_by_seeds(one.label, other.label, noise, (seeds[0], seeds[1]), pooled=lead.basis == "pooled seeds")


def _gap(outcome: Outcome, lead: Contrast) -> str:
    return wording.size_of_gap(lead.difference, lead.percent, outcome.chosen.better_high)


def _a_metric(analysis: Analysis) -> str:
    names = analysis.stretch.metrics() if analysis.stretch else []
    return analysis.run.rows.roles.get("train_loss") or (names[0] if names else "")
