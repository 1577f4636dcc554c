"""What stands on and under the loss curves: marks, metrics, the visible range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trainmon.wording.formats import along, cell, clock, count, learning_rate, number

MARKS = {
    "epoch": "┊ end of an epoch",
    "checkpoint": "◆ checkpoint",
    "resume": "▶ resumed",
    "rate": "▼ learning rate lowered",
    "non_finite": "✕ not finite",
    "finding": "▲ finding",
}
MANY_MARKS = {
    "epoch": "epoch ends",
    "checkpoint": "checkpoints",
    "resume": "resumed attempts",
    "rate": "learning-rate drops",
    "non_finite": "values that are not finite",
    "finding": "findings",
}
OFF_SCALE = "△ off scale"


def metrics_placeholder(panels: int, most: int) -> str:
    """Return what stands in the list of metrics while none is chosen."""
    if panels > most:
        return f"The first {most} of {count(panels)}"
    return "All that were logged" if panels else "No other was logged"


def epoch_end(epoch: float) -> str:
    """Return what an epoch's end is called."""
    return f"end of epoch {number(epoch)}"


def saved_checkpoint(name: str, place: float, counted: str = "step") -> str:
    """Return a saved model with its place."""
    return f"{name}, saved at {along(counted)} {count(place)}"


def attempt_resumes(attempt: int) -> str:
    """Return where an attempt goes on."""
    return f"attempt {attempt} resumes here"


def rate_drop(before: float, after: float) -> str:
    """Return how far the learning rate fell: "learning rate 0.001 to 0.0001"."""
    return f"learning rate {learning_rate(before)} to {learning_rate(after)}"


def not_finite_at(series: str, place: float, counted: str = "step") -> str:
    """Return which value was nan or infinite."""
    return f"{series} not finite at {along(counted)} {count(place)}"


def off_scale_at(series: str, value: float, place: float, counted: str = "step") -> str:
    """Return a value that lies beyond the edge of the chart."""
    return f"{series} {number(value)} at {along(counted)} {count(place)}"


def marks_legend(kinds: Sequence[str], off_scale: bool) -> str:
    """Return what the glyphs on a chart mean: "┊ end of an epoch · ◆ checkpoint"."""
    return " · ".join([*(MARKS[kind] for kind in kinds), *([OFF_SCALE] if off_scale else [])])


def thinned_marks(every: Mapping[str, tuple[int, int]]) -> str:
    """Return which marks were thinned, given (one of how many, of how many) by kind: "every 5th of 200 epoch ends marked"."""
    found = [f"every {_ordinal(one)} of {count(of)} {MANY_MARKS[kind]}" for kind, (one, of) in every.items() if one > 1]
    return f"{' and '.join(found)} marked" if found else ""


def off_scale(values: int) -> str:
    """Return how many values lie beyond the edges."""
    return f"{count(values)} value{'s' if values != 1 else ''} off scale"


def panels_caption(drawn: int, rows: int, of: int, shown: int) -> str:
    """Return how many of the other metrics are drawn, and by how many points of their rows."""
    which = "" if shown >= of else f"the first {shown} of {count(of)} other metrics · "
    return f"{which}below: {f'{count(drawn)} of' if drawn < rows else 'all'} {count(rows)} values drawn"


def visible_range(start: float, end: float, axis: str, title: str, unit: str) -> str:
    """Return the visible range in words: "global step 12 000 to 13 000"; `title` is that of the axis."""
    if axis == "wall":
        return f"{clock(start)} to {clock(end)}"
    if axis == "step":
        return f"{title} {count(start)} to {count(end)}"
    return f"{title} {number(start)} to {number(end)}" + (f" {unit}" if axis == "relative" else "")


def readout(names: Sequence[str], values: Sequence[float]) -> str:
    """Return the values under the pointer: "0.8123", or "train 0.8123 · eval 0.7912" for several lines."""
    said = [cell(value) if value == value else "" for value in values]
    if len(said) == 1:
        return said[0]
    return " · ".join(f"{name} {value}" for name, value in zip(names, said, strict=True) if value)


def panel_title(names: Sequence[str], off_scale: int, non_finite: int, *, at_steps: bool) -> str:
    """Return what stands above a small chart."""
    notes = [
        "at steps, without the values by epoch" if at_steps else "",
        f"{count(off_scale)} off scale" if off_scale else "",
        f"{count(non_finite)} not finite" if non_finite else "",
    ]
    return " · ".join([", ".join(names), *(note for note in notes if note)])


def _ordinal(one: int) -> str:
    return {2: "2nd"}.get(one, f"{one}th")
