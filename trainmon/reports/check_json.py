"""The document of `check --json`: strict JSON, made for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.diagnosis.finding import Finding

Document = dict[str, Any]


def check_json(analyses: Sequence[Analysis]) -> str:
    """Return the document as text; what is not finite is null."""
    return json.dumps({"runs": [_run(analysis) for analysis in analyses]}, indent=2, allow_nan=False, ensure_ascii=False)


def _run(analysis: Analysis) -> Document:
    return {
        "run": analysis.run.id,
        "path": str(analysis.run.path.absolute()),
        "verdict": analysis.diagnosis.verdict,
        "counted": analysis.progress.counted,
        "grades": [{"name": each.name, "value": each.value, "grade": each.grade, "why": each.why} for each in analysis.grades],
        "findings": [finding_document(each) for each in analysis.diagnosis.findings],
    }


def finding_document(finding: Finding) -> Document:
    """Return one finding with its sentences."""
    words = wording.finding_words(finding)
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "metric": finding.metric,
        "step": finding.step,
        "steps": list(finding.steps),
        "title": words.title,
        "evidence": {
            name: {"value": each.value if math.isfinite(each.value) else None, "unit": each.unit}
            for name, each in finding.evidence.items()
        },
        "advice": list(words.advice),
        "caveat": words.caveat,
        "follows_from": finding.follows_from,
    }
