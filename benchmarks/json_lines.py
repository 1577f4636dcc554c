"""How fast JSON Lines are read, as ratios within one run: `python -m benchmarks.json_lines [--megabytes N]`.

The reference is pandas.read_json(lines=True) on the same file. A time is what a clock shows and, in brackets, what the processor
was busy: ours uses two cores, and other work on the machine shows in the first alone. Each is the best of some rounds;
memory is the highest that a process of its own reached beyond what imports took.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from trainmon.runs.readers.documents.json_lines import JsonLinesSource

APPENDED = 100
BLOCK = 10_000  # rows that are made at a time
_PEAK = """
import re, sys
from pathlib import Path
{imports}
def peak(): return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
{work}
print(peak() - before)
"""


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor."""

    clock: float
    busy: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.busy:.2f})"


def seconds(work: Callable[[], object]) -> Taken:
    """Return how long some work takes."""
    begin = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - begin[0], time.process_time() - begin[1])


def best(found: Iterable[Taken]) -> Taken:
    """Return the shortest times of some rounds."""
    return Taken(*map(min, zip(*found, strict=True)))


def rows(first: int, count: int) -> list[dict[str, object]]:
    """Return rows as LLaMA-Factory logs them, a validation on every hundredth."""
    noise = np.random.default_rng(first).random(count).tolist()
    made: list[dict[str, object]] = []
    for step, jitter in zip(range(first, first + count), noise, strict=True):
        loss = 5 / (1 + step / 1e4) + jitter / 10
        row: dict[str, object] = {"current_steps": step, "total_steps": 10_000_000, "loss": loss, "lr": 1e-5 * jitter}
        row |= {
            "epoch": step / 1e5,
            "percentage": step / 1e5,
            "elapsed_time": f"{step // 3600}:{step // 60 % 60:02}:{step % 60:02}",
        }
        made.append(row | ({"eval_loss": loss + 0.1} if step % 100 == 0 else {}))
    return made


def lines(size: int, spoilt: Callable[[int, str], str]) -> Iterator[str]:
    """Yield the lines of a log of `size` bytes."""
    step = 0
    while size > 0:
        for row in rows(step, BLOCK):
            line = spoilt(step, json.dumps(row)) + "\n"
            size, step = size - len(line), step + 1
            yield line


def numbers_alone(_: int, line: str) -> str:
    """Return a line without its text."""
    row = json.loads(line)
    del row["elapsed_time"]
    return json.dumps(row)


SPOILT: dict[str, Callable[[int, str], str]] = {
    "numbers and a text": lambda _, line: line,
    "numbers alone": numbers_alone,
    "a bare NaN on every line": lambda _, line: line[:-1] + ', "grad_norm": NaN}',
    "a list on every line": lambda _, line: line[:-1] + ', "betas": [0.9, 0.95]}',
    "a torn line in a hundred": lambda step, line: line if step % 100 != 50 else line[: len(line) // 2],
}


def peak(imports: str, work: str, path: Path) -> float:
    """Return the bytes of memory that some work took in a process of its own; Linux tells it."""
    code = _PEAK.format(imports=imports, work=work)
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    return 1024 * float(done.stdout)


def refresh_of_more(path: Path, rounds: int) -> Taken:
    """Return how long a refresh takes after some more rows."""
    source = JsonLinesSource(path)
    source.refresh()

    def append() -> Taken:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(row)}\n" for row in rows(10_000_000, APPENDED))
        return seconds(source.refresh)

    return best([append() for _ in range(rounds)])


def measure(path: Path, table: Table, rounds: int) -> None:
    """Measure reading one file from nothing, what it costs in memory, and a refresh."""
    size = path.stat().st_size
    ours = best([seconds(JsonLinesSource(path).refresh) for _ in range(rounds)])
    memory = peak(
        "from trainmon.runs.readers.documents.json_lines import JsonLinesSource",
        "JsonLinesSource(Path(sys.argv[1])).refresh()",
        path,
    )
    table.add_row("reading it", f"{ours}, {size / ours.clock / 1e6:.0f} MB/s", "", f"{memory / size:.1f}")
    more = refresh_of_more(path, rounds)
    table.add_row(f"{APPENDED} more rows", f"{1000 * more.clock:.1f} ms ({1000 * more.busy:.1f})", "", "")


def compare_with_pandas(path: Path, table: Table, rounds: int) -> None:
    """Measure the reference on a file that it can read, in turns with ours: other work on the machine hits both."""
    size = path.stat().st_size
    pairs = [(seconds(lambda: pd.read_json(path, lines=True)), seconds(JsonLinesSource(path).refresh)) for _ in range(rounds)]
    theirs, ours = map(best, zip(*pairs, strict=True))
    memory = peak("import pandas as pd", "pd.read_json(sys.argv[1], lines=True)", path)
    ratio = f"{theirs.clock / ours.clock:.1f} x ours ({theirs.busy / ours.busy:.1f})"
    table.add_row("pandas.read_json(lines=True)", str(theirs), ratio, f"{memory / size:.1f}")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    table = Table("what", "best", "ratio", "peak memory / size of the file")
    with tempfile.TemporaryDirectory() as folder:
        for name, spoilt in SPOILT.items():
            path = Path(folder) / "log.jsonl"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(lines(options.megabytes * 1_000_000, spoilt))
            table.add_section()
            table.add_row(f"{path.stat().st_size / 1e6:.0f} MB, {name}", "", "", "")
            if name.startswith("numbers"):
                compare_with_pandas(path, table, options.rounds)
            measure(path, table, options.rounds)
    Console().print(table)


if __name__ == "__main__":
    main()
