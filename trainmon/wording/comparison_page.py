"""What stands on and around the charts and tables of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.formats import count, figure, loss, setting

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
        f"rank correlation {figure(f'{correlation:+.2f}')} (Spearman) over {count(runs)} runs" if correlation is not None else "",
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
