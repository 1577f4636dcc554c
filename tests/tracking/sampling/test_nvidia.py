"""NVIDIA readings: what is pure about them, and what they say where there is no GPU. `benchmarks/gpu_readings.py` needs one."""

from __future__ import annotations

import importlib.util

import pytest

from trainmon.tracking.sampling.nvidia import Nvidia, gpu_columns, share_mb, slowed_by_heat, visible_gpus

UUIDS = ["GPU-8932f937-d72c", "GPU-8932aaaa-0000", "GPU-1b5e0000-1111"]


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (None, [0, 1, 2]),
        ("", []),
        ("-1", []),
        ("NoDevFiles", []),
        ("2,0", [2, 0]),
        (" 1 , 2 ", [1, 2]),
        ("0,3,1", [0]),
        ("1,1", [1]),
        ("GPU-1b5e", [2]),
        ("GPU-8932f937-d72c,0", [0]),
        ("GPU-8932", []),
        ("MIG-1,0", []),
    ],
)
def test_visible_gpus_are_those_that_cuda_shows(wanted: str | None, shown: list[int]) -> None:
    assert visible_gpus(wanted, UUIDS) == shown


def test_share_is_the_memory_of_the_training_and_its_children() -> None:
    assert share_mb([(1, 2**20), (2, 2**21), (3, 2**30)], [1, 2]) == 3
    assert share_mb([(1, None), (3, 2**30)], [1, 2]) is None


def test_gpu_has_a_column_for_each_reading() -> None:
    assert gpu_columns(1, 2.0, 8.0, None, 50.0, 60.0, 200.5, 250.0, 1.0) == {
        "gpu1_used_mb": 2.0,
        "gpu1_total_mb": 8.0,
        "gpu1_process_mb": None,
        "gpu1_utilisation_percent": 50.0,
        "gpu1_temperature_c": 60.0,
        "gpu1_power_w": 200.5,
        "gpu1_power_limit_w": 250.0,
        "gpu1_slowed_by_heat": 1.0,
    }


@pytest.mark.parametrize(
    ("reasons", "slowed"),
    [(None, None), (0, 0.0), (0x1, 0.0), (0x4, 0.0), (0x20, 1.0), (0x40 | 0x4, 1.0)],
    ids=["not told", "none", "idle", "at its power limit", "heat, by the driver", "heat, by the hardware"],
)
def test_only_heat_counts_as_heat_among_the_reasons_for_a_clock(reasons: int | None, slowed: float | None) -> None:
    assert slowed_by_heat(reasons) == slowed


def test_machine_without_a_gpu_says_why() -> None:
    nvidia = Nvidia()
    if nvidia.missing is None:
        pytest.skip("this machine has a GPU")
    installed = importlib.util.find_spec("pynvml") is not None
    assert nvidia.missing.startswith("NVML" if installed else "nvidia-ml-py is not installed (pip install nvidia-ml-py)")
    assert nvidia.read([1]) == {}
