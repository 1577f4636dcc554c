"""What the pages say."""

from __future__ import annotations

from trainmon.wording.formats import (
    NOT_LOGGED,
    along,
    clock,
    count,
    duration,
    learning_rate,
    loss,
    memory,
    number,
    on_one_line,
    short_name,
    steps,
)

NO_VALIDATION = "no validation yet"
LETTERS_ON_A_TAB = 40  # of a run's name: of a longer one the middle gives way
UNKNOWN_RUN_HELP = "It may lie in a folder that this app was not started with, or it was moved: a run's id goes with its path."
INTERIM = "This is an interim report: the training was not over when it was made, and its figures will change."


def choose_run(runs: int) -> str:
    """Return the invitation to choose one of several runs."""
    return "Choose the run" if runs == 1 else f"Choose one of {count(runs)} runs"


def ignored_parameter(part: str) -> str:
    """Return that a part of the address made no sense."""
    return f"The address holds {part[:80]!r}, which is not a number of rows: all rows are shown."


def part_shown(attempt: int | None, chain: int | None, chains: int, attempts: int) -> str:
    """Return which part of a run the figures are about, "" where it is all of it."""
    return f"attempt {attempt} of {attempts}" if attempt else f"chain {chain} of {chains} in this run" if chains > 1 else ""


def epochs_done(epoch_count: int | None, total: float | None) -> str:
    """Return the epoch counted from 1: "3 of 3", "3", or that none was logged."""
    if epoch_count is None:
        return NOT_LOGGED
    return f"{epoch_count} of {number(total)}" if total else f"{epoch_count}"


def logged_as(epoch: float | None) -> str:
    """Return the epoch as the training itself numbers it."""
    return f"logged as epoch {number(epoch)}" if epoch is not None else ""


def global_position(global_step: int | None, total: int | None, counted: str = "step") -> str:
    """Return the step counted over all epochs: "global step 450 of 725"."""
    if global_step is None or (counted == "row" and not total):
        return ""
    return f"{along(counted)} {count(global_step)}" + (f" of {count(total)}" if total else "")


def at_place(place: int | None, global_step: int | None = None, counted: str = "step") -> str:
    """Return where a value was logged: "at step 250, global step 550", "at global step 550" where its row has no step.

    `counted` is what the log counts: "at epoch 12", "at row 12".
    """
    return f"at {counted} {steps(place, global_step)}" if place is not None else at_global_step(global_step)


def whole_percent(fraction: float) -> int:
    """Return a fraction in whole percent, rounded down: 100 % is said of nothing that is not done."""
    return int(100 * fraction + 1e-9)


def tab_title(run: str, fraction: float | None, state: str, page: str) -> str:
    """Return what stands on the tab of a browser, where only the beginning is seen: "62 % running · coach_ai · Loss curves"."""
    share = f"{whole_percent(fraction)} % " if fraction is not None else ""
    return f"{share}{state} · {short_name(on_one_line(run), LETTERS_ON_A_TAB)} · {page}"


def ends_about(left: tuple[float, float, float], now: float, *, past: bool) -> str:
    """Return the forecast: "ends about 14:35 (14:29 to 14:41), in 12 min", in a look at the past without the time to it.

    `left` are the seconds that are left at `now`, and the range in which they lie.
    """
    ends, low, high = (clock(now + seconds, now=now) for seconds in left)
    between = f" ({low} to {high})" if low != high else ""
    return f"was to end about {ends}{between}" if past else f"ends about {ends}{between}, in {duration(left[0])}"


def slower_than_before(slower: float, *, past: bool) -> str:
    """Return by which fraction a step takes longer (less than 0: less time) than an hour before, "" where that is little."""
    if abs(slower) < 0.05:
        return ""
    return f"{100 * abs(slower):.0f} % {'slower' if slower > 0 else 'faster'} than an hour {'before' if past else 'ago'}"


def on_disk(name: str | None) -> str:
    """Return whether the model of the best point was saved."""
    return f"saved as {name}" if name else "no checkpoint of it was found on disk"


def problem_line(file: str, line: int | None, reason: str) -> str:
    """Return a problem with its place: "training_metrics.csv, line 14: ..."."""
    return f"{file}, line {line}: {reason}" if line is not None else f"{file}: {reason}"


DEMO_OFFER = "The demo trains something small and real on this machine for a few minutes, and logs it here."
CHOOSE_TO_COMPARE = "Choose two runs or more: they are drawn on the same axes, with their best and last values beside each other."


def started(moment: float | None, now: float) -> str:
    """Return when the training started, "" where that is not known."""
    return f"started {clock(moment, now=now)}" if moment is not None else ""


def best_value(value: float | None, at_best: str) -> str:
    """Return the best value with its place: "best 1.0234 at step 250"."""
    return " ".join(part for part in (f"best {loss(value)}", at_best) if part) if value is not None else ""


def lowest_memory(megabytes: float | None) -> str:
    """Return the least memory that was available."""
    return f"lowest {memory(megabytes)}" if megabytes is not None else ""


def rate_line(value: float | None) -> str:
    """Return the learning rate with its name."""
    return f"LR {learning_rate(value)}" if value is not None else ""


def readings(values: int) -> str:
    """Return how often a value was logged."""
    return f"{count(values)} readings" if values != 1 else "1 reading"


def at_global_step(step: int | None, counted: str = "step") -> str:
    """Return where a value was logged, counted over all epochs."""
    return f"at {along(counted)} {count(step)}" if step is not None else ""


def attempt_of(label: str, attempt: int) -> str:
    """Return what one attempt of a run is called in a list."""
    return f"{label}, attempt {attempt}"


def attempt_kind(resumed: bool) -> str:
    """Return how an attempt began."""
    return "resumed" if resumed else "fresh start"


def row_range(start: int, stop: int) -> str:
    """Return which rows of the file, counted from 1: "304 to 606 (303 rows)"."""
    return f"{count(start + 1)} to {count(stop)} ({count(stop - start)} rows)"
