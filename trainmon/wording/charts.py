"""What stands under and on the charts."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.formats import count, loss


def chart_caption(
    *,
    drawn: int,
    rows: int,
    of: int | None = None,
    weight: float = 0.0,
    smoothed: bool = False,
    hidden: int = 0,
    non_finite: int = 0,
    superseded: int = 0,
) -> str:
    """Return what a chart does not show as it was logged: cut off (`of` rows), thinned, smoothed, hidden, not finite.

    A `weight` that was asked for says nothing where no line was long enough to be `smoothed`.
    """
    part = f"the newest {count(rows)} of {count(of)} rows" if of is not None and of > rows else f"all {count(rows)} rows"
    parts = [
        f"{part} drawn" if drawn >= rows else f"{count(drawn)} of {part.removeprefix('all ')} drawn, extremes kept",
        f"EMA {weight:.3g}, debiased" if smoothed else "too few to smooth" if weight else "",
        f"{count(hidden)} values <= 0 hidden" if hidden else "",
        f"{count(non_finite)} not finite" if non_finite else "",
        f"{count(superseded)} rows superseded by a later attempt, dotted" if superseded else "",
    ]
    return " · ".join(part for part in parts if part)


def chart_description(what: str, names: Sequence[str], along: str) -> str:
    """Return what a chart shows, for those who hear it."""
    return f"{what} ({', '.join(names)}) along {along}"


def best_point(by: str, value: float, place: str) -> str:
    """Return the best point in one line: "0.8978 (validation loss) at epoch 1, step 250, global step 550"."""
    return f"{loss(value)} ({by}) at {place}"


HOW_TO_ZOOM = "drag to move, Ctrl + wheel to zoom, double click to reset"


def epoch_caption(logged: bool) -> str:
    """Return where the mean losses of the epochs are from."""
    return "the mean loss of each epoch, as logged" if logged else "the mean of the logged train rows of each epoch"


RESUMES = "dashed: resumed"
FAINT_LINE = "the faint line is the train loss as logged"


def starred(best: str) -> str:
    """Return what the star on a chart is."""
    return f"star: the best point, {best}"
