"""Which event files of one folder begin a training again, though the steps alone may look like further epochs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trainmon.runs.readers.stores.event_file import EventFile
from trainmon.runs.run import AttemptRecord
from trainmon.stats.arrays import Floats


def starts(files: Sequence[EventFile], time: Floats) -> tuple[AttemptRecord, ...]:
    """Return the attempts that begin with one of these files, in the order of their beginning; `time` is that of all rows.

    Such a file has a tag of the files before it at an earlier step than they ended with. Where none of those tags comes later
    than the training's first files had it, the training begins afresh.
    """
    found: list[AttemptRecord] = []
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for file in files:
        again = [tag for tag in file.spans if tag in last]
        row = int(np.argmax(time >= file.began)) if len(time) else 0
        if row and any(file.spans[tag].first < last[tag] for tag in again):
            resumed = any(file.spans[tag].first > first[tag] for tag in again)
            found.append(AttemptRecord(str(len(found) + 2), row, started=file.began, resumed=resumed))
            first, last = (first, last) if resumed else ({}, {})
        for tag, span in file.spans.items():
            first.setdefault(tag, span.first)
            last[tag] = span.last
    return tuple(found)
