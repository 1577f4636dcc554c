"""All checks together: which findings hold on a second look, what follows from what, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.checks import BY_KIND, CHECKS
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import SEVERITIES, Diagnosis, Finding, Look, Severity, Verdict
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import Limits


def diagnose(inputs: Inputs) -> Diagnosis:
    """Return what the checks find in all rows and, for warnings and errors, without the last 5 % as well.

    What asks for the state of the run is left to `found_in_state`.
    """
    looked_at = tuple(_looks(inputs))
    quiet = Diagnosis(_without_findings(looked_at, inputs), (), looked_at)
    with np.errstate(all="ignore"):  # values near the largest float: what they make of a comparison is False
        return with_more(quiet, list(_found(inputs)), inputs.limits)


def found_in_state(inputs: Inputs) -> list[Finding]:
    """Return what the state of a run adds to the diagnosis of its rows."""
    return [finding for check in CHECKS if check.asks == "state" for finding in check.find(inputs)]


def at_the_end(diagnosis: Diagnosis) -> Diagnosis:
    """Return the diagnosis of a run that is over: what waited for more rows waits no longer."""
    settled = [replace(each, severity=BY_KIND[each.kind].at_end.get(each.severity, each.severity)) for each in diagnosis.findings]
    findings = _folded(_consistent(settled))
    return replace(diagnosis, findings=findings, verdict=_verdict(findings, diagnosis.verdict))


def with_more(diagnosis: Diagnosis, findings: Sequence[Finding], limits: Limits) -> Diagnosis:
    """Return a diagnosis with further findings."""
    kept = _folded(_consistent([*diagnosis.findings, *(each for each in findings if each.kind not in limits.off)]))
    return Diagnosis(_verdict(kept, diagnosis.verdict), kept, diagnosis.looked_at)


def _found(inputs: Inputs) -> Iterator[Finding]:
    last = max(1, int(inputs.limits.shared.second_look_share * (inputs.stop_row - inputs.first_row)))
    earlier = inputs.before(inputs.stop_row - last)
    for check in CHECKS:
        if check.asks == "rows twice":
            yield from _twice(check, inputs, earlier)
        elif check.asks == "rows once":
            yield from check.find(inputs)


def _twice(check: Check, inputs: Inputs, earlier: Inputs) -> Iterator[Finding]:
    """Yield what a check finds; as an alarm only where it is one without the last rows too, else as a notice if it has one."""
    found = list(check.find(inputs))
    before = {each.metric: each for each in check.find(earlier)} if any(each.alarms for each in found) else {}
    for each in found:
        severity = _lasting(each, before.get(each.metric))
        if severity in check.severities:
            yield replace(each, severity=severity)


def _lasting(now: Finding, before: Finding | None) -> Severity:
    """Return the milder severity of both looks, for an alarm a notice at least: it may go away again."""
    if not now.alarms:
        return now.severity
    both: tuple[Severity, ...] = (now.severity, before.severity if before is not None else "notice")
    return min(max(both, key=SEVERITIES.index), "notice", key=SEVERITIES.index)


def _consistent(findings: Sequence[Finding]) -> list[Finding]:
    strong = {each.kind for each in findings if each.alarms}
    return [each for each in findings if strong.isdisjoint(BY_KIND[each.kind].excluded_by)]


def _folded(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with the worst first and what follows from another below it."""
    there = {each.kind for each in findings if each.severity != "info"}
    with_cause = [
        replace(each, follows_from=next((kind for kind in BY_KIND[each.kind].follows if kind in there), None))
        for each in findings
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
    losses = {each.metric for each in (inputs.train, inputs.evaluation, inputs.measure) if each is not None}
    enough = any(each.enough for each in looked_at if each.metric in losses or not losses)
    return "healthy" if enough else "not_enough_data"


def _looks(inputs: Inputs) -> Iterator[Look]:
    shared = inputs.limits.shared
    needed: list[tuple[Curve | None, int]] = [
        (inputs.train, shared.fewest_rows),
        (inputs.evaluation, shared.fewest_evaluations),
        (inputs.measure, shared.fewest_rows),
        (inputs.learning_rate, 1),
        (inputs.grad_norm, 1),
        (inputs.memory, shared.fewest_rows),
        (inputs.samples_per_second, shared.fewest_rows),
        (inputs.pace, shared.fewest_rows),
    ]
    for each, fewest in needed:
        if each is not None and each.logged:
            yield Look(each.metric, each.count, each.count >= fewest)
