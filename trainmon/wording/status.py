"""What the page of one run says of how it stands."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.app import at_place, best_value, whole_percent
from trainmon.wording.formats import MINUS, NOT_FINITE, at_number, count, loss, number, percent

NEVER_FILLED = "never filled"
NO_FORECAST_YET = "when it ends can be told after a few more rows"
NO_TIMES_NO_FORECAST = "its rows carry no times: when it ends can be told after a few more were seen to come"
SILENT_NO_FORECAST = "no forecast while it is silent"
NOT_SAVED = "not found"
NO_BEST = "There is no best point yet: it takes a loss that was logged."
NO_MORE_CHARTS = "No metric but the loss changes in this training."


def how_far(fraction: float, done: tuple[int | None, float | None], counted: str, *forecast: str) -> str:
    """Return progress, position (`done` of how many) and forecast: "62 % · step 450 of 725 · ends about 14:35 ..."."""
    at, total = done
    of = number(total) if counted == "epoch" else count(total)
    position = f"{counted} {count(at)} of {of}" if at is not None and total else ""
    return side_by_side(f"{whole_percent(fraction)} %", position, *forecast)


def over_without_plan(state: str, place: int | None, global_step: int | None, counted: str = "step") -> str:
    """Return how far a training came that is over and of which no plan is known: "Finished at step 450"."""
    return " ".join(part for part in (state.capitalize(), at_place(place, global_step, counted)) if part)


def healthy(fell: float | None, values: int, validation: str, memory: str, *, goes_on: bool) -> str:
    """Return that a run looks healthy and why: "Healthy so far: loss fell by 65.3 % (smoothed), validation follows".

    `fell` is in percent, at the end over so many `values`; `validation` and `memory` are their grades, "" where there is none.
    """
    said = [
        f"loss fell by {percent(fell)}{' (smoothed)' if values > 1 else ''}" if fell is not None and fell > 0 else "",
        "validation follows" if validation == "good" else "",
        "memory is stable" if memory == "good" else "",
    ]
    why = ", ".join(each for each in said if each)
    return ("Healthy so far" if goes_on else "Looks healthy") + (f": {why}." if why else ".")


def broken_off(state: str, reason: str | None, verdict: str) -> str:
    """Return how a run broke off, for which reason where one was recorded, and what its rows looked like until then."""
    why = f": {reason.rstrip('.')}" if reason else ""
    return f"{state.capitalize()}{why}. Until then: {verdict[:1].lower()}{verdict[1:]}"


def loss_change(change: float | None, rows: int) -> str:
    """Return where the loss is going: "−0.0124 over the last 50 rows"."""
    if change is None:
        return ""
    sign = "±" if change == 0 else MINUS if change < 0 else "+"
    return f"{sign}{loss(abs(change))} over the last {count(rows)} rows"


def ends_not_finite(what: str, values: int) -> str:
    """Return that a loss ends with values that are nan or infinite."""
    return f"{what} ends with {count(values)} not finite {'value' if values == 1 else 'values'}"


def without_not_finite(said: str, values: int) -> str:
    """Return a figure with what it leaves out."""
    return f"{said}, without {count(values)} not finite {'value' if values == 1 else 'values'}" if values else said


def not_finite_any_more(place: int | None, last: float | None, counted: str = "step") -> str:
    """Return what stands for the last value of a loss that ends as nan: "not finite since step 120, last finite 0.6903"."""
    since = f" since {at_number(place, counted)}" if place is not None else ""
    return f"{NOT_FINITE}{since}" + (f", last finite {loss(last)}" if last is not None else "")


def not_finite_since(place: int | None, last: float | None, counted: str = "step") -> str:
    """Return since when a loss is no number, and what it was before."""
    since = f"since {at_number(place, counted)}" if place is not None else ""
    before = f"last finite {loss(last)}" if last is not None else ""
    return ", ".join(part for part in (since, before) if part)


def side_by_side(*parts: str) -> str:
    """Return the parts that say something, in one line."""
    return " · ".join(part for part in parts if part)


def saved_models(models: int, gap: float | None, counted: str = "step") -> str:
    """Return how many models are on disk, and how often they are saved: "12, every 200 steps", "9, every epoch"."""
    return f"{count(models)}{saved_every(gap, counted)}"


def saved_every(gap: float | None, counted: str) -> str:
    """Return as an ending how often models are saved: ", every 200 steps"; "" where that is not known."""
    return "" if not gap else f", every {counted}" if gap == 1 else f", every {count(gap)} {counted}s"


def with_values(counted: str) -> str:
    """Return what is counted of a loss: "Steps with data", "Epochs with data"."""
    return f"{counted.capitalize()}s with data"


def loss_range(lowest: float | None, highest: float | None) -> str:
    """Return the range of a loss: "0.9876 to 4.5678"."""
    return f"{loss(lowest)} to {loss(highest)}" if lowest is not None else NEVER_FILLED


def graded(value: str, grade: str | None) -> str:
    """Return a figure with its grade where it says something: "3.2345 (65.3 %), good"."""
    return f"{value}, {grade}" if grade in ("good", "bad") else value


def validations(times: int, best: float | None, at_best: str) -> str:
    """Return how often a training was validated, and its best value."""
    return side_by_side(count(times), best_value(best, at_best))


def not_finite_values(values: int, of: int) -> str:
    """Return how many values of a loss are nan or infinite."""
    return f"{count(values)} of {count(of)}"


def constant_metrics(named: Sequence[tuple[str, float]]) -> str:
    """Return the metrics that never change, with their values, "" for none."""
    return f"Constant: {', '.join(f'{name} {number(value)}' for name, value in named)}" if named else ""


def more_metrics(hidden: int) -> str:
    """Return that there are more metrics than are drawn here."""
    return f"{count(hidden)} more metrics are on the page Loss curves" if hidden else ""


def attempts_of(attempts: int) -> str:
    """Return the heading of the attempts of a run."""
    return f"Attempts ({count(attempts)})"


def problems_met(problems: int) -> str:
    """Return the heading of what was wrong with the files."""
    return f"Problems met while reading ({count(problems)})"
