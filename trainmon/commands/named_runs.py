"""Which runs the paths of a command line name."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trainmon.errors import NotARunError, UsageError

if TYPE_CHECKING:
    from trainmon.analysis import Analysis
    from trainmon.runs.run import Run


def analyses(paths: Sequence[str]) -> tuple[list[Analysis], list[str]]:
    """Return an analysis of every run that the paths name, each once, and a sentence for each path that names none.

    Raises NotARunError, with all sentences, where no path names a run.
    """
    from trainmon.analysis import analyse

    found: dict[tuple[str, int | None], Analysis] = {}
    sentences = []
    now = time.time()
    for path in paths:
        try:
            for run, attempt in named(path):
                found.setdefault((run.id, attempt), analyse(run, now=now, attempt=attempt))
        except NotARunError as error:
            sentences.append(str(error))
    if not found:
        raise NotARunError(" ".join(sentences))
    return list(found.values()), sentences


def named(path: str) -> list[tuple[Run, int | None]]:
    """Return the runs that a path names: an attempt of a run, else the run there and all below it."""
    from trainmon.runs.opening import find_runs, open_run
    from trainmon.runs.readers.stores.trackio_store import is_store

    attempt = re.fullmatch(r"(.+)@(\d+)", path)
    if attempt and not Path(path).exists():
        run, number = open_run(attempt[1]), int(attempt[2])
        if not 1 <= number <= len(run.attempts):
            raise NotARunError(f"{attempt[1]} has no attempt {number}; it has {len(run.attempts)}.")
        return [(run, number)]
    here = Path(path).resolve()
    runs = find_runs(path) if here.is_dir() or is_store(here) else []
    return [(run, None) for run in sorted(runs, key=lambda run: run.path != here) or [open_run(path)]]


def only_one(path: str) -> tuple[Run, int | None]:
    """Return the run that a path names; the folder itself goes before those below it."""
    found = named(path)
    if len(found) > 1 and found[0][0].path != Path(path).resolve():
        names = ", ".join(str(run.path) for run, _ in found[:5]) + (" ..." if len(found) > 5 else "")
        raise UsageError(f"{path} holds {len(found)} runs; name one of them: {names}")
    return found[0]
