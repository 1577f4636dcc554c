"""A best point whose model is not on disk, though it lies on the rhythm of saving: it was deleted.

The best point is that of the validation, else of the smoothed train loss. Its model is missing where at least three others are
there at even steps, the best point lies on one of these steps, and no model is near it. The finding names the best one that is
left, and what it costs to use it.

When it is wrong: the model may have been moved on purpose, or the folder copied without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.diagnosis.inputs import Inputs

KIND = "missing_checkpoint"


def find_missing_checkpoint(inputs: Inputs) -> Iterator[Finding]:
    """Yield a best point whose model was saved by the usual rhythm, and is not there any more."""
    lost = inputs.lost_best
    if lost is None:
        return
    evidence = {"best": Evidence(lost.value), "saved": Evidence(lost.saved, "checkpoints")}
    if lost.best_saved is not None and lost.percent_above is not None:
        evidence["best_saved"] = Evidence(lost.best_saved)
        evidence["worse"] = Evidence(lost.percent_above, "%")
        if lost.best_saved_step is not None:
            evidence["best_saved_step"] = Evidence(lost.best_saved_step, "step")
    yield Finding(KIND, "notice", lost.metric, (lost.row,), evidence)


CHECK = Check(KIND, ("notice",), find_missing_checkpoint)
