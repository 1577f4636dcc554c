from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from tests.humps import hump
from tests.logs import write_log
from tests.repository import REPOSITORY
from tests.rows import START, falling, train_row
from tests.waiting import wait_until
from trainmon.analysis import analyse
from trainmon.commands import terminal
from trainmon.runs.opening import open_run

NOW = START + 30


def shown(directory: Path, now: float = NOW, **options: int) -> str:
    return terminal.screen(analyse(open_run(directory), now=now, which="newest"), **options).plain


def test_the_screen_has_the_guides_sections_and_number_formats(tmp_path: Path) -> None:
    lines = [train_row(30 * 60 * i, 0, 50 * i, 2 - 0.1 * i, 1.5 if i == 5 else "", 8500) for i in range(6)]
    screen = shown(write_log(tmp_path / "run", lines))
    headings = ["📊 CURRENT STATUS", "📈 LOSS STATISTICS", "🎯 VALIDATION", "🏆 BEST CHECKPOINT"]
    places = [screen.index(heading) for heading in headings]
    assert places == sorted(places)
    assert "  Epoch: 0  |  Step: 250  |  Elapsed: 2.5h\n  Current Loss: 1.5000  |  Best Loss: 1.5000\n" in screen
    assert "  Memory Available: 8500MB\n" in screen
    assert "  Steps with data: 6\n  Loss range: 1.5000 - 2.0000\n  Improvement: 0.5000 (+25.0%)\n" in screen
    assert "  Best Val Loss: 1.5000\n  Latest Val Loss: 1.5000\n" in screen


def test_no_line_is_longer_than_the_screen(tmp_path: Path) -> None:
    screen = shown(write_log(tmp_path / ("long" * 20), falling()), width=50)
    assert max(len(line) for line in screen.splitlines()) <= 50


def test_without_validation_it_says_so(tmp_path: Path) -> None:
    assert "No validation yet." in shown(write_log(tmp_path / "run", [train_row(i, 0, i, 1) for i in range(3)]))


def test_the_newest_training_is_shown_where_the_judged_one_is_another(tmp_path: Path) -> None:
    screen = shown(write_log(tmp_path / "run", [*falling(20), *falling(3)]))
    assert "Steps with data: 3" in screen
    assert "Chain 2 of 2, 3 of 23 rows, 2 attempts" in screen


def test_a_header_without_rows_waits_and_says_what_to_check(tmp_path: Path) -> None:
    screen = shown(write_log(tmp_path / "run", []))
    assert "⏳ WAITING FOR THE FIRST ROW" in screen
    assert str(tmp_path / "run" / "training_metrics.csv") in screen.replace("\n  ", "")
    assert "goes on by itself" in screen


@pytest.mark.parametrize(("folder", "said"), [("nowhere", "NO FOLDER TO LOOK IN"), ("", "NO RUNS YET")])
def test_where_there_is_no_run_it_says_where_it_looked_what_to_check_and_what_next(
    tmp_path: Path, folder: str, said: str
) -> None:
    output = io.StringIO()
    terminal.watch(tmp_path / folder, Console(file=output, width=78), refresh=1, once=True)
    screen = output.getvalue()
    assert said in screen
    assert str(tmp_path / folder) in screen.replace("\n  ", "")
    assert "1. Does the folder exist?" in screen
    assert "python -m trainmon demo" in screen


def test_problems_in_the_files_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    assert "Problems in the files: 1. The first: training_metrics.csv, line 22:" in shown(
        write_log(tmp_path / "run", [*falling(), "x"])
    )


def test_a_low_terminal_leaves_out_rules_and_empty_lines_first(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", falling())
    whole = shown(run).splitlines()
    assert shown(run, height=60).splitlines() == whole
    assert shown(run, height=27).splitlines() == [line for line in whole if line.strip("─")]


@pytest.mark.parametrize(("width", "height"), [(78, 24), (78, 18), (40, 24)])
def test_nothing_is_cut_off_at_the_bottom_of_a_low_terminal(width: int, height: int, tmp_path: Path) -> None:
    problems = [*falling(3), *falling(30), "no row"]
    screen = shown(write_log(tmp_path / "run", problems), width=width, height=height).splitlines()
    assert len(screen) <= height
    assert max(map(len, screen)) <= width
    headings = [line for line in screen if line[0] in "📊📈🎯🏆📁"]
    assert len(headings) == 5
    assert screen[-1] not in headings


def test_health_takes_one_line(tmp_path: Path) -> None:
    rising = [train_row(i, 0, i, 1 + abs(i - 40) / 10, memory=9000 - 80 * i) for i in range(100)]
    said = shown(write_log(tmp_path / "run", rising))
    (health,) = (line for line in said.splitlines() if line.startswith("  Health: "))
    assert len(health) == 76
    assert health.endswith("…")
    assert said.splitlines()[said.splitlines().index(health) + 1].startswith("  Known since ")


def test_what_was_taken_back_last_is_one_short_line(tmp_path: Path) -> None:
    said = shown(write_log(tmp_path / "run", hump(leak_from=450)))
    since = r"\n  Known since epoch 0, step 4\d\d \(a notice until step 5\d\d\)"
    taken_back = r"\n  Taken back: [A-Z][\w ]+, epoch 0, step 2\d\d to step 3\d\d"
    assert re.search(since + taken_back, said)


def test_a_run_in_the_folder_itself_comes_before_newer_ones_below_it(tmp_path: Path) -> None:
    write_log(tmp_path / "new", [train_row(i, 1, i, 1) for i in range(90, 99)])
    write_log(tmp_path / "old", falling(5))
    for rows, count in ((None, 9), (falling(3), 3)):
        if rows:
            write_log(tmp_path, rows)
        output = io.StringIO()
        terminal.watch(tmp_path, Console(file=output, width=78), refresh=1, once=True)
        assert f"Steps with data: {count}" in output.getvalue()
        assert "in this folder: name one to see it." in output.getvalue()


@pytest.mark.parametrize(("seconds", "text"), [(8280, "2.3h"), (90, "1.5min"), (40, "40s"), (None, "-"), (float("nan"), "-")])
def test_a_duration_is_written_as_in_the_guide(seconds: float | None, text: str) -> None:
    assert terminal._elapsed(seconds) == text


def test_the_monitor_waits_and_goes_on_by_itself_when_data_appears(tmp_path: Path) -> None:
    shown = tmp_path / "shown.txt"
    command = [sys.executable, "-m", "trainmon", "monitor", str(tmp_path / "run"), "--refresh", "0.05"]

    def said() -> str:
        return shown.read_text(encoding="utf-8", errors="ignore")

    with shown.open("wb") as output:
        monitor = subprocess.Popen(command, cwd=REPOSITORY, stdout=output, env={**os.environ, "PYTHONUTF8": "1"})
    try:
        wait_until(lambda: "NO FOLDER TO LOOK IN" in said())
        write_log(tmp_path / "run", falling(7))
        wait_until(lambda: "Steps with data: 7" in said())
        write_log(tmp_path / "run", falling(9))
        wait_until(lambda: "Steps with data: 9" in said())
    finally:
        monitor.kill()
        monitor.wait()
