"""An analysis in words that stay true, for what is read later than it was made."""

from __future__ import annotations

from dataclasses import replace

from trainmon.analysis.analyse import Analysis
from trainmon.diagnosis.finding import Finding


def lasting(analysis: Analysis) -> Analysis:
    """Return `analysis` with moments in the place of the time since them, and without what counts from its own moment on."""
    state = replace(analysis.state, evidence=analysis.state.lasting, age=None)
    findings = tuple(_lasting(each, state.evidence) for each in analysis.diagnosis.findings)
    memory = replace(analysis.memory, seconds_left=None) if analysis.memory is not None else None
    return replace(analysis, state=state, diagnosis=replace(analysis.diagnosis, findings=findings), memory=memory)


def _lasting(finding: Finding, evidence: str) -> Finding:
    """Return a finding that stays true: that of silence rests on the evidence of the state."""
    return replace(finding, case=evidence) if finding.kind == "silent" else finding
