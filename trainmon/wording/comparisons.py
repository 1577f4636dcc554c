"""Which run is better, and in what they differ."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.formats import count, loss, percent


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
