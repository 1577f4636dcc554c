"""The background watcher: rows, runs and roots that appear are seen without being asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.logs import train, write_log
from trainmon.runs.library import Library
from trainmon.runs.watching import Watcher


@contextmanager
def watching(root: Path) -> Iterator[Library]:
    library = Library([root])
    watcher = Watcher(library)
    watcher.start()
    try:
        yield library
    finally:
        watcher.stop()


def comes_true(condition: Callable[[], bool], within: float = 10.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_new_row_is_seen(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    with watching(tmp_path) as library:
        assert comes_true(lambda: len(library.runs()) == 1 and library.runs()[0].rows.count == 1)
        with (run / "training_metrics.csv").open("a") as file:
            file.write(train(0, 2) + "\n")
        assert comes_true(lambda: library.runs()[0].rows.count == 2)


def test_a_new_run_in_a_new_folder_is_seen(tmp_path: Path) -> None:
    with watching(tmp_path) as library:
        time.sleep(0.3)
        write_log(tmp_path / "later" / "run", [train(0, 1)])
        assert comes_true(lambda: len(library.runs()) == 1)


def test_a_root_that_appears_later_is_seen(tmp_path: Path) -> None:
    root = tmp_path / "checkpoints"
    with watching(root) as library:
        assert comes_true(lambda: len(library.root_problems()) == 1)
        write_log(root, [train(0, 1)])
        assert comes_true(lambda: len(library.runs()) == 1)


def test_nothing_new_raises_no_revision(tmp_path: Path) -> None:
    write_log(tmp_path / "run", [train(0, 1, at=0)])
    with watching(tmp_path) as library:
        assert comes_true(lambda: len(library.runs()) == 1)
        time.sleep(0.5)
        revision = library.revision
        time.sleep(2.5)
        assert library.revision == revision


def test_one_may_wait_until_every_root_was_read_once(tmp_path: Path) -> None:
    write_log(tmp_path / "run", [train(0, 1)])
    library = Library([tmp_path, tmp_path / "missing"])
    watcher = Watcher(library)
    watcher.start()
    try:
        assert watcher.wait_until_read(10)
        assert library.runs()[0].rows.count == 1
    finally:
        watcher.stop()
