"""Proves the GPU readings on a machine with an NVIDIA GPU: `python -m benchmarks.gpu_readings`; needs nvidia-ml-py.

Compares a sample with nvidia-smi, hides the GPU by CUDA_VISIBLE_DEVICES, and with torch also looks for an allocation of 1 GiB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from trainmon import MetricsTracker, PerformanceMonitor
from trainmon.tracking.sampling.machine import process_ids
from trainmon.tracking.sampling.nvidia import Nvidia

QUERY = "memory.used,memory.total,utilization.gpu,temperature.gpu,power.draw,uuid"
GIB_IN_MB = 1024.0
SLACK_MB, SLACK_W, SLACK_C = 256.0, 60.0, 8.0  # between two looks at a machine that does other things


def smi() -> list[list[str]]:
    """Return what nvidia-smi says of each GPU, in NVML's order."""
    command = ["nvidia-smi", f"--query-gpu={QUERY}", "--format=csv,noheader,nounits"]
    return [line.split(", ") for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()]


def compare_with_smi() -> None:
    """Check used, total, temperature and power of each GPU."""
    readings = Nvidia().read(process_ids())
    print(readings)
    for number, (used, total, _, temperature, power, _) in enumerate(smi()):
        _near(readings[f"gpu{number}_total_mb"], float(total), 1.0)
        _near(readings[f"gpu{number}_used_mb"], float(used), SLACK_MB)
        _near(readings[f"gpu{number}_temperature_c"], float(temperature), SLACK_C)
        _near(readings[f"gpu{number}_power_w"], float(power), SLACK_W)
    print("the readings agree with nvidia-smi")


def check_visibility() -> None:
    """Check that CUDA_VISIBLE_DEVICES hides and shows GPUs, by number and by UUID."""
    uuid = smi()[0][-1]
    for wanted, count in (("", 0), ("-1", 0), ("0", 1), (uuid, 1), (uuid[:12], 1)):
        os.environ["CUDA_VISIBLE_DEVICES"] = wanted
        nvidia = Nvidia()
        readings = nvidia.read([])
        assert len([name for name in readings if name.endswith("_used_mb")]) == count, (wanted, readings)
        print(f"CUDA_VISIBLE_DEVICES={wanted!r}: {count} GPUs; {nvidia.missing}")
    del os.environ["CUDA_VISIBLE_DEVICES"]


def check_a_training() -> None:
    """Check that a tracker's file has the GPU's columns, and torch's where torch is installed."""
    monitor = PerformanceMonitor(interval=0.2)
    with tempfile.TemporaryDirectory() as folder:
        with MetricsTracker(folder, monitor=monitor) as tracker:
            held: Any = None
            if find_spec("torch"):
                import torch

                held = torch.ones(256, 2**20, device="cuda")  # 1 GiB of float32
            for step in range(20):
                tracker.log_step(0, step, 1.0)
                time.sleep(0.1)
            del held
        lines = (Path(folder) / "training_system.csv").read_text().splitlines()
    last = dict(zip(lines[0].split(","), lines[-1].split(","), strict=True))
    print(last, monitor.not_available)
    assert float(last["gpu0_total_mb"]) > 0
    if find_spec("torch"):
        _near(float(last["torch0_allocated_mb"]), GIB_IN_MB, SLACK_MB)
        assert float(last["gpu0_used_mb"]) >= GIB_IN_MB
        assert float(last["torch0_peak_mb"]) >= GIB_IN_MB
        share = last["gpu0_process_mb"]  # blank in a container, where NVML knows the processes by other ids
        assert not share or float(share) >= GIB_IN_MB


def _near(found: float | None, expected: float, slack: float) -> None:
    assert found is not None
    assert abs(found - expected) <= slack, (found, expected, slack)


if __name__ == "__main__":
    if Nvidia().missing:
        sys.exit(f"no readings: {Nvidia().missing}")
    compare_with_smi()
    check_visibility()
    check_a_training()
    print("all readings hold")
