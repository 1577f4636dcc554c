"""What a finding says to a person: title, evidence, advice and doubt, made from its kind, its case and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trainmon import wording
from trainmon.analysis.finding_advice import advice_on, caveat_of
from trainmon.analysis.saved_models import SavedModels
from trainmon.diagnosis.finding import Diagnosis, Evidence, Finding, Look, Verdict

VERDICTS: dict[Verdict, str] = {
    "error": "Something is wrong",
    "warning": "Needs a look",
    "notice": "Nothing alarming, something to know",
    "healthy": "Looks healthy",
    "not_enough_data": "Too few points to judge",
    "nothing_to_judge": "Nothing to judge yet",
}

NAMES: dict[str, str] = {
    "non_finite": "Values that are not finite",
    "not_learning": "Not learning",
    "diverging": "Diverging",
    "overfitting": "Overfitting",
    "train_val_gap": "Validation far above training",
    "spikes": "Spikes",
    "plateau": "Plateau",
    "still_improving": "Still improving",
    "low_improvement": "Low improvement",
    "low_memory": "Low memory",
    "memory_leak": "Memory falls",
    "memory_swings": "Memory swings",
    "memory_crash": "Broke off out of memory",
    "slow_throughput": "Slow",
    "throughput_drop": "Became slower",
    "silent": "Silent",
    "missing_checkpoint": "Best checkpoint missing",
}


@dataclass(frozen=True)
class FindingWords:
    """A finding in sentences: `title` with the numbers, `evidence` as name and value, `advice` in order, `caveat` the doubt."""

    name: str
    title: str
    evidence: tuple[tuple[str, str], ...]
    advice: tuple[str, ...]
    caveat: str


def words_of(finding: Finding) -> FindingWords:
    """Return the sentences of a finding."""
    evidence = tuple((name.replace("_", " "), quantity(each)) for name, each in finding.evidence.items())
    return FindingWords(NAMES[finding.kind], TITLES[finding.kind](finding), evidence, advice_on(finding), caveat_of(finding))


def quantity(evidence: Evidence) -> str:
    """Return a piece of evidence with its unit."""
    value, unit = evidence.value, evidence.unit
    if unit == "%":
        return wording.percent(value)
    if unit == "MB":
        return wording.memory(value)
    if unit in ("rows", "values", "evaluations", "spikes", "readings", "checkpoints", "step"):
        return wording.count(value) if unit == "step" else f"{wording.count(value)} {unit}"
    return f"{wording.number(value)} {unit}".strip()


def verdict_line(diagnosis: Diagnosis) -> str:
    """Return the verdict in one line: the headline where there is one, else what was looked at."""
    said = VERDICTS[diagnosis.verdict]
    if diagnosis.headline is not None:
        more = sum(1 for each in diagnosis.findings if each.severity != "info" and each.follows_from is None) - 1
        also = f" (and {more} more)" if more > 0 else ""
        return f"{said}: {words_of(diagnosis.headline).title}{also}"
    looked = looked_at(diagnosis)
    if diagnosis.verdict == "nothing_to_judge":
        return f"{said}: no loss, memory or speed has been logged."
    return f"{said}; looked at {looked}." if looked else f"{said}."


def short_verdict(diagnosis: Diagnosis) -> str:
    """Return the verdict as a sentence among others: the headline where there is one."""
    said = VERDICTS[diagnosis.verdict]
    return f"{said}: {words_of(diagnosis.headline).title}." if diagnosis.headline is not None else f"{said}."


def looked_at(diagnosis: Diagnosis) -> str:
    """Return what was looked at: "loss (300 values), val_loss (2 values, too few to judge)"."""
    return ", ".join(_looked_at(each) for each in diagnosis.looked_at)


def _looked_at(look: Look) -> str:
    few = "" if look.enough else ", too few to judge"
    return f"{look.metric} ({wording.count(look.count)} {'value' if look.count == 1 else 'values'}{few})"


def caveat_line(words: FindingWords) -> str:
    """Return the doubt as a sentence."""
    return f"Why this might be a false alarm: {words.caveat}."


def saved_line(saved: SavedModels) -> str:
    """Return the saved models in one line: "12 checkpoints, every 200 steps, newest checkpoint-2400; best saved: ..."."""
    many = f"{wording.count(saved.count)} {'checkpoint' if saved.count == 1 else 'checkpoints'}"
    rhythm = f", every {wording.count(saved.usual_gap)} steps" if saved.usual_gap else ""
    return f"{many}{rhythm}, newest {saved.newest.name}" + (f"; best saved: {best_saved(saved)}" if saved.best else "")


def forecast_line(value: float, low: float, high: float) -> str:
    """Return where the train loss will end: "If the curve goes on as it went, ... about 1.2000 (1.1000 to 1.3000)"."""
    band = f"about {wording.loss(value)} ({wording.loss(low)} to {wording.loss(high)})"
    return f"If the curve goes on as it went, the train loss ends at {band}. This is no reason to stop."


def best_saved(saved: SavedModels) -> str:
    """Return the best saved model and what it costs: "step 200, 1.6 % above the best at 250"."""
    best = saved.best
    if best is None:
        return wording.NOT_LOGGED
    place = f"step {wording.count(best.step)} ({best.checkpoint.name})"
    if best.percent_above <= 0 or saved.best_step is None:
        return f"{place}, the best of the run"
    return f"{place}, {wording.percent(best.percent_above)} above the best at {wording.count(saved.best_step)}"


def wrong_settings(entries: Sequence[str]) -> str:
    """Return that some entries of trainmon.toml say nothing to the checks."""
    return (
        f"trainmon.toml, [diagnosis]: no check knows {', '.join(entries)}. Limits are numbers of at least 0; `off` lists kinds."
    )


def _loss(finding: Finding, name: str) -> str:
    return wording.loss(finding.value(name))


def _percent(finding: Finding, name: str) -> str:
    value = finding.value(name)
    return wording.percent(abs(value)) if value is not None else wording.NOT_LOGGED


def _megabytes(finding: Finding, name: str) -> str:
    return wording.memory(finding.value(name))


def _count(finding: Finding, name: str) -> str:
    return wording.count(finding.value(name))


def _at(finding: Finding) -> str:
    return f" at {wording.position(finding.value('epoch'), finding.step)}" if finding.step is not None else ""


def _since(finding: Finding) -> str:
    return f" since {wording.position(finding.value('epoch'), finding.step)}" if finding.step is not None else ""


def _non_finite(finding: Finding) -> str:
    if finding.case == "hidden":
        return f"{finding.metric} is exactly 0 while the gradient norm or the validation is nan: the zeros stand for nan"
    last = finding.value("last_finite")
    before = f"; the last finite value was {wording.number(last)}" if last is not None else ""
    again = "" if finding.severity == "error" else "; finite values came after"
    rows = f"{_count(finding, 'count')} of {_count(finding, 'of')} rows"
    return f"{finding.metric} is nan or infinite on {rows}, first{_at(finding)}{before}{again}"


def _not_learning(finding: Finding) -> str:
    if finding.case == "zero":
        return f"{finding.metric} is 0 on all {_count(finding, 'rows')} rows: it was not logged, or every label is masked"
    if finding.case == "constant":
        return f"{finding.metric} is {_loss(finding, 'value')} on all {_count(finding, 'rows')} rows"
    return (
        f"{finding.metric} changed by {_percent(finding, 'change')} over {_count(finding, 'rows')} rows "
        f"(from {_loss(finding, 'first')} to {_loss(finding, 'last')})"
    )


def _diverging(finding: Finding) -> str:
    values = f"from {_loss(finding, 'lowest')} to {_loss(finding, 'now')} (+{_percent(finding, 'rise')})"
    return f"{finding.metric} rises{_since(finding)}: {values}"


def _overfitting(finding: Finding) -> str:
    rose = f"validation rose from {_loss(finding, 'best')} to {_loss(finding, 'now')} (+{_percent(finding, 'worse')})"
    if finding.case == "few":
        points = {2: "two", 3: "three"}.get(round(finding.value("evaluations") or 0), "few")
        return f"{rose} while training fell; {points} points only"
    better = "; a score still improves" if finding.case else ""
    return f"{rose}{_since(finding)} while training fell{better}"


def _train_val_gap(finding: Finding) -> str:
    stopped = f" and stopped improving{_at(finding)}" if finding.case else ""
    return f"validation is {finding.value('ratio'):.1f} times the train loss{stopped}"


def _spikes(finding: Finding) -> str:
    many = round(finding.value("spikes") or 0)
    first = f"{many} spikes, the first" if many > 1 else "one spike,"
    return (
        f"{finding.metric} has {first}{_at(finding)}; the highest is {_loss(finding, 'highest')} (+{_percent(finding, 'height')})"
    )


def _plateau(finding: Finding) -> str:
    how = "it has converged with its schedule" if finding.case == "converged" else "it has come to rest"
    return f"{finding.metric} changed by {_percent(finding, 'change')} over the last third: {how}"


def _still_improving(finding: Finding) -> str:
    return f"{finding.metric} still fell by {_percent(finding, 'change')} over the last quarter"


def _low_improvement(finding: Finding) -> str:
    values = f"from {_loss(finding, 'first')} to {_loss(finding, 'best')}"
    return f"{finding.metric} improved by {_percent(finding, 'improvement')} in all ({values})"


def _low_memory(finding: Finding) -> str:
    below = f"{_count(finding, 'readings')} readings are below {_megabytes(finding, 'limit')}"
    return f"available memory fell to {_megabytes(finding, 'lowest')}; {below}"


def _memory_leak(finding: Finding) -> str:
    trend = finding.value("trend")
    by = f" by {wording.memory_rate(abs(trend), finding.evidence['trend'].unit)}" if trend is not None else ""
    at, low, high = (finding.value(f"limit_at{end}") for end in ("", "_low", "_high"))
    reached = ""
    if at is not None and low is not None and high is not None:
        reached = f"; {wording.reaches(finding.value('limit') or 0.0, at, low, high)}"
    return f"available memory falls{by}: from {_megabytes(finding, 'start')} to {_megabytes(finding, 'now')}{reached}"


def _memory_swings(finding: Finding) -> str:
    return f"available memory swings by {_megabytes(finding, 'range')} ({_percent(finding, 'swing')} of what is usual)"


def _memory_crash(finding: Finding) -> str:
    return f"the run broke off with {_megabytes(finding, 'last')} of memory left; {_megabytes(finding, 'usual')} is usual"


def _slow_throughput(finding: Finding) -> str:
    return f"slow: {wording.throughput(finding.value('speed'))}, below {wording.number(finding.value('limit'))} samples/s"


def _throughput_drop(finding: Finding) -> str:
    unit = finding.evidence["before"].unit
    speeds = f"from {wording.number(finding.value('before'))} to {wording.number(finding.value('now'))} {unit}"
    return f"it became slower{_at(finding)}: {speeds} (-{_percent(finding, 'drop')})"


def _silent(finding: Finding) -> str:
    return f"no sign of life: {finding.case}"


def _missing_checkpoint(finding: Finding) -> str:
    saved, step = finding.value("best_saved"), finding.value("best_saved_step")
    best = f"the best point ({_loss(finding, 'best')}{_at(finding)}) has no checkpoint on disk, though its neighbours have one"
    if saved is None or step is None:
        return best
    return f"{best}; the best saved is step {wording.count(step)}, {_percent(finding, 'worse')} above it"


TITLES: dict[str, Callable[[Finding], str]] = {
    "non_finite": _non_finite,
    "not_learning": _not_learning,
    "diverging": _diverging,
    "overfitting": _overfitting,
    "train_val_gap": _train_val_gap,
    "spikes": _spikes,
    "plateau": _plateau,
    "still_improving": _still_improving,
    "low_improvement": _low_improvement,
    "low_memory": _low_memory,
    "memory_leak": _memory_leak,
    "memory_swings": _memory_swings,
    "memory_crash": _memory_crash,
    "slow_throughput": _slow_throughput,
    "throughput_drop": _throughput_drop,
    "silent": _silent,
    "missing_checkpoint": _missing_checkpoint,
}
