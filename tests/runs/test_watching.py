"""The background watcher: rows, runs and roots that appear are seen without being asked for."""

from __future__ import annotations

import errno
import shutil
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from watchdog.observers.api import BaseObserver, EventEmitter
from watchdog.utils import BaseThread

from tests.logs import train, write_log
from tests.waiting import PATIENCE, wait_until, watched
from trainmon.runs import listening
from trainmon.runs import watching as rhythm
from trainmon.runs.library import Library
from trainmon.runs.watching import Watcher

HOURS = 36_000.0


class Looks(Library):
    """A library that counts how often it was looked at."""

    count = 0

    def refresh_runs(self, *arguments: object) -> bool:
        self.count += 1
        return super().refresh_runs(*arguments)  # type: ignore[arg-type]


def watching(root: Path) -> AbstractContextManager[Looks]:
    return watched(Looks([root]))


def add_row(run: Path, step: int) -> None:
    with (run / "training_metrics.csv").open("a") as file:
        file.write(train(0, step) + "\n")


def rows(library: Library, name: str) -> int:
    return sum(run.rows.count for run in library.runs() if run.path.name == name)


def watchdogs() -> set[BaseThread]:
    return {thread for thread in threading.enumerate() if isinstance(thread, BaseThread)}


def kill(thread: BaseThread, root: Path) -> None:
    """Let the next event be the last that the thread meets."""

    def die() -> bool:
        raise RuntimeError("killed by a test")

    def dead() -> bool:
        (root / "noise").touch()
        return not thread.is_alive()

    thread.should_keep_running = die  # type: ignore[method-assign]
    wait_until(dead)


def expect_events(root: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """See a new run and its rows where nothing but an event tells of them."""
    for name in ("LIVE_SECONDS", "ENDED_SECONDS", "DISCOVERY_SECONDS"):
        monkeypatch.setattr(rhythm, name, HOURS)
    run = write_log(root / "deep" / "by-event", [train(0, 1)])
    wait_until(lambda: rows(library, "by-event") == 1)
    for step in (2, 3):
        add_row(run, step)
        wait_until(lambda step=step: rows(library, "by-event") == step)


def test_a_new_row_is_seen(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    with watching(tmp_path) as library:
        assert rows(library, "run") == 1
        add_row(run, 2)
        wait_until(lambda: rows(library, "run") == 2)


def test_events_alone_tell_of_runs_and_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watching(tmp_path) as library:
        expect_events(tmp_path, library, monkeypatch)


def test_a_log_of_another_tool_is_seen_as_soon_as_it_can_be_told_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "history.csv"
    with watching(tmp_path) as library:
        monkeypatch.setattr(rhythm, "DISCOVERY_SECONDS", HOURS)
        log.touch()
        wait_until(lambda: library.may_hold_more(tmp_path, [str(log)]))
        log.write_text("epoch,loss\n0,1.5\n", encoding="utf-8")
        wait_until(lambda: rows(library, "history.csv") == 1)
        with log.open("a", encoding="utf-8") as more:
            more.write("1,1.25\n")
        wait_until(lambda: rows(library, "history.csv") == 2)


def test_events_come_from_behind_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "scratch")
    with watching(tmp_path / "root") as library:
        expect_events(tmp_path / "root", library, monkeypatch)


def test_where_the_system_refuses_events_the_sweep_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> BaseObserver:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr(listening, "Observer", refuse)
    run = write_log(tmp_path / "run", [train(0, 1)])
    with watching(tmp_path) as library:
        add_row(run, 2)
        wait_until(lambda: rows(library, "run") == 2)


def test_a_root_that_appears_later_is_seen(tmp_path: Path) -> None:
    root = tmp_path / "checkpoints"
    with watching(root) as library:
        assert len(library.root_problems()) == 1
        write_log(root, [train(0, 1)])
        wait_until(lambda: len(library.runs()) == 1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("part", ["dispatches", "emits", "reads"])
def test_a_dead_thread_of_the_file_events_hides_nothing_and_is_replaced(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, others = write_log(tmp_path / "run", [train(0, 1, at=0)]), watchdogs()
    with watching(tmp_path) as library:
        first = watchdogs() - others
        kinds = {
            "dispatches" if isinstance(it, BaseObserver) else "emits" if isinstance(it, EventEmitter) else "reads": it
            for it in first
        }
        if part not in kinds:
            pytest.skip("here one thread reads and emits")
        kill(kinds[part], tmp_path)
        add_row(run, 2)
        write_log(tmp_path / "new", [train(0, 1)])
        wait_until(lambda: (rows(library, "run"), rows(library, "new")) == (2, 1))
        wait_until(lambda: len(watchdogs() - others - first) == len(first))
        expect_events(tmp_path, library, monkeypatch)


@pytest.mark.parametrize("way", ["removed", "replaced"])
def test_a_root_that_goes_and_comes_again_is_listened_to_again(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, others = tmp_path / "root", watchdogs()
    write_log(root / "run", [train(0, 1)])
    with watching(root) as library:
        first = watchdogs() - others
        if way == "removed":
            shutil.rmtree(root)
            wait_until(lambda: len(library.root_problems()) == 1)
        else:
            root.rename(tmp_path / "elsewhere")
        write_log(root / "new", [train(0, 1)])
        wait_until(lambda: (rows(library, "run"), rows(library, "new")) == (0, 1))
        wait_until(lambda: len(watchdogs() - others - first) == len(first))
        expect_events(root, library, monkeypatch)


def test_nothing_new_raises_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rhythm, "LIVE_SECONDS", 0.1)
    monkeypatch.setattr(rhythm, "DISCOVERY_SECONDS", 0.1)
    monkeypatch.setattr(rhythm, "ENDED_SECONDS", 0.1)
    write_log(tmp_path / "run", [train(0, 1, at=0)])
    with watching(tmp_path) as library:
        revision, looks = library.revision, library.count
        wait_until(lambda: library.count > looks + 5)
        assert library.revision == revision


def test_one_may_wait_until_every_root_was_read_once(tmp_path: Path) -> None:
    write_log(tmp_path / "run", [train(0, 1)])
    library = Library([tmp_path, tmp_path / "missing"])
    watcher = Watcher(library)
    watcher.start()
    try:
        assert watcher.wait_until_read(PATIENCE)
        assert library.runs()[0].rows.count == 1
    finally:
        watcher.stop()
