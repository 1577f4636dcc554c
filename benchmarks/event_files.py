"""How fast TensorBoard's event files are read: `python -m benchmarks.event_files [--megabytes N] [--shape NAME ...]`.

The reference is TensorBoard's own EventAccumulator on the same file, where its library is installed (`pip install tensorboard`).
Each reads once, in a process of its own; its time is processor time, imports excluded, its memory what the process has at most.
"""

from __future__ import annotations

import argparse
import importlib.util
import multiprocessing
import resource
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from trainmon.files.record_frames import CRC_TABLE

Bytes = npt.NDArray[np.uint8]

TAGS = ("train/loss", "train/accuracy", "train/grad_norm", "train/learning_rate", "perf/samples_per_second")
EVALS = ("val/loss", "val/accuracy")
EVAL_EVERY = 100  # rows
START = 1_700_000_000.0  # seconds since 1970
APPENDED = 100  # rows
PEAK_UNIT = 1 if sys.platform == "darwin" else 1 << 10


class Measured(NamedTuple):
    """What reading a file took: processor seconds and bytes of memory at most, and what was found in it."""

    seconds: float
    peak: int
    points: int


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--shape", choices=SHAPES, nargs="*", default=list(SHAPES))
    options = parser.parse_args()
    table = Table("what", "seconds", "ratio", "memory / file")
    with tempfile.TemporaryDirectory() as folder:
        for shape in options.shape:
            path = Path(folder) / shape / "events.out.tfevents.1700000000.host.1.0"
            write(path, SHAPES[shape], int(options.megabytes * 1e6))
            _compare(path, shape, table)
    Console().print(table)


def _compare(path: Path, shape: str, table: Table) -> None:
    size = path.stat().st_size
    name = f"{shape}, {size / 1e6:,.0f} MB"
    ours = _alone(read, path)
    table.add_row(f"{name}: trainmon", f"{ours.seconds:.2f}", "1.0", f"{ours.peak / size:.1f}")
    table.add_row(f"... {APPENDED} more rows", f"{_alone(read_more, path).seconds:.4f}", "", "")
    if importlib.util.find_spec("tensorboard") is None:
        table.add_row(f"{name}: EventAccumulator", "not installed", "", "")
        return
    theirs = _alone(read_with_tensorboard, path)
    assert theirs.points == ours.points, (theirs.points, ours.points)
    ratio = f"{theirs.seconds / ours.seconds:.1f}"
    table.add_row(f"{name}: EventAccumulator", f"{theirs.seconds:.2f}", ratio, f"{theirs.peak / size:.1f}")


def _alone(work: Callable[[Path], Measured], path: Path) -> Measured:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (path,))


def read(path: Path) -> Measured:
    """Read a file with trainmon, to columns."""
    from trainmon.runs.readers.stores.tensorboard import TensorboardSource

    source = TensorboardSource(path)
    before, begin = _memory(), time.process_time()
    source.refresh()
    seconds = time.process_time() - begin
    columns = source.table.columns()
    return Measured(seconds, _memory() - before, sum(int(c.logged.sum()) for name, c in columns.items() if name != "step"))


def read_more(path: Path) -> Measured:
    """Read what was added to a file that was read before."""
    from trainmon.runs.readers.stores.tensorboard import TensorboardSource

    source = TensorboardSource(path)
    source.refresh()
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"".join(one_by_one(1 << 30, APPENDED)))
    begin = time.process_time()
    source.refresh()
    seconds = time.process_time() - begin
    with path.open("r+b") as file:
        file.truncate(size)
    return Measured(seconds, 0, 0)


def read_with_tensorboard(path: Path) -> Measured:
    """Do the reference's work, with nothing left out."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    reader = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0})
    before, begin = _memory(), time.process_time()
    reader.Reload()
    seconds = time.process_time() - begin
    points = [len(reader.Scalars(tag)) for tag in reader.Tags()["scalars"]]
    points += [len(reader.Tensors(tag)) for tag in reader.Tags()["tensors"]]
    return Measured(seconds, _memory() - before, sum(points))


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT


def write(path: Path, rows: Callable[[int, int], Iterator[bytes]], size: int) -> None:
    """Write an event file of about `size` bytes, whose rows `rows` gives from a step on, so many."""
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.write(_framed(_repeated(b"\x09" + struct.pack("<d", START) + b"\x1a\x0dbrain.Event:2", 1)).tobytes())
        step, at_once = 0, 20_000
        while file.tell() < size:
            for block in rows(step, at_once):
                file.write(block)
            step += at_once


def one_by_one(first: int, count: int) -> Iterator[bytes]:
    """Yield rows of some scalars, each an event of its own, as PyTorch writes them."""
    yield from _rows(first, count, [_summary([tag]) for tag in TAGS])


def as_tensors(first: int, count: int) -> Iterator[bytes]:
    """Yield the same, as TensorFlow 2 writes them."""
    yield from _rows(first, count, [_summary([tag], tensor=True) for tag in TAGS])


def with_evaluations(first: int, count: int) -> Iterator[bytes]:
    """Yield the same as one by one, with two more scalars every hundredth row."""
    for step in range(first, first + count, EVAL_EVERY):
        yield from _rows(step, min(EVAL_EVERY, first + count - step), [_summary([tag]) for tag in TAGS])
        yield from _rows(min(step + EVAL_EVERY, first + count) - 1, 1, [_summary([tag]) for tag in EVALS])


def together(first: int, count: int) -> Iterator[bytes]:
    """Yield rows whose scalars are one event, as TensorFlow 1 writes what was merged."""
    yield from _rows(first, count, [_summary(TAGS)])


SHAPES = {"one by one": one_by_one, "as tensors": as_tensors, "with evaluations": with_evaluations, "together": together}


def _summary(tags: Sequence[str], *, tensor: bool = False) -> tuple[bytes, list[int]]:
    """Return a summary's field as bytes, and where in it the values stand."""
    summary, places = b"", []
    for tag in tags:
        value = b"\x0a" + bytes([len(tag)]) + tag.encode() + (b"\x42\x0a\x08\x01\x12\x00\x22\x04" if tensor else b"\x15")
        place = len(value)
        value += b"\0" * 4 + (b"\x4a\x0b\x0a\x09\x0a\x07scalars" if tensor else b"")
        head = b"\x0a" + bytes([len(value)])
        places.append(len(summary) + len(head) + place)
        summary += head + value
    head = b"\x2a" + _varint(len(summary))
    return head + summary, [len(head) + place for place in places]


def _rows(first: int, count: int, summaries: Sequence[tuple[bytes, list[int]]]) -> Iterator[bytes]:
    """Yield rows of one event for each of the summaries; a step's bytes are as many as it needs."""
    random = np.random.default_rng(first)
    while count > 0:
        length = len(_varint(first))
        steps = np.arange(first, min(first + count, 1 << 7 * length))
        digits = np.stack([(steps >> 7 * at) & 0x7F | (0x80 if at < length - 1 else 0) for at in range(length)], axis=1)
        times = (START + steps / 10).astype("<f8").view(np.uint8).reshape(len(steps), 8)
        head = [_repeated(b"\x09", len(steps)), times, _repeated(b"\x10", len(steps)), digits.astype(np.uint8)]
        yield np.hstack([_framed(np.hstack([*head, _filled(summary, random, len(steps))])) for summary in summaries]).tobytes()
        first, count = first + len(steps), count - len(steps)


def _filled(summary: tuple[bytes, list[int]], random: np.random.Generator, count: int) -> Bytes:
    content, places = summary
    found = _repeated(content, count)
    for place in places:
        found[:, place : place + 4] = random.random(count).astype("<f4").view(np.uint8).reshape(count, 4)
    return found


def _framed(payloads: Bytes) -> Bytes:
    length = _repeated(struct.pack("<Q", payloads.shape[1]), 1)
    header = np.hstack([length, _masked_crcs(length)])
    return np.hstack([np.repeat(header, len(payloads), axis=0), payloads, _masked_crcs(payloads)])


def _masked_crcs(rows: Bytes) -> Bytes:
    """Return the checksum of each row, [rows, 4], all rows at once."""
    table = np.array(CRC_TABLE, dtype=np.uint32)
    crcs = np.full(len(rows), 0xFFFFFFFF, dtype=np.uint32)
    for column in rows.T:
        crcs = table[(crcs ^ column) & 0xFF] ^ crcs >> np.uint32(8)
    crcs = ~crcs
    masked = (crcs >> np.uint32(15) | crcs << np.uint32(17)) + np.uint32(0xA282EAD8)
    return masked.view(np.uint8).reshape(len(rows), 4)


def _repeated(content: bytes, count: int) -> Bytes:
    return np.repeat(np.frombuffer(content, np.uint8)[None, :], count, axis=0)


def _varint(number: int) -> bytes:
    found = b""
    while number > 0x7F:
        found, number = found + bytes([number & 0x7F | 0x80]), number >> 7
    return found + bytes([number])


if __name__ == "__main__":
    main()
