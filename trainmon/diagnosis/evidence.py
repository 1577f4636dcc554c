"""Evidence that several findings rest on."""

from __future__ import annotations

from trainmon.diagnosis.finding import Evidence
from trainmon.diagnosis.inputs import Inputs
from trainmon.stats.outlook import Outlook


def learning_rate(inputs: Inputs, row: int | None = None) -> dict[str, Evidence]:
    """Return the learning rate at a row (its highest where none is given), as evidence; nothing where it was not logged."""
    rate = inputs.learning_rate
    if rate is None or not len(rate):
        return {}
    value = float(rate.values.max()) if row is None else rate.at(row)
    return {"learning_rate": Evidence(value)} if value == value else {}


def memory_trend(ahead: Outlook) -> dict[str, Evidence]:
    """Return the slope with its interval, and the steps at which and in which the limit is reached where that can be told."""
    line, end = ahead.line, ahead.reach
    slopes = {"trend": line.slope, "trend_low": line.slope - line.error, "trend_high": line.slope + line.error}
    unit = "MB per 100 steps" if ahead.by_step else "MB per epoch"
    evidence = {name: Evidence(ahead.per * slope, unit) for name, slope in slopes.items()}
    if end is not None and ahead.prospect in ("reaches", "may_reach"):
        evidence["limit"] = Evidence(ahead.limit, "MB")
        steps = {"limit_at": end.at, "limit_at_low": end.low, "limit_at_high": end.high, "limit_in": end.at - line.end}
        evidence.update({name: Evidence(step, "step") for name, step in steps.items()})
    return evidence
