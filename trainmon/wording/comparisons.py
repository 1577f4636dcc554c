"""Which run is better, by how much, and in what they differ."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.formats import at_number, count, duration, loss, number, percent

_MARKS = {
    "better": "beyond the noise",
    "worse": "beyond the noise",
    "close": "within the noise: too close to call",
    "unknown": "whether that is more than noise cannot be said",
}
_ARROWS = {True: "▲", False: "▼"}
_VERDICTS = {"better": "better", "worse": "worse", "close": "within noise", "unknown": "noise not known"}


def nothing_to_compare(metric: str, labels: Sequence[str]) -> str:
    """Return why no run can be called better: at most one of them has the metric."""
    if not labels:
        return f"None of these runs has a {metric} yet."
    return f"Only {labels[0]} has a {metric}; a comparison needs two."


def nothing_in_common(logged: Sequence[tuple[str, str]]) -> str:
    """Return that the runs have no metric in common, with what some of them logged as (label, metric)."""
    named = "; ".join(f"{label} logs {metric or 'none'}" for label, metric in logged)
    return f"These runs have no metric in common, so none can be called better: {named}."


LOSS_NAMES = {"train_loss": "train loss", "eval_loss": "validation loss"}


def loss_name(role: str, part: str) -> str:
    """Return what a loss is called that runs are compared by: "validation loss", "validation loss (box)" for a part of it."""
    return f"{LOSS_NAMES[role]} ({part})" if part else LOSS_NAMES[role]


def compared_at(axis: str, value: float, counted: str = "step") -> str:
    """Return a place where runs are compared: "at step 2 000", "at epoch 2", "after 30 min of training", "after 3 epochs".

    `counted` is what the axis of steps counts: step or row.
    """
    if axis == "relative":
        return f"after {duration(value)} of training"
    if axis == "done":
        return f"after {number(value)} {'epoch' if value == 1 else 'epochs'}"
    return f"at epoch {number(value)}" if axis == "epoch" else f"at {at_number(value, counted)}"


def size_of_gap(difference: float, percents: float | None, better_high: bool | None) -> str:
    """Return how far apart two values are: "3.1 %", for scores "0.0310 (3.2 %)"."""
    if percents is None:
        return loss(abs(difference))
    return f"{loss(abs(difference))} ({percent(abs(percents))})" if better_high else percent(abs(percents))


def one_of_two(metric: str, one: str, other: str, apart: str, verdict: str, where: str, differing: Sequence[str]) -> str:
    """Return which of two sides is better; `one` is the better one."""
    differ = f"; they differ in {phrase_of(differing)}." if differing else "."
    if verdict == "close":
        return f"Too close to call: {one} and {other} are {apart} apart in {metric} {where}, within the noise{differ}"
    if verdict == "unknown":
        return f"{one} is {apart} ahead of {other} in {metric} {where}, but {_MARKS[verdict]}{differ}"
    return f"{one} beats {other} by {apart} in {metric} {where} ({_MARKS[verdict]}){differ}"


def same_level(metric: str, one: str, other: str, value: float, where: str, differing: Sequence[str]) -> str:
    """Return that two sides have the same value."""
    differ = f"; they differ in {phrase_of(differing)}." if differing else "."
    return f"{one} and {other} have the same {metric} {where}, {loss(value)}{differ}"


def one_of_many(
    metric: str, one: str, sides: str, where: str, *, is_baseline: bool, ahead: Sequence[tuple[str, str, str, str]],
    differing: Sequence[str], rival: str,
) -> str:  # fmt: skip
    """Return which side leads, with how far it is `ahead`: (of whom, as what, by how much, verdict)."""
    role = ", the baseline," if is_baseline else ""
    parts = [f"{apart} ahead of {whom}, {what} ({_MARKS[verdict]})" for whom, what, apart, verdict in ahead]
    differ = f"; it differs from {rival} in {phrase_of(differing)}." if differing else "."
    return f"{one}{role} leads {sides} in {metric} {where}: {', and '.join(parts)}{differ}"


def how_many_sides(sides: int, grouped: bool) -> str:
    """Return how many things were compared: "5 runs", with groups of seeds "5 groups and runs"."""
    return f"{count(sides)} {'groups and runs' if grouped else 'runs'}"


def which_is_better(metric: str, first: str, best: float, second: str, second_best: float, differing: Sequence[str]) -> str:
    """Return which of two runs has the better best value where no common position lets their curves be compared."""
    differ = f" They differ in {phrase_of(differing)}." if differing else ""
    if best == second_best:
        return f"{first} and {second} have the same best {metric}, {loss(best)}.{differ}"
    by = f", {percent(100 * abs(second_best - best) / abs(second_best))} from" if second_best else ", against"
    return f"{first} has the best {metric}: {loss(best)}{by} {second} ({loss(second_best)}).{differ}"


NO_EQUAL_POSITION = "No step, epoch or time is common to these runs: their best values are compared, wherever they were reached."
JUDGED_TOGETHER = "All distances to the baseline are judged together: of those called beyond the noise, at most 5 % are noise."
CLOCK_TIMES = "Clock times do not compare: values are read after the same time of training."
COUNT_DIFFERENTLY = (
    "These runs do not count alike (steps, rows or epochs alone, from 0 or from 1): "
    "they are read after the same number of epochs."
)


MEANS_OF_EPOCHS = "The train loss of an epoch is its mean: higher than at its end, while the loss falls."


def noise_by_scatter(one: str, other: str, noise: str) -> str:
    """Return what the noise between two single runs was taken from."""
    return (
        f"Noise: {noise} between {one} and {other}, from how their difference scatters over the second half of what is "
        "compared (95 %); one run each, so seeds were not compared, and another seed may change more."
    )


def noise_by_seeds(one: str, other: str, noise: str, seeds: tuple[int, int], *, pooled: bool) -> str:
    """Return that the noise was taken from runs with other seeds."""
    between = f"Noise: {noise} between {one} and {other}, from the spread of seeds"
    if pooled:
        return f"{between} in the groups here; a single run is taken to scatter as they do (95 %)."
    return f"{between} (n = {seeds[0]} and {seeds[1]}, Welch's interval, 95 %)."


def noise_unknown(where: str) -> str:
    """Return why noise could not be told from a difference."""
    return f"Noise cannot be judged: that takes three values or more of each run {where} and before, or runs with other seeds."


def runs_left_out(labels: Sequence[str], metric: str, where: str) -> str:
    """Return which runs are not read at the equal position: they ended before, began after, or logged nothing of use."""
    return f"Without a {metric} {where}, and so not compared there: {phrase_of(labels)}."


def direction_unknown(metric: str) -> str:
    """Return that low counts as better for want of knowledge."""
    return f"Whether {metric} is better high or low is not known: low counts as better here."


def phrase_of(names: Sequence[str], most: int = 4) -> str:
    """Return names as a phrase: "a, b and c", from five on "a, b, c, d and 3 more"."""
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {count(more)} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def at_equal(where: str) -> str:
    """Return the heading of the values at the last place that all runs reached; `where` is "" where there is none."""
    return where.capitalize() or "At an equal place"


def at_heading(counted: str) -> str:
    """Return the heading of the places of best values: "at step", and "at" where runs do not all count the same ("")."""
    return f"at {counted}" if counted else "at"


def level_caption(where: str, windows: int) -> str:
    """Return how values at the equal position are read, and what stands in the table."""
    if not where:
        return ""
    share = f"{100 / windows:.0f} %"
    return (
        f"{where.capitalize()}: the last place that all reached; values are the mean of the {share} before it, spikes left out."
    )


def with_deviation(mean: float | None, deviation: float | None = None, runs: int | None = None) -> str:
    """Return a value, of a group with its standard deviation and, where given, its runs: "0.8120 ± 0.0060 (n=5)"; "" for none."""
    if mean is None:
        return ""
    if deviation is None:
        return loss(mean)
    return f"{loss(mean)} ± {loss(deviation)}" + (f" (n={runs})" if runs is not None else "")


def distance_words(percents: float | None, difference: float, verdict: str) -> str:
    """Return a distance to the baseline: "▼ 3.1 % better"."""
    arrow = "=" if difference == 0 else _ARROWS[difference > 0]
    apart = percent(abs(percents)) if percents is not None else loss(abs(difference))
    return f"{arrow} {apart} {_VERDICTS[verdict]}"


def group_label(name: str, runs: int) -> str:
    """Return what a group of seeds is called: "lr-1e-4 (3 seeds)"."""
    return f"{name} ({count(runs)} seeds)"
