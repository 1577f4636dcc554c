"""All checks together: which findings hold on a second look, what follows from what, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from trainmon.diagnosis.finding import SEVERITIES, Diagnosis, Finding, Kind, Look, Verdict
from trainmon.diagnosis.loss import find_diverging, find_ending, find_low_improvement, find_not_learning
from trainmon.diagnosis.memory import find_memory
from trainmon.diagnosis.non_finite import find_non_finite
from trainmon.diagnosis.preparation import Curve, Inputs
from trainmon.diagnosis.spikes import find_spikes
from trainmon.diagnosis.thresholds import Limits
from trainmon.diagnosis.throughput import find_slow_throughput, find_throughput_drop
from trainmon.diagnosis.validation import find_overfitting, find_train_val_gap

Check = Callable[[Inputs], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (  # a new check is one function and one line
    find_diverging,
    find_not_learning,
    find_overfitting,
    find_train_val_gap,
    find_spikes,
    find_ending,
    find_low_improvement,
    find_memory,
    find_slow_throughput,
    find_throughput_drop,
)

# What explains what: the finding on the left is folded under the first of those on the right that is there.
FOLLOWS: dict[Kind, tuple[Kind, ...]] = {
    "diverging": ("non_finite",),
    "not_learning": ("non_finite", "diverging"),
    "overfitting": ("diverging",),
    "train_val_gap": ("diverging", "overfitting"),
    "spikes": ("diverging", "non_finite"),
    "low_improvement": ("not_learning", "diverging", "non_finite"),
    "plateau": ("not_learning", "diverging", "overfitting"),
    "low_memory": ("memory_crash", "memory_leak"),
    "memory_leak": ("memory_crash",),
}
# These contradict what is on the right: a loss that rises has no plateau to speak of.
EXCLUDED: dict[Kind, tuple[Kind, ...]] = {
    "not_learning": ("diverging", "non_finite"),
    "overfitting": ("diverging",),
    "train_val_gap": ("diverging",),
    "plateau": ("not_learning", "diverging", "non_finite"),
    "still_improving": ("not_learning", "diverging", "overfitting", "non_finite"),
}


def diagnose(inputs: Inputs) -> Diagnosis:
    """Return what the checks find in all rows and, for warnings and errors, without the last 5 % as well.

    Values that are not finite count at once: one is proof.
    """
    looked_at = tuple(_looks(inputs))
    quiet = Diagnosis(_without_findings(looked_at, inputs), (), looked_at)
    with np.errstate(all="ignore"):  # values near the largest float: what they make of a comparison is False
        findings = [*find_non_finite(inputs), *_twice(inputs)]
    return with_more(quiet, findings, inputs.limits)


def with_more(diagnosis: Diagnosis, findings: Sequence[Finding], limits: Limits) -> Diagnosis:
    """Return a diagnosis with further findings."""
    kept = _folded(_consistent([*diagnosis.findings, *(each for each in findings if each.kind not in limits.off)]))
    return Diagnosis(_verdict(kept, diagnosis.verdict), kept, diagnosis.looked_at)


def _twice(inputs: Inputs) -> Iterator[Finding]:
    earlier = inputs.before(inputs.stop_row - int(inputs.limits.second_look_share * (inputs.stop_row - inputs.first_row)))
    for check in CHECKS:
        found = list(check(inputs))
        if any(each.alarms for each in found):
            before = {(each.kind, each.metric): each for each in check(earlier)}
            held = [_milder(each, before.get((each.kind, each.metric))) for each in found]
            found = [each for each in held if each is not None]
        yield from found


def _milder(now: Finding, before: Finding | None) -> Finding | None:
    """Return an alarm with the milder severity of both looks, None where it was not there before: it may go away again."""
    if not now.alarms or before is None:
        return None if now.alarms else now
    return replace(now, severity=max(now.severity, before.severity, key=SEVERITIES.index))


def _consistent(findings: Sequence[Finding]) -> list[Finding]:
    strong = {each.kind for each in findings if each.alarms}
    return [each for each in findings if not strong.intersection(EXCLUDED.get(each.kind, ()))]


def _folded(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with the worst first and what follows from another below it."""
    there = {each.kind for each in findings if each.severity != "info"}
    with_cause = [
        replace(each, follows_from=next((k for k in FOLLOWS.get(each.kind, ()) if k in there), None)) for each in findings
    ]
    return tuple(sorted(with_cause, key=lambda each: (each.follows_from is not None, SEVERITIES.index(each.severity))))


def _verdict(findings: Sequence[Finding], otherwise: Verdict) -> Verdict:
    """Return the worst severity, `otherwise` where no finding is above an info."""
    worst = min((SEVERITIES.index(each.severity) for each in findings), default=len(SEVERITIES))
    verdicts: tuple[Verdict, ...] = ("error", "warning", "notice")
    return verdicts[worst] if worst < len(verdicts) else otherwise


def _without_findings(looked_at: Sequence[Look], inputs: Inputs) -> Verdict:
    """Return what to say of a run with nothing wrong in it: healthy only where there was enough of a loss to judge."""
    if not looked_at:
        return "nothing_to_judge"
    losses = {each.metric for each in (inputs.train, inputs.evaluation) if each is not None}
    enough = any(each.enough for each in looked_at if each.metric in losses or not losses)
    return "healthy" if enough else "not_enough_data"


def _looks(inputs: Inputs) -> Iterator[Look]:
    limits = inputs.limits
    needed: list[tuple[Curve | None, int]] = [
        (inputs.train, limits.fewest_rows),
        (inputs.evaluation, limits.fewest_evaluations),
        (inputs.learning_rate, 1),
        (inputs.grad_norm, 1),
        (inputs.memory, limits.fewest_rows),
        (inputs.samples_per_second, limits.fewest_rows),
        (inputs.pace, limits.fewest_rows),
    ]
    for each, fewest in needed:
        if each is not None and each.logged:
            yield Look(each.metric, each.count, each.count >= fewest)
