"""What one look at the table of all runs costs: `python -m benchmarks.overview [--runs N] [--rows N]`.

The first look works everything out, later ones only what has changed; the bytes are those of the table as it is sent.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from streamlit.dataframe_util import convert_pandas_df_to_arrow_bytes
from streamlit.elements.lib.pandas_styler_utils import marshall_styler
from streamlit.proto.ArrowData_pb2 import ArrowData

from benchmarks.reading import log_lines, write_run
from pages._parts.run_table import table, words
from pages._parts.worded import worded
from trainmon.comparison.overview import listed
from trainmon.runs.library import Library

LOOKS = 15
CHANGED = 5  # runs that log at the same time


def one_look(library: Library) -> bytes:
    """Return the table of all runs as it is sent to the browser: its values, and the words that stand for some of them."""
    drawn = table(listed(library.runs(), time.time(), library.memo_of), ())
    shown, message = worded(drawn, words(drawn)), ArrowData(data=convert_pandas_df_to_arrow_bytes(drawn))
    if not isinstance(shown, pd.DataFrame):
        marshall_styler(message, shown, "")
    return bytes(message.SerializeToString())


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    begin = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begin)


def after_new_rows(library: Library, logs: list[Path], rows: int) -> float:
    """Return the milliseconds of a look after a row more in some of the runs; reading it is not counted."""
    for log in logs:
        with log.open("a", encoding="utf-8") as file:
            file.write(log_lines(rows, 1))
    library.refresh()
    return milliseconds(lambda: one_look(library))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1_000)
    options = parser.parse_args()
    shown = Table("the table of all runs", f"{options.runs:,} runs of {options.rows:,} rows")
    with tempfile.TemporaryDirectory() as folder:
        logs = [write_run(Path(folder) / f"run{number}", options.rows) for number in range(options.runs)]
        library = Library([folder])
        library.refresh()
        shown.add_row("first look", f"{milliseconds(lambda: one_look(library)):.0f} ms")
        again = [milliseconds(lambda: one_look(library)) for _ in range(LOOKS)]
        shown.add_row("again, nothing changed", f"{statistics.median(again):.0f} ms")
        more = [after_new_rows(library, logs[:CHANGED], options.rows + look) for look in range(LOOKS)]
        shown.add_row(f"again, {CHANGED} runs changed", f"{statistics.median(more):.0f} ms")
        shown.add_row("bytes of the table", f"{len(one_look(library)) / 1000:.0f} KB")
        shown.add_row("the same bytes again", "yes" if one_look(library) == one_look(library) else "no")
    Console().print(shown)


if __name__ == "__main__":
    main()
