"""What reports say, beside the figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

from trainmon.wording.app import at_global_step, lowest_memory
from trainmon.wording.formats import clock, count, loss, number, percent
from trainmon.wording.missing import passing
from trainmon.wording.states import as_of

NOT_RECORDED = "not recorded"
NOTHING_TO_JUDGE = "Nothing to judge: no train loss was logged."


def total_of(counted: str) -> str:
    """Return what all steps of a training together are called: "Total steps", "Total rows"."""
    return f"Total {counted}s"


def speed_name(counted: str) -> str:
    """Return what the speed of a training is called: "Steps per second"; epochs are rarely as fast as that."""
    return "Speed" if counted == "epoch" else f"{counted.capitalize()}s per second"


def steps_logged(steps: int, logged: int) -> str:
    """Return the steps taken where only every so many were logged: "7 242 (147 logged)"."""
    return f"{count(steps)} ({count(logged)} logged)"


def usual_settings(count_of: int) -> str:
    """Return what is folded away of a configuration: "94 more: empty, off, or what the library sets by itself"."""
    return f"{count(count_of)} more: empty, off, or what the library sets by itself"


def lowest_memory_at(megabytes: float, step: int | None) -> str:
    """Return the least memory that was available, and where."""
    return " ".join(part for part in (lowest_memory(megabytes), at_global_step(step)) if part)


def made_at(state: str, evidence: str, part: str, now: float) -> str:
    """Return what heads a report: the state with its evidence, the part of the run, and when it was made."""
    return " · ".join(words for words in (f"{state}: {evidence}", part, made_on(now)) if words)


def made_on(now: float) -> str:
    """Return when a report was made."""
    return f"this report was made on {clock(now)}"


def from_to(first: float, last: float) -> str:
    """Return where a value began and where it is: "0.2100 to 0.8300"."""
    return f"{loss(first)} to {loss(last)}"


def why_reward(trend: int | None) -> str:
    """Return why a reward is graded as it is."""
    return "a reward should rise" if trend is not None else "too few values to see a trend of the reward"


def reward_went(metric: str, first: float, last: float, trend: int | None) -> str:
    """Return in a sentence what became of the reward; `trend` is its sign, None where it cannot be told."""
    moved = {1: "rose", 0: "shows no trend", -1: "fell", None: "has too few values to judge"}[trend]
    return f"The reward ({metric}) {moved}: from {loss(first)} to {loss(last)}. Here it is the measure, and the loss is none."


def how_it_went(first: float, final: float, fell: float, values: int, not_finite: int, of: int) -> str:
    """Return in a sentence what became of the train loss: `final` is the trimmed mean of its last `values`, `fell` in percent."""
    by = f" by {percent(abs(fell))}" if math.isfinite(fell) and final != first else ""
    moved = "fell" if final < first else "rose" if final > first else "stayed"
    finite = "finite " if not_finite else ""
    smooth = f" (the trimmed mean of its last {count(values)} {finite}values)" if values > 1 else ""
    out = f"; {count(not_finite)} of its {count(of)} values are not finite and left out" if not_finite else ""
    return f"Train loss {moved}{by}, from {loss(first)} to {loss(final)}{smooth}{out}."


def best_validation(value: float | None, where: str) -> str:
    """Return the best validation loss as a sentence."""
    if value is None:
        return "No validation loss was logged."
    return f"The best validation loss is {' '.join(part for part in (loss(value), where) if part)}."


def worth_a_look(poor: Sequence[tuple[str, str]], graded: int) -> str:
    """Return which of the guide's key metrics are bad (name and value), or that none is."""
    if not graded:
        return "Too little was logged to grade the guide's key metrics."
    if not poor and graded == 1:
        return "The one key metric that could be graded is not bad."
    if not poor:
        return f"None of the {'four key metrics' if graded == 4 else f'{graded} key metrics that could be graded'} is bad."
    return f"Worth a look: {'; '.join(f'{name.lower()} is {value}' for name, value in poor)}."


def best_of(value: float | None, where: str) -> str:
    """Return the best value of a metric with its place: "0.8123 at step 250"."""
    return " ".join(part for part in (number(value), where) if part)


def lowest_and_highest(lowest: float, highest: float) -> str:
    """Return what stands for the best value of a metric of which nobody knows whether it is better high."""
    return f"{number(lowest)} to {number(highest)} (which is better is not known)"


def commit(name: str, dirty: bool) -> str:
    """Return the commit of the training's code, shortened, and whether its files differed from it."""
    return f"commit {name[:10]}" + (" with changes that were not committed" if dirty else "") if name else ""


def nothing_to_report(folder: str) -> str:
    """Return that a folder holds no run."""
    return f"Nothing to show: no training log was found in {folder} or below it. The first tracker.log_step(...) begins one."


def nothing_to_plot(plot: str, folder: str, origin: str) -> str:
    """Return why a plot cannot be drawn; `origin` is the format of the log."""
    missing = {
        "loss_curves": "no loss was logged",
        "memory_usage": "no memory was logged" + passing("memory_mb", origin),
        "learning_rate": "no learning rate that changes was logged" + passing("learning_rate", origin),
        "dashboard": "no row was logged",
    }
    return f"Nothing to plot for {plot}: {missing[plot]} in {folder}."


def not_in_a_notebook(plot: str) -> str:
    """Return why nothing is seen of a plot."""
    return f"{plot} is displayed in a notebook only; with save=True it is written as a PNG picture."


def thinned_report(kept: int, total: int) -> str:
    """Return that a report does not carry all rows of its run."""
    return f"this report carries {count(kept)} of the run's {count(total)} rows: those that draw the same lines"


FINAL_REPORT = "Training report"
INTERIM_REPORT = "Training report (interim)"
BY_SUMMARY = "by the training's summary"


def report_as_of(place: str) -> str:
    """Return what a report on the past is called."""
    return f"Training report {as_of(place)}"


def mean_of_last(values: int) -> str:
    """Return what a speed at the end was taken from."""
    return f"mean of the last {count(values)} logged values"


def mean_of_all(values: int) -> str:
    """Return what a speed of the whole training was taken from."""
    return f"mean of all {count(values)} logged values"


def speed_of(value: str, source: str) -> str:
    """Return a speed with what it was taken from."""
    return f"{value} ({source})" if source else value


def report_title(run: str) -> str:
    """Return what a report is called in a browser's tab."""
    return f"{run} · training report"


def report_footer(kept: int, total: int) -> str:
    """Return what a report carries, and how to open it."""
    rows = f"all {count(total)} rows of the run" if kept == total else f"{count(kept)} of the run's {count(total)} rows, thinned"
    return f"This file carries {rows}: trainmon status, trainmon compare and the app open it as a run."


def missing_library(part: str, library: str, package: str) -> str:
    """Say that a part of trainmon needs a library, and how to install it."""
    return f"{part} needs {library}, which cannot be imported here: python -m pip install {package}"
