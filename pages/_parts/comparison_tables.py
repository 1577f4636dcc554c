"""The tables of a comparison: the figures of every side, the runs of the groups, and the settings that differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages._parts.places import places_column
from trainmon import wording
from trainmon.charts.chart import MOST_LETTERS, NEUTRAL
from trainmon.comparison import Comparison, Contrast, Entry, Side, Spread

ORDER = "compare_order"
LINE = "━━"  # how a side looks on the chart
DELTA_COLOURS = {"better": "#00875F", "worse": "#D14A2B", "close": NEUTRAL, "unknown": NEUTRAL}  # beside an arrow and a word
MOST_ABREAST = 6  # runs whose settings stand side by side; more stand below each other
LONGEST_CELL = 300
FORMS = {"Time": wording.duration, "Samples/s": wording.number}

Texts = dict[float, str]


def sides(comparison: Comparison, colours: Mapping[int, str]) -> None:
    """Draw the figures of every side, the best first as the page was opened, with the distance to the baseline."""
    order = _steady(comparison)
    chosen = [comparison.sides[place] for place in order]
    lines = [f"color: {colours.get(place, NEUTRAL)}" for place in order]
    deltas = [f"color: {DELTA_COLOURS[side.to_baseline.verdict]}" if side.to_baseline else "" for side in chosen]
    forms: dict[Any, Any] = {
        "Best": _or_loss(_texts([side.best for side in chosen])),
        "Last": _or_loss(_texts([side.last for side in chosen])),
        _equal(comparison): _or_loss(_texts([side.at_equal for side in chosen])),
        "To baseline": _or_loss(_distances([side.to_baseline for side in chosen])),
        **_forms(comparison),
    }
    styled = (
        _sides(comparison, order)
        .style.format(forms, na_rep="")
        .apply(lambda _: lines, axis="index", subset=[""])
        .apply(lambda _: deltas, axis="index", subset=["To baseline"])
    )
    st.dataframe(
        styled,
        hide_index=True,
        placeholder="",
        key="compare_sides",
        column_config={"": st.column_config.TextColumn(width=40), "Rank": st.column_config.NumberColumn(width=50)},
        alt=wording.COMPARISON_TABLE,
    )


def _sides(comparison: Comparison, order: Sequence[int]) -> pd.DataFrame:
    chosen = [comparison.sides[place] for place in order]
    runs = [[comparison.entries[place] for place in side.members] for side in chosen]
    singles = [entries[0] if len(entries) == 1 else None for entries in runs]
    rank = {side: place for place, side in enumerate(comparison.ranking, 1)}
    return pd.DataFrame(
        {
            "": [LINE] * len(chosen),
            "Rank": pd.Series([rank.get(place) for place in order], dtype="Int64"),
            "Run": [wording.side_name(_short(side.label), baseline=comparison.baseline in side.members) for side in chosen],
            "State": [wording.states_of([entry.analysis.state.label for entry in entries]) for entries in runs],
            "Best": _means([side.best for side in chosen]),
            comparison.best_heading: _best_places(comparison, singles),
            "Last": _means([side.last for side in chosen]),
            _equal(comparison): _means([side.at_equal for side in chosen]),
            "To baseline": pd.Series([_percent(side.to_baseline) for side in chosen], dtype="float64"),
            "Time": pd.Series([one and one.analysis.timing.elapsed for one in singles], dtype="float64"),
            "Samples/s": pd.Series([one and one.analysis.timing.samples_per_second for one in singles], dtype="float64"),
            "Finding": [wording.findings_of([entry.finding for entry in entries]) for entries in runs],
        }
    )


def members(comparison: Comparison) -> None:
    """Draw every run of the groups by itself, folded."""
    groups = [side for side in comparison.sides if side.grouped]
    with st.container():
        if not groups:
            return
        with st.expander(wording.runs_of_groups(len(groups)), icon=":material/unfold_more:"):
            rows = [(side, comparison.entries[place]) for side in groups for place in side.members]
            st.dataframe(_members(rows, comparison), hide_index=True, placeholder="", alt=wording.MEMBERS_TABLE)


def _members(rows: Sequence[tuple[Side, Entry]], comparison: Comparison) -> Any:
    equal = _equal(comparison)
    entries = [entry for _, entry in rows]
    table = pd.DataFrame(
        {
            "Group": [_short(side.label) for side, _ in rows],
            "Run": [_short(entry.label) for entry in entries],
            "State": [entry.analysis.state.label for entry in entries],
            "Best": pd.Series([entry.best for entry in entries], dtype="float64"),
            comparison.best_heading: _best_places(comparison, entries),
            "Last": pd.Series([entry.last for entry in entries], dtype="float64"),
            equal: pd.Series([entry.at_equal for entry in entries], dtype="float64"),
            "Time": pd.Series([entry.analysis.timing.elapsed for entry in entries], dtype="float64"),
            "Samples/s": pd.Series([entry.analysis.timing.samples_per_second for entry in entries], dtype="float64"),
            "Finding": [entry.finding for entry in entries],
        }
    )
    forms: dict[Any, Any] = {"Best": wording.loss, "Last": wording.loss, equal: wording.loss, **_forms(comparison)}
    return table.style.format(forms, na_rep="")


def differences(comparison: Comparison) -> None:
    """Draw the settings that not all runs share, and how many they do share."""
    if comparison.differences:
        columns = {
            name: [wording.short_setting(value, LONGEST_CELL) for value in values]
            for name, values in comparison.differences.items()
        }
        labels = [entry.label for entry in comparison.entries]
        abreast = len(labels) <= MOST_ABREAST
        table = pd.DataFrame(columns, index=pd.Index(labels if abreast else list(map(_short, labels))))
        heads = {label: st.column_config.TextColumn(_short(label)) for label in labels} if abreast else {}
        st.dataframe(table.T if abreast else table, column_config=heads, alt=wording.SETTINGS_TABLE)
    st.caption(wording.shared_settings(len(comparison.differences), comparison.same_config_keys))


def _short(label: str) -> str:
    return wording.short_name(label, MOST_LETTERS)


def _steady(comparison: Comparison) -> list[int]:
    """Return the sides as they were ranked when this page was opened on them: a row must not move under the pointer."""
    order = dict.fromkeys((*comparison.ranking, *range(len(comparison.sides))))
    labels = {comparison.sides[at].label: at for at in order}
    kept, ranked = st.session_state.get(ORDER, (None, []))
    asked = (comparison.metric, frozenset(labels))
    if kept != asked:
        ranked = list(labels)
        st.session_state[ORDER] = (asked, ranked)
    return [labels[label] for label in ranked]


def _equal(comparison: Comparison) -> str:
    return wording.at_equal(comparison.equal_place)


def _best_places(comparison: Comparison, entries: Sequence[Entry | None]) -> pd.Series[Any]:
    known = [None if entry is None or entry.best_at is None else (entry.best_at, entry.counted) for entry in entries]
    return places_column(known, alike=comparison.counts_alike)


def _forms(comparison: Comparison) -> dict[str, Callable[[Any], str]]:
    return {**FORMS, comparison.best_heading: wording.count} if comparison.counts_alike else FORMS


def _means(figures: Sequence[Spread | None]) -> pd.Series[float]:
    return pd.Series([figure and figure.mean for figure in figures], dtype="float64")


def _texts(figures: Sequence[Spread | None]) -> Texts:
    return {each.mean: wording.with_deviation(each.mean, each.deviation) for each in figures if each}


def _percent(distance: Contrast | None) -> float | None:
    if distance is None:
        return None
    return distance.percent if distance.percent is not None else distance.difference


def _distances(distances: Sequence[Contrast | None]) -> Texts:
    known = [each for each in distances if each is not None]
    return {_percent(each) or 0.0: wording.distance_words(each.percent, each.difference, each.verdict) for each in known}


def _or_loss(texts: Texts) -> Callable[[float], str]:
    return lambda value: texts.get(value, wording.loss(value))
