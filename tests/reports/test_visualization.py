from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.builders import write_run
from tests.logs import write_log
from trainmon import TrainingVisualizer

START = 1_700_000_000.0
Capture = pytest.CaptureFixture[str]


def test_a_saved_plot_lies_in_the_runs_plots_and_its_path_comes_back(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", start=START)
    visualizer = TrainingVisualizer(run)
    assert not (run / "plots").exists()
    paths = [
        visualizer.plot_loss_curves(save=True),
        visualizer.plot_memory_usage(save=True),
        visualizer.create_dashboard(save=True),
    ]
    assert paths == [run / "plots" / f"{name}.png" for name in ("loss_curves", "memory_usage", "dashboard")]
    assert all(path is not None and path.stat().st_size > 10_000 for path in paths)


def test_where_there_is_nothing_to_plot_it_says_so(tmp_path: Path, capsys: Capture) -> None:
    run = write_run(tmp_path / "run", start=START, memory=None)
    assert TrainingVisualizer(run).plot_memory_usage(save=True) is None
    assert TrainingVisualizer(run).plot_learning_rate(save=True) is None
    assert TrainingVisualizer(tmp_path / "missing").create_dashboard(save=True) is None
    assert TrainingVisualizer(write_log(tmp_path / "empty", [])).create_dashboard(save=True) is None
    said = capsys.readouterr().out.splitlines()
    assert ["no memory was logged" in said[0], "no learning rate that changes" in said[1]] == [True, True]
    assert ["no training log was found" in said[2], "no row was logged" in said[3]] == [True, True]
    assert not (run / "plots").exists()
    assert not (tmp_path / "missing").exists()


def test_outside_a_notebook_it_says_how_to_get_the_plot(tmp_path: Path, capsys: Capture) -> None:
    assert TrainingVisualizer(write_run(tmp_path, start=START)).plot_loss_curves() is None
    assert "with save=True it is written" in capsys.readouterr().out


def test_in_a_notebook_a_plot_is_displayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    shown: list[Any] = []
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=shown.append, Image=lambda **how: how))
    assert TrainingVisualizer(write_run(tmp_path, start=START)).plot_loss_curves() is None
    assert shown[0]["data"].startswith(b"\x89PNG")
    assert 900 < shown[0]["width"] < 1_200
    assert capsys.readouterr().out == ""


def test_the_report_is_printed(tmp_path: Path, capsys: Capture) -> None:
    TrainingVisualizer(write_run(tmp_path / "run", start=START)).print_training_report()
    TrainingVisualizer(tmp_path / "missing").print_training_report()
    said = capsys.readouterr().out
    assert "📊 TIMING" in said
    assert f"no training log was found in {tmp_path / 'missing'}" in said


def test_making_one_reads_and_writes_nothing(tmp_path: Path) -> None:
    TrainingVisualizer(tmp_path / "missing")
    assert os.listdir(tmp_path) == []
