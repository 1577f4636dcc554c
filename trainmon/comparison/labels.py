"""What runs and groups are called beside each other."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from trainmon import wording
from trainmon.analysis import Analysis

SEED_AT_THE_END = re.compile(r"[-_ .@/(=#]*(seeds?|s|run|rep)?[-_ .=#]*\d*$", re.IGNORECASE)


def labels_of(analyses: Sequence[Analysis]) -> list[str]:
    """Return a name for each run; where several share one, the folder above or the end of the id tells them apart."""
    names = [a.run.name + (f" @{a.attempt}" if a.attempt else "") for a in analyses]
    both = list(zip(analyses, names, strict=True))
    longer = [f"{a.run.path.parent.name}/{name}" if names.count(name) > 1 else name for a, name in both]
    both = list(zip(analyses, longer, strict=True))
    return [f"{name} ({a.run.id[-6:]})" if longer.count(name) > 1 else name for a, name in both]


def side_labels(labels: Sequence[str], sides: Sequence[tuple[int, ...]]) -> list[str]:
    """Return a name for each side: a group is called what its runs' names begin with."""
    names = []
    for members in sides:
        name = labels[members[0]]
        if len(members) > 1:
            common = SEED_AT_THE_END.sub("", os.path.commonprefix([labels[place] for place in members]))
            name = wording.group_label(common or name, len(members))
        names.append(name)
    return [f"{name}, {labels[one[0]]}" if names.count(name) > 1 else name for name, one in zip(names, sides, strict=True)]
