"""Every number format and sentence that a person reads, made from values: a second language is a second table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

NOT_LOGGED = "not logged"
THIN_SPACE = "\u2009"


def loss(value: float | None) -> str:
    """Return a loss with four decimals, or in scientific notation where these would hide it."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    if math.isinf(value):
        return "infinite"
    if value != 0 and (abs(value) < 0.001 or abs(value) >= 1e5):
        return f"{value:.4g}"
    return f"{value:.4f}"


def count(value: float | None) -> str:
    """Return a step or a number of rows with thin spaces between the thousands."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return f"{round(value):,}".replace(",", THIN_SPACE)


def number(value: float | None) -> str:
    """Return any other figure with four significant digits."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return f"{value:.4g}"


def percent(value: float | None) -> str:
    """Return a percentage (65.3 -> "65.3 %")."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return f"{value:.1f} %"


def duration(seconds: float | None) -> str:
    """Return a duration in at most two units: "40 s", "12 min 5 s", "2 h 18 min", "3 d 4 h"."""
    if seconds is None or math.isnan(seconds):
        return NOT_LOGGED
    if math.isinf(seconds):
        return "for ever"
    if 0 < seconds < 1:
        return f"{seconds:.1f} s"
    total = round(seconds)
    for size, unit, below, small in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if total >= size:
            rest = total % size // below
            return f"{total // size} {unit}" + (f" {rest} {small}" if rest else "")
    return f"{total} s"


def clock(moment: float | None, *, now: float | None = None) -> str:
    """Return a moment (seconds since 1970) as local clock time, with the date where it is not on the day of `now`."""
    if moment is None or math.isnan(moment):
        return NOT_LOGGED
    local = datetime.fromtimestamp(moment)
    same_day = now is not None and local.date() == datetime.fromtimestamp(now).date()
    return local.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M")


def memory(megabytes: float | None) -> str:
    """Return an amount of memory: "8,500 MB", from 10 GB on "12.3 GB"."""
    if megabytes is None or math.isnan(megabytes):
        return NOT_LOGGED
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 10_000 else f"{megabytes:,.0f} MB"


def learning_rate(value: float | None) -> str:
    """Return a learning rate as Python writes it: 1e-05, 0.0003."""
    if value is None or math.isnan(value):
        return NOT_LOGGED
    return f"{value:.4g}"


def throughput(samples_per_second: float | None) -> str:
    """Return samples/s, or seconds a sample where it is below 1."""
    if samples_per_second is None or math.isnan(samples_per_second) or samples_per_second <= 0:
        return NOT_LOGGED
    if samples_per_second < 1:
        return f"{1 / samples_per_second:.1f} s/sample"
    return f"{samples_per_second:,.1f} samples/s"


# Charts


LOWEST_MEMORY = "1 GB: available memory should never fall below this"
LOW_MEMORY = "5 GB: getting short"


def chart_caption(
    *,
    drawn: int,
    rows: int,
    of: int | None = None,
    weight: float = 0.0,
    hidden: int = 0,
    non_finite: int = 0,
    superseded: int = 0,
) -> str:
    """Return what a chart does not show as it was logged: cut off (`of` rows), thinned, smoothed, hidden, not finite."""
    part = f"the newest {rows:,} of {of:,} rows" if of is not None and of > rows else f"all {rows:,} rows"
    parts = [
        f"{part} drawn" if drawn >= rows else f"{drawn:,} of {part.removeprefix('all ')} drawn, extremes kept",
        f"EMA {weight:.3g}, debiased" if weight else "",
        f"{hidden:,} values <= 0 hidden" if hidden else "",
        f"{non_finite:,} not finite" if non_finite else "",
        f"{superseded:,} rows superseded by a later attempt, dotted" if superseded else "",
    ]
    return " · ".join(part for part in parts if part)


def chart_description(what: str, names: Sequence[str], along: str) -> str:
    """Return what a chart shows, for those who hear it."""
    return f"{what} ({', '.join(names)}) along {along}"


def best_point(by: str, value: float, epoch: float | None, step: int | None) -> str:
    """Return the best point in one line: "0.8978 (validation loss) at epoch 1, step 250"."""
    return f"{loss(value)} ({by}) at {position(epoch, step)}"


def position(epoch: float | None, step: int | None) -> str:
    """Return a position as it was logged: "epoch 1, step 250"."""
    parts = [f"epoch {number(epoch)}" if epoch is not None else "", f"step {count(step)}" if step is not None else ""]
    return ", ".join(part for part in parts if part) or "a row without a step"


# -- what a state rests on -------------------------------------------------------------------------------------------


def moment_of(moment: float | None, now: float) -> str:
    """Return when something happened, as a phrase: "3 s ago", "at 14:35", "on 2026-01-31 14:35"."""
    if moment is None or math.isnan(moment):
        return "at an unknown time"
    if 0 <= now - moment < 3600:
        return f"{duration(now - moment)} ago"
    text = clock(moment, now=now)
    return f"at {text}" if len(text) == 5 else f"on {text}"


def recorded_end(end: str, ended: float | None, reason: str | None, now: float) -> str:
    """Return the evidence of an end that the tracker recorded."""
    why = f": {reason}" if reason else ""
    return f"the tracker recorded it as {end} {moment_of(ended, now)}{why}"


def process_gone(pid: int | None, last_row: float | None, now: float) -> str:
    """Return the evidence of a process that ended without a word."""
    return f"process {pid} is gone and recorded no end; last row {moment_of(last_row, now)}"


def process_alive(pid: int | None, age: float | None, gap: float) -> str:
    """Return the evidence of a process that lives."""
    return f"process {pid} is alive; " + (last_sign(age, gap) if age is not None else "no row carries a time")


def last_sign(age: float, gap: float) -> str:
    """Return how long ago the newest sign of life was, against the usual gap between rows (seconds, NaN unknown)."""
    usual = f", usually every {duration(gap)}" if math.isfinite(gap) else ""
    return f"last row {duration(age)} ago{usual}"


def cut_off(rows: int, last_row: float | None, now: float) -> str:
    """Return the evidence where only the first rows of a run that went on are looked at."""
    return f"as it was at row {count(rows)}, {moment_of(last_row, now)}; it has gone on since"


def plan_reached(total_steps: int | None, total_epochs: float | None, last_row: float | None, now: float) -> str:
    """Return the evidence of a plan that was reached."""
    what = f"{number(total_epochs)} epochs" if total_epochs else f"{count(total_steps)} steps"
    return f"the planned {what} are done; last row {moment_of(last_row, now)}"


def summary_written(moment: float, now: float) -> str:
    """Return the evidence of a summary that is not older than the last row."""
    return f"a summary was written after the last row, {moment_of(moment, now)}"


# -- what belongs beside every figure ----------------------------------------------------------------------------------


def attempts_label(first: int, last: int, total: int) -> str:
    """Return which attempts of a file are looked at: "attempt 2 of 4", "attempts 1 to 3 of 4", "" where there is one."""
    if total == 1:
        return ""
    return f"attempt {first} of {total}" if first == last else f"attempts {first} to {last} of {total}"


def newer_chain(number: int, total: int, rows: int) -> str:
    """Return the notice that a newer chain in the same file is not what the figures are about."""
    newer = f"This file has a newer chain ({number} of {total}) with {count(rows)} rows"
    return f"{newer}; these figures are about the longer one."


def judged_chain(number: int, total: int, rows: int) -> str:
    """Return the notice that reports speak of another chain in the same file."""
    return f"Report and comparison speak of chain {number} of {total} in this file, which has {count(rows)} rows."


def never_filled(metric: str, values: int) -> str:
    """Return the notice that a loss column holds nothing but zeros."""
    return f"{metric} is exactly 0 on all {count(values)} rows: it was never filled, so there is no best value."


def non_finite(metric: str, values: int) -> str:
    """Return the notice that some values are nan or infinite."""
    return f"{metric} has {count(values)} values that are not finite (nan or infinite)."


# -- comparisons -----------------------------------------------------------------------------------------------------


def nothing_to_compare(metric: str, labels: Sequence[str]) -> str:
    """Return why no run can be called better: at most one of them has the metric."""
    if not labels:
        return f"None of these runs has a {metric} yet."
    return f"Only {labels[0]} has a {metric}; a comparison needs two."


def which_is_better(metric: str, first: str, best: float, second: str, second_best: float, differing: Sequence[str]) -> str:
    """Return which of two runs has the better best value, by how much, and in what their configurations differ."""
    differ = f" They differ in {_listed(differing)}." if differing else ""
    if best == second_best:
        return f"{first} and {second} have the same best {metric}, {loss(best)}.{differ}"
    by = f", {percent(100 * (second_best - best) / abs(second_best))} below" if second_best else ", below"
    return f"{first} has the best {metric}: {loss(best)}{by} {second} ({loss(second_best)}).{differ}"


def _listed(names: Sequence[str], most: int = 4) -> str:
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {more} more settings"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


# -- what the app says -------------------------------------------------------------------------------------------------

NO_VALIDATION = "no validation yet"
UNKNOWN_RUN_HELP = "It may lie in a folder that this app was not started with, or it was moved: a run's id goes with its path."
GOES_ON = "This page goes on by itself as soon as data appears."
INTERIM = "The training still runs: this is an interim report, and its figures will change."


def run_label(name: str, identity: str) -> str:
    """Return what a run is called in a list: its name, and the part of its id that tells it from others of that name."""
    return f"{name} · {identity.rpartition('-')[2]}"


def choose_run(runs: int) -> str:
    """Return the invitation to choose one of several runs."""
    return "Choose the run" if runs == 1 else f"Choose one of {runs:,} runs"


def ignored_parameter(part: str) -> str:
    """Return that a part of the address made no sense."""
    return f"The address holds {part[:80]!r}, which is not a number of rows: all rows are shown."


def part_shown(attempt: int | None, chain: int | None, chains: int, attempts: int, until: int | None) -> str:
    """Return which part of a run the figures are about, "" where it is all of it."""
    pinned = f"the first {count(until)} rows only" if until is not None else ""
    which = f"attempt {attempt} of {attempts}" if attempt else f"chain {chain} of {chains} in this run" if chains > 1 else ""
    return " · ".join(part for part in (which, pinned) if part)


def epochs_done(epoch_count: int | None, total: float | None) -> str:
    """Return the epoch counted from 1: "3 of 3", "3", or that none was logged."""
    if epoch_count is None:
        return NOT_LOGGED
    return f"{epoch_count} of {number(total)}" if total else f"{epoch_count}"


def logged_as(epoch: float | None) -> str:
    """Return the epoch as the training itself numbers it."""
    return f"logged as epoch {number(epoch)}" if epoch is not None else ""


def global_position(global_step: int | None, total: int | None) -> str:
    """Return the step counted over all epochs: "global step 450 of 725"."""
    if global_step is None:
        return ""
    return f"global step {count(global_step)}" + (f" of {count(total)}" if total else "")


def at_step(step: int | None) -> str:
    """Return where a value was logged: "at step 250"."""
    return f"at step {count(step)}" if step is not None else ""


def speed(steps_per_second: float | None) -> str:
    """Return steps/s, or seconds a step where it is below 1."""
    if steps_per_second is None or math.isnan(steps_per_second) or steps_per_second <= 0:
        return NOT_LOGGED
    return f"{number(steps_per_second)} steps/s" if steps_per_second >= 1 else f"{number(1 / steps_per_second)} s/step"


def progress_line(fraction: float, left: tuple[float, float, float] | None, slower: float | None, now: float) -> str:
    """Return progress and forecast: "62 % · ends about 14:35 (14:29 to 14:41), in 12 min · 8 % slower than an hour ago".

    `left` are the seconds that are left, and the range in which they lie; `slower` is by which fraction a step takes longer.
    """
    parts = [f"{100 * fraction:.0f} %"]
    if left is not None:
        ends, low, high = (clock(now + seconds, now=now) for seconds in left)
        between = f" ({low} to {high})" if low != high else ""
        parts.append(f"ends about {ends}{between}, in {duration(left[0])}")
    if slower is not None and abs(slower) >= 0.05:
        parts.append(f"{100 * abs(slower):.0f} % {'slower' if slower > 0 else 'faster'} than an hour ago")
    return " · ".join(parts)


def on_disk(name: str | None) -> str:
    """Return whether the model of the best point was saved."""
    return f"saved as {name}" if name else "no checkpoint of it was found on disk"


def best_line(by: str, value: float, epoch: float | None, step: int | None, saved: str | None) -> str:
    """Return the best checkpoint in one line."""
    return f"{best_point(by, value, epoch, step)}; {on_disk(saved)}"


def problem_line(file: str, line: int | None, reason: str) -> str:
    """Return a problem with its place: "training_metrics.csv, line 14: ..."."""
    return f"{file}, line {line}: {reason}" if line is not None else f"{file}: {reason}"


@dataclass(frozen=True)
class Guidance:
    """What an empty page says: what was looked for and where, what was found, the guide's three checks, and what to do next."""

    title: str
    looked_for: tuple[str, ...]
    found: tuple[str, ...]
    checks: tuple[str, str, str]
    next_step: str
    command: str


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


def only_json(path: str, command: str) -> Guidance:
    """Return the guidance for a run that has JSON files with no row in them and no CSV."""
    checks = ("Does the folder exist? Yes.", _STARTED, _ERRORS)
    looked = (f"training_metrics.csv in {path}",)
    return Guidance("No rows yet", looked, ("only JSON files, without rows",), checks, "Look at what is there:", command)


def _looked_for(roots: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"training_metrics.csv in {root} and the folders below it" for root in roots)


_STARTED = "Has the training started?"
_ERRORS = "Are there errors in the notebook or the terminal that trains?"

HOW_TO_ZOOM = "drag to move, Ctrl + wheel to zoom, double click to reset"
DEMO_OFFER = "The demo trains something small and real on this machine for a few minutes, and logs it here."
NO_LOSS = "No loss was logged yet: pass loss= to tracker.log_step()."
NO_EPOCH_ROWS = "No epoch was logged: tracker.log_epoch(epoch, avg_loss, val_loss=...) at the end of each one makes this table."
NO_MEMORY = "No memory was logged. Pass memory_mb to log_step, and it is drawn here:"
LOG_MEMORY = """from trainmon import get_available_memory

tracker.log_step(epoch, step, loss, memory_mb=get_available_memory())"""
NO_CONFIGURATION = "No configuration was logged: pass config= to MetricsTracker, or training_config= to save_summary."
CHOOSE_TO_COMPARE = "Choose two runs or more: they are drawn on the same axes, with their best and last values beside each other."


def overview_hint(runs: int) -> str:
    """Return what the table of all runs is for."""
    return f"{count(runs)} runs, the newest first. Click one to open it."


def started(moment: float | None, now: float) -> str:
    """Return when the training started, "" where that is not known."""
    return f"started {clock(moment, now=now)}" if moment is not None else ""


def best_value(value: float | None, step: int | None) -> str:
    """Return the best value with its step: "best 1.0234 at step 250"."""
    return " ".join(part for part in (f"best {loss(value)}", at_step(step)) if part) if value is not None else ""


def lowest_memory(megabytes: float | None) -> str:
    """Return the least memory that was available."""
    return f"lowest {memory(megabytes)}" if megabytes is not None else ""


def rate_line(value: float | None) -> str:
    """Return the learning rate with its name."""
    return f"learning rate {learning_rate(value)}" if value is not None else ""


def raw_best(value: float, epoch: float | None, step: int | None) -> str:
    """Return the lowest train loss that was logged, which is not the best checkpoint."""
    return f"lowest train loss {loss(value)} at {position(epoch, step)}"


def readings(values: int) -> str:
    """Return how often a value was logged."""
    return f"{count(values)} readings" if values != 1 else "1 reading"


def at_global_step(step: int | None) -> str:
    """Return where a value was logged, counted over all epochs."""
    return f"at global step {count(step)}" if step is not None else ""


def improvement(absolute: float | None, relative: float | None) -> str:
    """Return how far the loss fell: "3.2345 (65.3 %)"."""
    if absolute is None or math.isnan(absolute):
        return NOT_LOGGED
    return f"{loss(absolute)} ({percent(relative)})"


def setting(value: object) -> str:
    """Return the value of a setting as a person would write it; "" for nothing."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def cell(value: float) -> str:
    """Return a logged number for a table: whole ones as they are, others with six significant digits."""
    if not math.isfinite(value):
        return "not finite"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def moment(seconds: float) -> str:
    """Return a moment (seconds since 1970) as local date and time to the second, "" where none was logged."""
    return "" if math.isnan(seconds) else datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S")


def attempt_of(label: str, attempt: int) -> str:
    """Return what one attempt of a run is called in a list."""
    return f"{label}, attempt {attempt}"


def attempt_kind(resumed: bool) -> str:
    """Return how an attempt began."""
    return "resumed" if resumed else "fresh start"


def at_equal_step(step: int | None) -> str:
    """Return the heading of the values at the last step that all runs reached."""
    return f"At step {count(step)}, which all reached" if step is not None else "At an equal step"


def shared_settings(different: int, same: int) -> str:
    """Return how many settings the runs share."""
    if not different and not same:
        return "No configuration was logged for these runs."
    if not same:
        return "No setting is the same."
    if same == 1:
        return "One setting is the same." if different else "The only setting is the same."
    return f"{count(same)} settings are the same." if different else f"All {count(same)} settings are the same."


def row_range(start: int, stop: int) -> str:
    """Return which rows of the file, counted from 1: "304 to 606 (303 rows)"."""
    return f"{count(start + 1)} to {count(stop)} ({count(stop - start)} rows)"


# -- reports ---------------------------------------------------------------------------------------------------------


def epoch_caption(logged: bool) -> str:
    """Return where the mean losses of the epochs are from."""
    return "the mean loss of each epoch, as logged" if logged else "the mean of the logged train rows of each epoch"


NOT_RECORDED = "not recorded"
NO_ENVIRONMENT = "The environment was not recorded: MetricsTracker does so by itself for the trainings that it logs."
NOTHING_TO_JUDGE = "Nothing to judge: no train loss was logged."
FAINT_LINE = "the faint line is the train loss as logged"


def steps_logged(steps: str, logged: str) -> str:
    """Return the steps taken where only every so many were logged: "7,242 (147 logged)"."""
    return f"{steps} ({logged} logged)"


def starred(by: str, value: float, epoch: float | None, step: int | None) -> str:
    """Return what the star on a chart is."""
    return f"star: the best point, {best_point(by, value, epoch, step)}"


def lowest_memory_at(megabytes: float, step: int | None) -> str:
    """Return the least memory that was available, and where."""
    return " ".join(part for part in (lowest_memory(megabytes), at_global_step(step)) if part)


def made_at(state: str, evidence: str, part: str, now: float) -> str:
    """Return what heads a report: the state with its evidence, the part of the run, and when it was made."""
    return " · ".join(words for words in (f"{state}: {evidence}", part, f"report of {clock(now)}") if words)


def how_it_went(first: float, final: float, fell: float | None, best: float | None, best_step: int | None) -> str:
    """Return in a sentence what became of the loss."""
    by = f" by {percent(abs(fell))}" if fell is not None and math.isfinite(fell) else ""
    moved = "fell" if final < first else "rose" if final > first else "stayed"
    train = f"Train loss {moved}{by}, from {loss(first)} to {loss(final)}"
    if best is None:
        return f"{train}; no validation loss was logged."
    return f"{train}; {' '.join(part for part in ('the best validation loss is', loss(best), at_step(best_step)) if part)}."


def worth_a_look(poor: Sequence[tuple[str, str]], graded: int) -> str:
    """Return which of the guide's key metrics are bad (name and value), or that none is."""
    if not graded:
        return "Too little was logged to grade the guide's key metrics."
    if not poor:
        return (
            f"None of the {graded} key metrics that could be graded is bad."
            if graded < 4
            else "None of the four key metrics is bad."
        )
    return f"Worth a look: {'; '.join(f'{name.lower()} is {value}' for name, value in poor)}."


def commit(name: str, dirty: bool) -> str:
    """Return the commit of the training's code, shortened, and whether its files differed from it."""
    return f"commit {name[:10]}" + (" with changes that were not committed" if dirty else "") if name else ""


def nothing_to_report(folder: str) -> str:
    """Return that a folder holds no run."""
    return f"Nothing to show: no training log was found in {folder} or below it. The first tracker.log_step(...) begins one."


def nothing_to_plot(plot: str, folder: str) -> str:
    """Return why a plot cannot be drawn."""
    missing = {
        "loss_curves": "no loss was logged",
        "memory_usage": "no memory was logged (pass memory_mb= to log_step)",
        "learning_rate": "no learning rate that changes was logged (pass learning_rate= to log_step)",
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
