"""The document of `check --json`: strict JSON, made for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.said import Said, Story
from trainmon.analysis.story import story_of
from trainmon.diagnosis.finding import Finding
from trainmon.reports.told import known_document, taken_back_document

Document = dict[str, Any]


def check_json(analyses: Sequence[Analysis]) -> str:
    """Return the document as text; what is not finite is null."""
    runs = [_run(analysis, story_of(analysis) if len(analyses) == 1 else None) for analysis in analyses]
    return json.dumps({"runs": runs}, indent=2, allow_nan=False, ensure_ascii=False)


def _run(analysis: Analysis, story: Story | None) -> Document:
    """Return the document of a run; of several, when each finding came up is not worked out: that takes its time."""
    return {
        "run": analysis.run.id,
        "path": str(analysis.run.path.absolute()),
        "verdict": analysis.diagnosis.verdict,
        "counted": analysis.progress.counted,
        "grades": [{"name": each.name, "value": each.value, "grade": each.grade, "why": each.why} for each in analysis.grades],
        "findings": [finding_document(each, story.of(each) if story else None) for each in analysis.diagnosis.findings],
        "taken_back": taken_back_document(story),
    }


def finding_document(finding: Finding, said: Said | None = None) -> Document:
    """Return one finding with its sentences, and when it came up where that is known."""
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
        "known_since": known_document(said),
    }
