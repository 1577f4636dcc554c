"""The document of `compare --json`: strict JSON, made for programs."""

from __future__ import annotations

import json
from typing import Any

from trainmon.comparison import Comparison, Entry


def comparison_json(comparison: Comparison) -> str:
    """Return the document as text; what is not known is null, and times are in seconds."""
    document = {
        "metric": comparison.metric,
        "equal_step": comparison.equal_step,
        "sentence": comparison.sentence,
        "runs": [_run(entry, baseline=at == comparison.baseline) for at, entry in enumerate(comparison.entries)],
        "differences": {name: [_value(value) for value in values] for name, values in comparison.differences.items()},
        "same_config_keys": comparison.same_config_keys,
    }
    return json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False)


def _run(entry: Entry, *, baseline: bool) -> dict[str, Any]:
    return {
        "run": entry.key,
        "path": str(entry.analysis.run.path.absolute()),
        "label": entry.label,
        "baseline": baseline,
        "state": entry.analysis.state.word,
        "best": entry.best,
        "best_global_step": entry.best_global_step,
        "last": entry.last,
        "at_equal_step": entry.at_equal_step,
        "delta": entry.delta,
        "delta_percent": entry.delta_percent,
        "seconds": entry.analysis.timing.elapsed,
        "samples_per_second": entry.analysis.timing.samples_per_second,
    }


def _value(value: Any) -> Any:
    """Return a setting as JSON has it; what JSON cannot hold becomes text."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return str(value)
    return value
