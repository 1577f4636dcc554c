"""Which run is better, by how much, and in what they differ."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.formats import count, duration, loss, number, percent, setting

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


def compared_at(axis: str, value: float) -> str:
    """Return a place where runs are compared: "at step 2,000", "at epoch 2", "after 30 min of training"."""
    if axis == "relative":
        return f"after {duration(value)} of training"
    return f"at epoch {number(value)}" if axis == "epoch" else f"at step {count(value)}"


def how_far_apart(difference: float, percents: float | None, better_high: bool | None) -> str:
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
CLOCK_TIMES = "Clock times do not compare: values are read after the same time of training."
NO_COMMON_STEPS = "Not all of these runs log steps: they are read at the same epoch."


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


def runs_left_out(labels: Sequence[str], where: str) -> str:
    """Return which runs are not read at the equal position, because they ended or began elsewhere."""
    return f"Not compared {where}, which they did not reach or logged nothing before: {phrase_of(labels)}."


def direction_unknown(metric: str) -> str:
    """Return that low counts as better for want of knowledge."""
    return f"Whether {metric} is better high or low is not known: low counts as better here."


def phrase_of(names: Sequence[str], most: int = 4) -> str:
    """Return names as a phrase: "a, b and c", from five on "a, b, c, d and 3 more"."""
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {count(more)} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def at_equal(axis: str, value: float | None) -> str:
    """Return the heading of the values at the last place that all runs reached."""
    if value is None:
        return "At an equal step"
    return compared_at(axis, value).capitalize()


def level_caption(axis: str, value: float | None, windows: int) -> str:
    """Return how values at the equal position are read, and what stands in the table."""
    if value is None:
        return ""
    where, share = compared_at(axis, value).capitalize(), f"{100 / windows:.0f} %"
    return f"{where}: the last place that all reached; values are the mean of the {share} before it, spikes left out."


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


def shared_settings(different: int, same: int) -> str:
    """Return how many settings the runs share."""
    if not different and not same:
        return "No configuration was logged for these runs."
    if not same:
        return "No setting is the same."
    if same == 1:
        return "One setting is the same." if different else "The only setting is the same."
    return f"{count(same)} settings are the same." if different else f"All {count(same)} settings are the same."


def short_setting(value: object, longest: int = 80) -> str:
    """Return the value of a setting for a table, cut where it is long; "not set" for nothing."""
    if value is None:
        return "not set"
    text = " ".join(setting(value).split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def group_label(name: str, runs: int) -> str:
    """Return what a group of seeds is called: "lr-1e-4 (3 seeds)"."""
    return f"{name} ({count(runs)} seeds)"


GROUP_BANDS = "lines are means of a group's seeds, bands go from its lowest to its highest"
HOW_TO_PICK = "click a name above the chart to pick it out"


def in_grey(runs: int) -> str:
    """Return how many runs are drawn in grey."""
    return f"{count(runs)} more in grey" if runs else ""


def with_range(middle: str, low: float, high: float) -> str:
    """Return a value in words with its range, where there is one."""
    return f"{middle} ({loss(low)} to {loss(high)})" if low == low and high == high else middle


def effect_caption(correlation: float | None, runs: int, strongest_of: int, without: int) -> str:
    """Return what a setting's picture says in numbers: the rank correlation, and what was left out."""
    chosen = f"the strongest of {strongest_of} settings" if strongest_of > 1 else ""
    parts = [
        f"rank correlation {correlation:+.2f} (Spearman) over {count(runs)} runs" if correlation is not None else "",
        chosen if correlation is not None else "",
        f"{count(without)} without the setting or a result left out" if without else "",
    ]
    return " · ".join(part for part in parts if part) or f"{count(runs)} runs"


def effect_description(key: str, metric: str, runs: int) -> str:
    """Return what a setting's picture shows, for those who hear it."""
    return f"{key} against {metric}: a point for each of {count(runs)} runs"


ADD_RUN = "+ add a run: type to search"
WHAT_IS_A_GROUP = (
    "Runs whose configurations differ in nothing but their seed (and in names and output folders) are one: mean, band, and n"
)
COMPARISON_TABLE = "Best and last values of each run, its value at an equal position, and how far it is from the baseline"
MEMBERS_TABLE = "The single runs of the groups of seeds"
SETTINGS_TABLE = "The settings that not all runs share"


def compare_newest(runs: int) -> str:
    """Return the offer to compare the newest runs."""
    return f"Compare the {count(runs)} newest runs"


def metric_not_shared(asked: str, instead: str) -> str:
    """Return that the runs do not share the metric that the address asks for."""
    return f"These runs do not share a metric called {asked!r}: they are compared by {instead}."


def nothing_to_draw(metric: str) -> str:
    """Return that there is no curve of a metric."""
    return f"None of these runs has a {metric} that could be drawn here."


def side_name(label: str, *, baseline: bool) -> str:
    """Return a side's name in the table, the baseline marked."""
    return f"{label} (baseline)" if baseline else label


def states_of(words: Sequence[str]) -> str:
    """Return the states of a side's runs: "finished", "2 finished, 1 running"."""
    counted = {word: list(words).count(word) for word in words}
    return words[0] if len(words) == 1 else ", ".join(f"{number} {word}" for word, number in counted.items())


def findings_of(names: Sequence[str]) -> str:
    """Return the findings of a side's runs, each once, with how many runs have it."""
    found = {name: list(names).count(name) for name in names if name}
    return ", ".join(name if len(names) == 1 else f"{name} ({number} of {len(names)})" for name, number in found.items())


def runs_of_groups(groups: int) -> str:
    """Return the heading of the folded table of the single runs."""
    return "The runs of the group" if groups == 1 else f"The runs of the {count(groups)} groups"
