"""How fast logs are read, as ratios within one run: `python benchmarks/reading.py [--rows N] [--runs N]`.

Each figure is the median of five rounds; the reference is pandas' C engine on the same file and MinMaxLTTB on its loss.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from trainmon.analysis import Analysis, analyse
from trainmon.analysis.story import story_of
from trainmon.files.format import METRICS_COLUMNS, METRICS_CSV
from trainmon.runs.library import Library
from trainmon.runs.readers.checkpoint_directory import CheckpointDirectory
from trainmon.runs.watched_run import WatchedRun
from trainmon.stats.thinning import thin

ROUNDS = 5
POINTS = 1_000
APPENDED = 100
LONGEST_LINE = 200  # bytes
STEP = METRICS_COLUMNS.index("step")

START = 1_767_225_600.0  # seconds since 1970


def log_lines(first: int, count: int, start: float = START) -> str:
    """Return rows as the writer writes them, ten a second from `start` on, validation on every hundredth."""
    noise = np.random.default_rng(first).random(count)
    times = pd.to_datetime(start + np.arange(first, first + count) / 10, unit="s", utc=True)
    stamps = times.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    lines = []
    for step, stamp, jitter in zip(range(first, first + count), stamps, noise, strict=True):
        validation = "" if step % 100 else "2.5"
        loss = 5 / (1 + step / 1e4) + jitter / 10
        lines.append(f"{stamp},0,{step},train,{loss:.6f},{validation},1e-05,8000,{step / 10:.3f}\n")
    return "".join(lines)


def write_run(directory: Path, rows: int, start: float = START) -> Path:
    """Write a run of `rows` rows and return its CSV."""
    directory.mkdir(parents=True)
    path = directory / METRICS_CSV
    path.write_text(",".join(METRICS_COLUMNS) + "\n" + log_lines(0, rows, start), encoding="utf-8")
    return path


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes, the median of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def look(run: WatchedRun) -> Analysis:
    """Analyse a run as views do that follow it."""
    seen = run.newest
    return analyse(seen.run, now=time.time(), memo=seen.memo)


def chart_ready(run: WatchedRun) -> None:
    """Make what a chart of the loss draws from what is new."""
    run.refresh()
    stretch = look(run).stretch
    series = stretch.by_role("train_loss") if stretch else None
    assert series is not None
    thin(series.x("step"), series.values, POINTS)


def read_with_pandas(path: Path) -> None:
    """Do the reference's work."""
    frame = pd.read_csv(path)
    thin(np.arange(len(frame), dtype=np.float64), frame["loss"].to_numpy(np.float64), POINTS)


def one_large_run(path: Path, rows: int, table: Table) -> None:
    """Measure reading a run from nothing, and again after some more rows."""
    reference = seconds(lambda: read_with_pandas(path))
    table.add_row(f"pandas.read_csv and thinning, {rows:,} rows", f"{reference:.3f} s", "1.00")
    whole = seconds(lambda: CheckpointDirectory(path.parent).refresh())
    table.add_row("reading the same directory", f"{whole:.3f} s", f"{whole / reference:.2f}")
    ready = seconds(lambda: chart_ready(WatchedRun(path.parent, CheckpointDirectory(path.parent))))
    table.add_row("... to figures and a chart's points", f"{ready:.3f} s", f"{ready / reference:.2f}")
    watched = WatchedRun(path.parent, CheckpointDirectory(path.parent))
    watched.refresh()
    first = seconds(lambda: analyse(watched.run, now=time.time()))
    table.add_row("analysing it, diagnosis included", f"{first:.3f} s", f"{first / reference:.2f}")
    told = seconds(lambda: story_of(analyse(watched.run, now=time.time()))) - first
    table.add_row("... what was said of it, and when", f"{told:.3f} s", f"{told / reference:.2f}")
    refreshes = {
        "reading": _append_and_read,
        "... to figures and a chart's points": _append_and_draw,
        "analysing": _append_and_analyse,
        "analysing, and what was said and when": _append_and_tell,
        "analysing, looked at again": _look_again,
    }
    for name, work in refreshes.items():
        taken = work(path)
        table.add_row(f"{APPENDED} more rows: {name}", f"{1000 * taken:.2f} ms", f"{taken / reference:.3f}")


def _append_and_read(path: Path) -> float:
    reader = CheckpointDirectory(path.parent)
    reader.refresh()
    return _after_appending(path, reader.refresh)


def _append_and_draw(path: Path) -> float:
    run = WatchedRun(path.parent, CheckpointDirectory(path.parent))
    chart_ready(run)
    return _after_appending(path, lambda: chart_ready(run))


def _append_and_analyse(path: Path) -> float:
    run = WatchedRun(path.parent, CheckpointDirectory(path.parent))
    chart_ready(run)
    return _after_appending(path, lambda: look(run), first=run.refresh)


def _append_and_tell(path: Path) -> float:
    run = WatchedRun(path.parent, CheckpointDirectory(path.parent))
    chart_ready(run)
    story_of(look(run))
    return _after_appending(path, lambda: story_of(look(run)), first=run.refresh)


def _look_again(path: Path) -> float:
    run = WatchedRun(path.parent, CheckpointDirectory(path.parent))
    chart_ready(run)
    return seconds(lambda: look(run))


def _after_appending(path: Path, work: Callable[[], object], first: Callable[[], object] = lambda: None) -> float:
    """Return how long `work` takes after the training went on; what is to be done `first` does not count."""
    taken = []
    for _ in range(ROUNDS):
        with path.open("r+b") as file:
            file.seek(-LONGEST_LINE, os.SEEK_END)
            last = int(file.read().splitlines()[-1].split(b",")[STEP])
            file.write(log_lines(last + 1, APPENDED).encode())
        first()
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def many_runs(root: Path, runs: int, table: Table) -> None:
    """Measure listing many small runs with their state and best loss, first from nothing, then again."""
    for number in range(runs):
        write_run(root / f"group{number % 10}" / f"run{number}", 1_000)
    library = Library([root])
    for name in ("from nothing", "again"):
        begin = time.perf_counter()
        library.refresh()
        listed = [analyse(run, now=time.time(), memo=library.memo_of(run)).train for run in library.runs()]
        assert len(listed) == runs
        table.add_row(f"{runs:,} runs of 1,000 rows, listed {name}", f"{time.perf_counter() - begin:.2f} s", "")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1_000)
    options = parser.parse_args()
    table = Table("what", "median", "ratio")
    with tempfile.TemporaryDirectory() as folder:
        one_large_run(write_run(Path(folder) / "large", options.rows), options.rows, table)
        many_runs(Path(folder) / "many", options.runs, table)
    Console().print(table)


if __name__ == "__main__":
    main()
