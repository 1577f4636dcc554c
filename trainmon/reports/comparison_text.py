"""What `compare` prints for a person: a sentence, a table of the runs, and what their configurations do not share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainmon import wording
from trainmon.comparison import Comparison, Contrast, Entry, Side, Spread
from trainmon.comparison.position import WINDOWS

COLUMNS = ("run", "state", "best", "{at}", "last", "{equal}", "to baseline", "time", "samples", "findings")
MOST_ABREAST = 4  # runs whose settings stand side by side; more stand below each other
WORDS = (0, 1, 6, 9)  # columns of words stand left, numbers right


def comparison_text(comparison: Comparison) -> str:
    """Return the text; the baseline's name has a star, and the runs of a group of seeds are listed below it."""
    heads = {"at": comparison.best_heading, "equal": wording.at_equal(comparison.equal_place).lower()}
    head = tuple(name.format(**heads) for name in COLUMNS)
    rows = [row for side in comparison.sides for row in _rows(side, comparison)]
    return "\n".join(
        [
            comparison.sentence,
            *comparison.remarks,
            "",
            f"{comparison.metric} (* is the baseline)",
            *_aligned([head, *rows]),
            *([wording.level_caption(comparison.equal_place, WINDOWS)] if comparison.equal_place else []),
            "",
            *_differences(comparison),
        ]
    )


def _rows(side: Side, comparison: Comparison) -> Iterator[tuple[str, ...]]:
    baseline = comparison.baseline in side.members
    if not side.grouped:
        entry = comparison.entries[side.members[0]]
        yield _run(entry, alike=comparison.counts_alike, baseline=baseline, distance=side.to_baseline)
        return
    name = f"{side.label} *" if baseline else side.label
    values = [_spread(value) for value in (side.best, side.last, side.at_equal)]
    yield (name, "", values[0], "", values[1], values[2], _delta(side.to_baseline), "", "", "")
    for place in side.members:
        yield _run(comparison.entries[place], alike=comparison.counts_alike, indent="  ")


def _run(
    entry: Entry, *, alike: bool, baseline: bool = False, distance: Contrast | None = None, indent: str = ""
) -> tuple[str, ...]:
    timing = entry.analysis.timing
    return (
        f"{indent}{entry.label} *" if baseline else f"{indent}{entry.label}",
        entry.analysis.state.word,
        _loss(entry.best),
        _place(entry, alike),
        _loss(entry.last),
        _loss(entry.at_equal),
        _delta(distance),
        wording.duration(timing.elapsed),
        wording.throughput(timing.samples_per_second),
        entry.finding,
    )


def _differences(comparison: Comparison) -> Iterator[str]:
    if comparison.differences:
        yield "configuration: differences"
        rows = [(name, *(wording.short_setting(value) for value in values)) for name, values in comparison.differences.items()]
        table = [("", *(entry.label for entry in comparison.entries)), *rows]
        yield from _aligned(table if len(comparison.entries) <= MOST_ABREAST else list(zip(*table, strict=True)), (0,))
    yield wording.shared_settings(len(comparison.differences), comparison.same_config_keys)


def _aligned(rows: Sequence[tuple[str, ...]], words: Sequence[int] = WORDS) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if at in words else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _spread(value: Spread | None) -> str:
    return "-" if value is None else wording.with_deviation(value.mean, value.deviation, value.count)


def _delta(distance: Contrast | None) -> str:
    return "" if distance is None else wording.distance_words(distance.percent, distance.difference, distance.verdict)


def _place(entry: Entry, alike: bool) -> str:
    """Return where the best value stands: a number where all runs count the same, else with what it counts."""
    if entry.best_at is None:
        return "-"
    return str(entry.best_at) if alike else wording.at_number(entry.best_at, entry.counted)


def _loss(value: float | None) -> str:
    return "-" if value is None else wording.loss(value)
