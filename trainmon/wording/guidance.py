"""What to do where there is nothing to show yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainmon.wording.formats import count

OTHER_TOOLS = "Hugging Face, Lightning, Keras, YOLO, TensorBoard, W&B, Trackio, JSON, tables, what a training printed"
GOES_ON = "This page goes on by itself as soon as data appears."


@dataclass(frozen=True)
class Guidance:
    """What an empty page says: what was looked for and where, what was found, the guide's three checks, and what to do next."""

    title: str
    looked_for: tuple[str, ...]
    found: tuple[str, ...]
    checks: tuple[str, str, str]
    next_step: str
    command: str


def no_log_in(path: object, is_file: bool) -> str:
    """Return why nothing can be opened at a path that exists and can be read."""
    if is_file:
        return f"{path} is no training log that can be read: it has neither a table with a header, nor lines that name a loss."
    return f"{path} holds no training log: neither training_metrics.csv nor the log of another tool was found in it."


def store_of_many(path: object, runs: Sequence[object]) -> str:
    """Return why the store of several runs is none itself, and how one of them is named."""
    if not runs:
        return f"{path} is a store of Trackio that holds no run yet."
    return f"{path} holds runs of Trackio ({count(len(runs))}); name one of them, as {runs[0]}."


def no_root(problems: Sequence[tuple[str, str]], command: str) -> Guidance:
    """Return the guidance where no folder that the app was pointed at can be read; `problems` are (path, reason)."""
    found = tuple(f"{path} {reason}" for path, reason in problems)
    checks = ("Does the folder exist? No, or this user may not read it.", _STARTED, _ERRORS)
    looked = _looked_for([path for path, _ in problems])
    return Guidance("No folder to look in", looked, found, checks, "Point the app at the folder of your training:", command)


def no_runs(roots: Sequence[str], command: str) -> Guidance:
    """Return the guidance where the folders exist and hold no run."""
    checks = ("Does the folder exist? Yes.", _STARTED, _ERRORS)
    return Guidance("No runs yet", _looked_for(roots), ("no run",), checks, "Look at what is there:", command)


def header_only(file: str, command: str) -> Guidance:
    """Return the guidance for a log that has its header and no row yet."""
    checks = ("Does the folder exist? Yes.", f"{_STARTED} No row has been logged yet.", _ERRORS)
    looked, found = (f"the first row of {file}",), ("the header, and no row below it",)
    return Guidance("Waiting for the first row", looked, found, checks, "Follow the file:", command)


def nothing_readable(path: str, problems: Sequence[str], command: str) -> Guidance:
    """Return the guidance for a run whose files hold no row that can be read."""
    checks = ("Does the folder exist? Yes.", _STARTED, _ERRORS)
    looked = (f"rows in the files of {path}",)
    return Guidance("No row can be read", looked, tuple(problems), checks, "Look at the files:", command)


def no_rows_in_log(path: str, command: str) -> Guidance:
    """Return the guidance for the log of another tool that has no row yet."""
    checks = ("Does the file exist? Yes.", f"{_STARTED} It has logged nothing that can be read yet.", _ERRORS)
    looked, found = (f"the first row of {path}",), ("no row",)
    return Guidance("Waiting for the first row", looked, found, checks, "Look at what is there:", command)


def only_json(path: str, command: str) -> Guidance:
    """Return the guidance for a run that has JSON files with no row in them and no CSV."""
    checks = ("Does the folder exist? Yes.", _STARTED, _ERRORS)
    looked = (f"training_metrics.csv in {path}",)
    return Guidance("No rows yet", looked, ("only JSON files, without rows",), checks, "Look at what is there:", command)


def _looked_for(roots: Sequence[str]) -> tuple[str, ...]:
    own = (f"training_metrics.csv in {root} and the folders below it" for root in roots)
    return (*own, f"logs of other tools there: {OTHER_TOOLS}")


_STARTED = "Has the training started?"
_ERRORS = "Are there errors in the notebook or the terminal that trains?"
