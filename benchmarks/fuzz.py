"""Feed damaged logs to the readers: `python -m benchmarks.fuzz FOLDER [--minutes M] [--seed S] [--keep DIR]`.

Each log below FOLDER is mutated again and again, and opened as a user opens it. What raises, takes the processor longer than
5 s a MB or more than ten times the file's size of memory is printed with its seed, and the file kept.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import tempfile
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from trainmon.analysis import analyse
from trainmon.errors import TrainmonError
from trainmon.runs.opening import open_run

SECONDS, SECONDS_A_MB = 5.0, 5.0
MEMORY_FREE, MEMORY_RATIO = 32 << 20, 10
MEMORY_SHARE = 0.05  # of the cases: measuring it makes them several times slower
LARGEST = 4 << 20  # bytes: of a longer log the beginning is taken
STRANGE = (
    b"nan", b"NaN", b"-Infinity", b"1e999", b"9" * 400, b"-0", b"\xff\xfe", b"\0" * 64, b"\r\r\n", b"\x1b[31m", b"\x08" * 20,
    b'"', b"{", b"[" * 3000, b"}", b",", b";", b"\t", b"<<<<<<< HEAD\n", b"null", b"True", b"1_000", b"3 days, 17:51:32", b"%",
    b"\n\n\n", "épôch".encode("latin-1"), "損失".encode(), b"a" * 70_000, b"step", b"loss", b"epoch", b"1" + b"," * 5_000,
)  # fmt: skip

Mutate = Callable[[bytes, Random], bytes]


def main() -> None:
    """Mutate and open logs for a while, and print what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where the files are kept that went wrong")
    options = parser.parse_args()
    files = sorted(path for path in options.folder.rglob("*") if path.is_file() and _opens(path))
    end, seed, bad = time.monotonic() + 60 * options.minutes, options.seed, 0
    while time.monotonic() < end:
        for place, wrong in _round(files, seed, end):
            bad += 1
            sys.stdout.write(f"seed {seed}, {place.name}: {wrong}\n")
            sys.stdout.flush()
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{seed}-{place.name}").write_bytes(mutated(place, Random(f"{seed} {place}")))
        seed += 1
    sys.stdout.write(f"{(seed - options.seed) * len(files)} files of {len(files)} logs, {bad} went wrong\n")


def mutated(path: Path, random: Random) -> bytes:
    """Return the bytes of a log after a few changes."""
    data = path.read_bytes()[:LARGEST]
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        data = random.choice(MUTATIONS)(data, random)
    return data


def _round(files: list[Path], seed: int, end: float) -> Iterator[tuple[Path, str]]:
    for path in files:
        if time.monotonic() > end:
            return
        random = Random(f"{seed} {path}")
        data = mutated(path, random)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            copy.write_bytes(data)
            wrong = _what_goes_wrong(copy, len(data), measure=random.random() < MEMORY_SHARE)
        if wrong:
            yield path, wrong


def _what_goes_wrong(path: Path, size: int, *, measure: bool) -> str:
    allowed = SECONDS + SECONDS_A_MB * size / (1 << 20)
    if measure:
        tracemalloc.start()
    try:
        with _alarm(2 * allowed if measure else allowed), contextlib.suppress(TrainmonError):
            analyse(open_run(path), now=time.time())
        peak = tracemalloc.get_traced_memory()[1] if measure else 0
    except TimeoutError:
        return f"takes longer than {allowed:.0f} s\n" + traceback.format_exc(limit=-4)
    except Exception:
        return traceback.format_exc(limit=-6)
    finally:
        tracemalloc.stop()
    return f"takes {peak >> 20} MiB for {size >> 10} KiB" if peak > MEMORY_FREE + MEMORY_RATIO * size else ""


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, ring)  # processor time: other work on the machine is no find
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _opens(path: Path) -> bool:
    try:
        open_run(path)
    except TrainmonError:
        return False
    return True


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _behead(data: bytes, random: Random) -> bytes:
    return data[random.randrange(len(data) + 1) :]


def _flip(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 5, 50))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.choice(STRANGE) * random.choice((1, 1, 3)) + data[at:]


def _mix_lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    for _ in range(random.choice((1, 5, 50))):
        lines.insert(random.randrange(len(lines) + 1), random.choice(lines))
    if random.random() < 0.2:
        random.shuffle(lines)
    return b"\n".join(lines)


def _double(data: bytes, random: Random) -> bytes:
    return data + data if len(data) < LARGEST // 2 else data


def _recode(data: bytes, random: Random) -> bytes:
    return data.decode("utf-8", "replace").encode(random.choice(("utf-16", "utf-16-le", "utf-8-sig", "latin-1")), "replace")


def _replace(data: bytes, random: Random) -> bytes:
    old = random.choice((b",", b"\n", b".", b":", b'"', b"e", b" ", b"0", b"1"))
    return data.replace(old, random.choice((b"", b";", b"\t", b"\r\n", b",,", b"-", b"\0")), random.choice((1, 10, -1)))


MUTATIONS: tuple[Mutate, ...] = (_cut, _behead, _flip, _insert, _insert, _mix_lines, _double, _recode, _replace)

if __name__ == "__main__":
    main()
