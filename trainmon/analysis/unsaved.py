"""How much work a training did since its newest saved model, where it has a rhythm of saving."""

from __future__ import annotations

import numpy as np

from trainmon.analysis.saved_models import NEAR, SavedModels
from trainmon.analysis.series import Stretch
from trainmon.diagnosis.inputs import Unsaved


def unsaved_of(stretch: Stretch, saved: SavedModels) -> Unsaved | None:
    """Return the work since the newest saved model, None where no rhythm of saving is known or the rows tell no time.

    A rhythm that is only seen is none where the newest model is the best one: then the best alone may be saved.
    """
    usual, place = saved.usual_gap, saved.newest_place
    if usual is None or not np.isfinite(place) or not (saved.configured or saved.regular):
        return None
    if not saved.configured and saved.best_step is not None and saved.best_step <= place + NEAR * usual:
        return None
    rows = stretch.run.rows
    along = stretch.on_line(rows.values("epoch") if stretch.counted == "epoch" else stretch.run.global_step)
    later = np.flatnonzero(along > place)
    if not len(later):
        return None
    first = int(later[0])
    seconds = float(stretch.relative[-1] - stretch.relative[max(0, first - 1)])
    if not np.isfinite(seconds):
        return None
    return Unsaved(seconds, float(np.nanmax(along) - place), usual, place, int(stretch.line[first]))
