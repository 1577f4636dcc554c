from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.logs import write_log
from tests.repository import REPOSITORY
from tests.rows import falling
from trainmon.commands.main import main

Capture = pytest.CaptureFixture[str]


def test_monitor_takes_its_directory_in_three_ways(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path, falling())
    for arguments in ([str(tmp_path)], ["--output-dir", str(tmp_path)], ["--logdir", str(tmp_path), "--interval", "2"]):
        assert main(["monitor", *arguments, "--once"]) == 0
        assert "Steps with data: 20" in capsys.readouterr().out


def test_the_guides_script_is_a_door_to_monitor(tmp_path: Path) -> None:
    write_log(tmp_path, falling())
    command = [sys.executable, "scripts/monitor.py", "--refresh", "10", "--once", "--output-dir", str(tmp_path)]
    ended = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, check=True, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}
    )
    assert "📊 CURRENT STATUS" in ended.stdout
    assert ended.stderr == ""


def test_monitor_report_prints_the_report_and_writes_the_plots(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", falling())
    assert main(["monitor", "--report", "--output-dir", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "TRAINING REPORT" in said
    assert sorted(path.name for path in (tmp_path / "run" / "plots").iterdir()) == [
        "dashboard.png",
        "loss_curves.png",
        "memory_usage.png",
    ]
    assert f"Plot: {tmp_path / 'run' / 'plots' / 'loss_curves.png'}" in said


def test_monitor_report_without_a_run_is_one_sentence(tmp_path: Path, capsys: Capture) -> None:
    assert main(["monitor", "--report", str(tmp_path)]) == 3
    assert "no training log was found" in capsys.readouterr().err
