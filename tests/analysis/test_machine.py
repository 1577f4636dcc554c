"""What was logged of the machine, chart by chart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from tests.analysis.test_samples import seen, write_samples
from tests.logs import HEADER, stamp, train, write_log
from trainmon.analysis.machine import Machine, machine_of
from trainmon.analysis.memory_words import disk_line
from trainmon.charts import panel_chart


def machine(directory: Path, drawn: str = "") -> Machine:
    analysis = seen(directory)
    assert analysis.stretch is not None
    return machine_of(analysis.stretch, analysis.progress, drawn)


def log(directory: Path, count: int = 30) -> Path:
    return write_log(directory, [train(0, 10 * at, at=at) for at in range(count)])


def test_every_column_that_was_logged_has_a_chart_and_what_was_not_has_none(tmp_path: Path) -> None:
    write_samples(
        log(tmp_path), [0, 5, 10],
        available_mb=[1, 2, 3], process_mb=[1, 1, 1], children_mb=[0, 0, 0], swap_mb=[0, 0, 0], cpu_percent=[50, 60, 70],
        disk_free_mb=[9, 9, 9], gpu0_used_mb=[20, 21, 22], gpu0_total_mb=[24, 24, 24], gpu0_process_mb=["", "", ""],
        gpu0_temperature_c=[70, 71, 72], gpu1_temperature_c=[60, 61, 62], torch0_allocated_mb=[1, 2, 3], torch0_peak_mb=[1, 2, 3],
        mps_driver_mb=[5, 5, 5], mlx_active_mb=[5, 5, 5], fan_percent=[30, 30, 30],
    )  # fmt: skip
    found = machine(tmp_path)
    assert [(panel.title, panel.unit, [label for label, _ in panel.lines]) for panel in found.panels] == [
        ("Available memory, as sampled", "MB", ["available"]),
        ("Memory of the training", "MB", ["its process", "its child processes"]),
        ("Swap in use", "MB", ["swap"]),
        ("CPU, all cores", "%", ["CPU"]),
        ("Free disk", "MB", ["free"]),
        ("GPU 0 memory", "MB", ["in use"]),
        ("GPU temperature", "°C", ["GPU 0", "GPU 1"]),
        ("GPU 0 memory, by torch", "MB", ["allocated", "peak"]),
        ("GPU memory, by torch on MPS", "MB", ["driver"]),
        ("GPU memory, by MLX", "MB", ["active"]),
        ("fan_percent", "%", ["fan_percent"]),
    ]
    assert all(panel_chart(panel) is not None for panel in found.panels)
    assert found.panels[5].ceiling == 24
    assert found.peak is not None
    assert (found.peak.value, found.peak.source, found.peak.total) == (22, "GPU 0", 24)
    assert "Available memory, as sampled" not in [panel.title for panel in machine(tmp_path, "available_mb").panels]


def test_what_the_training_logged_of_the_machine_has_a_chart_and_its_other_metrics_have_none(tmp_path: Path) -> None:
    names = ["gpu_mem_gb", "peakMemory", "cpuUtil", "temperature", "member_accuracy", "framework"]
    rows = [f"{stamp(at)},0,{at},train,1.0,,1e-05,8000,,1,2,3,4,5,6" for at in range(3)]
    write_log(tmp_path, rows, ",".join([HEADER, *names]))
    assert [(panel.title, panel.unit) for panel in machine(tmp_path).panels] == [
        ("gpu_mem_gb", "GB"), ("peakMemory", ""), ("cpuUtil", ""),
    ]  # fmt: skip


def test_reasons_are_those_of_the_newest_attempt_without_sources_that_have_readings(tmp_path: Path) -> None:
    reasons = {"nvidia": "NVML finds no GPU", "torch": "torch is not loaded"}
    record = {"format": 1, "attempts": [{"id": "a", "first_row": 0, "not_sampled": reasons}]}
    (log(tmp_path) / "training_run.json").write_text(json.dumps(record))
    write_samples(tmp_path, [0, 5], torch0_peak_mb=[1, 2])
    assert machine(tmp_path).silent == {"nvidia": "NVML finds no GPU"}


def test_a_disk_that_fills_is_said_to(tmp_path: Path) -> None:
    write_samples(log(tmp_path, 200), range(200), disk_free_mb=[50_000 - 100 * at for at in range(200)])
    (panel,) = machine(tmp_path).panels
    assert disk_line(panel.outlook, over=False).startswith("Free disk falls by 1\u2009000 MB per 100 steps: full at about step 5")
    assert disk_line(panel.outlook, over=True) == ""
    (tmp_path / "trainmon.toml").write_text("[plan]\nsteps = 3000\n")
    (panel,) = machine(tmp_path).panels
    assert disk_line(panel.outlook, over=False).endswith("per 100 steps, and lasts to the planned end: step 3\u2009000.")
    assert not panel.from_zero


def test_many_readings_are_drawn_as_their_mean_and_range(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    log(tmp_path, 100)
    write_samples(tmp_path, np.linspace(0, 99, 3_000).tolist(), cpu_percent=(50 + 10 * rng.standard_normal(3_000)).tolist())
    (panel,) = machine(tmp_path).panels
    chart = panel_chart(panel)
    assert chart is not None
    assert len(chart.datasets["lines"]) == len(chart.datasets["band"]) <= 250
    band = chart.datasets["band"]
    assert (band["low"] <= band["high"]).all()
    assert chart.spec["height"] == 160
    assert chart.caption.replace("\u2009", "") == "3000 readings: the mean and the range of each 16"


def test_readings_without_a_place_on_the_axis_are_drawn_by_the_clock(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 0), train(0, 100)])
    (panel,) = machine(write_samples(tmp_path, [0, 5], swap_mb=[0, 0])).panels
    chart = panel_chart(panel, axis="step")
    assert chart is not None
    assert "clock time" in chart.description
