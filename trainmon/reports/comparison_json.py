"""The document of `compare --json`: strict JSON, made for programs."""

from __future__ import annotations

import json
from typing import Any

from trainmon.comparison import Comparison, Contrast, Entry, Side, Spread


def comparison_json(comparison: Comparison) -> str:
    """Return the document as text; what is not known is null, and times are in seconds."""
    at = comparison.position
    document = {
        "metric": comparison.metric,
        "higher_is_better": comparison.chosen.better_high,
        "equal_step": comparison.equal_step,
        "position": {"axis": at.axis, "value": at.value} if at else None,
        "sentence": comparison.sentence,
        "remarks": list(comparison.remarks),
        "runs": [_run(entry, comparison) for entry in comparison.entries],
        "sides": [_side(side, comparison) for side in comparison.sides],
        "ranking": list(comparison.ranking),
        "ranked_by": comparison.ranked_by,
        "ahead": [_contrast(each) for each in comparison.ahead],
        "differences": {name: [_value(value) for value in values] for name, values in comparison.differences.items()},
        "same_config_keys": comparison.same_config_keys,
    }
    return json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False)


def _run(entry: Entry, comparison: Comparison) -> dict[str, Any]:
    headline = entry.analysis.diagnosis.headline
    return {
        "run": entry.key,
        "path": str(entry.analysis.run.path.absolute()),
        "label": entry.label,
        "baseline": entry is comparison.entries[comparison.baseline],
        "state": entry.analysis.state.word,
        "side": entry.side,
        "best": entry.best,
        "best_global_step": entry.best_at if entry.counted != "epoch" else None,
        "best_epoch": entry.best_at if entry.counted == "epoch" else None,
        "last": entry.last,
        "at_equal_step": entry.at_equal if comparison.equal_step is not None else None,
        "at_position": entry.at_equal,
        "delta": entry.delta,
        "delta_percent": entry.delta_percent,
        "seconds": entry.analysis.timing.elapsed,
        "samples_per_second": entry.analysis.timing.samples_per_second,
        "verdict": entry.analysis.diagnosis.verdict,
        "finding": headline.kind if headline else None,
    }


def _side(side: Side, comparison: Comparison) -> dict[str, Any]:
    return {
        "label": side.label,
        "runs": [comparison.entries[place].key for place in side.members],
        "baseline": comparison.baseline in side.members,
        "best": _spread(side.best),
        "last": _spread(side.last),
        "at_position": _spread(side.at_equal),
        "to_baseline": _contrast(side.to_baseline) if side.to_baseline else None,
    }


def _spread(value: Spread | None) -> dict[str, Any] | None:
    return {"mean": value.mean, "sd": value.deviation, "n": value.count} if value else None


def _contrast(each: Contrast) -> dict[str, Any]:
    return {
        "side": each.one,
        "against": each.other,
        "difference": each.difference,
        "percent": each.percent,
        "noise": each.noise,
        "noise_percent": each.noise_percent,
        "noise_from": each.basis or None,
        "verdict": each.verdict,
    }


def _value(value: Any) -> Any:
    """Return a setting as JSON has it; what JSON cannot hold becomes text."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return str(value)
    return value
