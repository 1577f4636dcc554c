"""What `compare` prints for a person: a sentence, a table of the runs, and what their configurations do not share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainmon import wording
from trainmon.comparison import Comparison, Entry

COLUMNS = ("run", "state", "best", "at step", "last", "", "to baseline", "in %", "time", "samples")
WORDS = 2  # of the columns: they stand left, numbers right


def comparison_text(comparison: Comparison) -> str:
    """Return the text; the baseline's name has a star."""
    equal = wording.at_equal_step(comparison.equal_step)
    head = tuple(name or equal.lower() for name in COLUMNS)
    rows = [_row(entry, baseline=at == comparison.baseline) for at, entry in enumerate(comparison.entries)]
    return "\n".join(
        [
            comparison.sentence,
            "",
            f"{comparison.metric} (* is the baseline)",
            *_aligned([head, *rows]),
            "",
            *_differences(comparison),
        ]
    )


def _row(entry: Entry, *, baseline: bool) -> tuple[str, ...]:
    timing = entry.analysis.timing
    return (
        f"{entry.label} *" if baseline else entry.label,
        entry.analysis.state.word,
        _loss(entry.best),
        _or_dash(entry.best_global_step, "{}"),
        _loss(entry.last),
        _loss(entry.at_equal_step),
        _or_dash(entry.delta, "{:+.4f}"),
        _or_dash(entry.delta_percent, "{:+.1f}"),
        wording.duration(timing.elapsed),
        wording.throughput(timing.samples_per_second),
    )


def _differences(comparison: Comparison) -> Iterator[str]:
    if comparison.differences:
        yield "configuration: differences"
        rows = [(name, *(wording.setting(value) or "-" for value in values)) for name, values in comparison.differences.items()]
        yield from _aligned([("", *(entry.label for entry in comparison.entries)), *rows])
    yield wording.shared_settings(len(comparison.differences), comparison.same_config_keys)


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if at < WORDS else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def _loss(value: float | None) -> str:
    return "-" if value is None else wording.loss(value)


def _or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)
