"""The document of `status --json`: strict JSON, made for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.figures import Figures
from trainmon.analysis.said import Story
from trainmon.analysis.story import story_of
from trainmon.analysis.tuning import Tuning
from trainmon.reports.told import standing_document, taken_back_document
from trainmon.runs.run import Chain, Run

Document = dict[str, Any]


def status_json(analyses: Sequence[Analysis]) -> str:
    """Return the document as text; what is not finite is null."""
    runs = [_run(analysis, story_of(analysis) if len(analyses) == 1 else None) for analysis in analyses]
    return json.dumps({"runs": runs}, indent=2, allow_nan=False, ensure_ascii=False)


def _run(analysis: Analysis, story: Story | None) -> Document:
    """Return the document of a run; of several, when each finding came up is not worked out: that takes its time."""
    run, eta = analysis.run, analysis.eta
    return {
        "run": run.id,
        "path": str(run.path.absolute()),
        "format": run.format,
        "state": analysis.run_state.word,
        "state_evidence": analysis.run_state.evidence,
        "rows": run.rows.count if run.entries is None else run.entries,
        "attempts": len(run.attempts),
        "chain": _chain(analysis.chain, len(run.chains)),
        "name": run.name,
        "counted": run.rows.counted,
        "roles": {role: {"column": name, "why": run.rows.reasons.get(role)} for role, name in run.rows.roles.items()},
        "tuning": _tuning(analysis.tuning),
        "epochs": _largest_epoch(run),
        "train": _figures(analysis.train),
        "eval": _figures(analysis.eval),
        "whole_file": {"train": _figures(analysis.whole_train), "eval": _figures(analysis.whole_eval)},
        "non_finite": analysis.non_finite,
        "eta": {"seconds": _finite(eta.seconds), "low": _finite(eta.low), "high": _finite(eta.high)} if eta else None,
        "known_since": standing_document(story),
        "taken_back": taken_back_document(story),
        "problems": [{"file": problem.file, "line": problem.line, "reason": problem.reason} for problem in run.problems],
    }


def _chain(chain: Chain | None, of: int) -> Document | None:
    return {"number": chain.number, "of": of, "rows": chain.row_count} if chain else None


def _tuning(tuned: Tuning | None) -> Document | None:
    if tuned is None:
        return None
    columns = [{"column": each.metric, "part": each.part, "why": wording.part_of_tuning(each.part)} for each in tuned.columns]
    name = wording.tuning_name(tuned.method, tuned.preferences)
    return {"method": tuned.method, "name": name, "judged_by": list(tuned.measures), "columns": columns}


def _figures(figures: Figures | None) -> Document | None:
    if figures is None:
        return None
    return {
        "metric": figures.metric,
        "count": figures.count,
        "first": _finite(figures.first),
        "final": _finite(figures.final),
        "final_step": figures.final_step,
        "final_global_step": figures.final_global_step,
        "best": _finite(figures.best),
        "best_step": figures.best_step,
        "best_global_step": figures.best_global_step,
    }


def _largest_epoch(run: Run) -> float | int | None:
    epochs = run.rows.values("epoch")
    epochs = epochs[np.isfinite(epochs)]
    if not len(epochs):
        return None
    largest = float(epochs.max())
    return int(largest) if largest.is_integer() else largest


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
