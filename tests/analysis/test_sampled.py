"""What was sampled of the machine, as the checks take it."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.test_samples import seen, write_samples
from tests.logs import train, write_log
from trainmon.analysis.sampled import sampled_of
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.inputs import Inputs, Reading


def sampled(directory: Path) -> dict[Reading, Curve]:
    stretch = seen(directory).stretch
    assert stretch is not None
    return sampled_of(stretch)


def test_a_sample_stands_at_the_row_before_it(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, step, at=step) for step in (0, 10, 20)])
    write_samples(tmp_path, [12, 5, 20, 30], swap_mb=[2, 1, 3, 9], cpu_percent=["", 50, 60, 70])
    found = sampled(tmp_path)
    assert (found["swap"].rows.tolist(), found["swap"].values.tolist()) == ([0, 1, 2], [1, 2, 3])
    assert (found["cpu"].rows.tolist(), found["cpu"].values.tolist()) == ([0, 2], [50, 60])
    assert Inputs(sampled=found, stop_row=3).as_of(2).sampled["swap"].values.tolist() == [1, 2]


def test_of_several_gpus_use_is_the_mean_and_the_rest_the_highest(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, step, at=step) for step in (0, 10, 20)])
    gpus = {"gpu0_utilisation_percent": [10, 20], "gpu1_utilisation_percent": [30, ""]}
    heat = {"gpu0_temperature_c": [60, 61], "gpu1_temperature_c": [70, 50], "gpu1_slowed_by_heat": [0, 1]}
    power = {"gpu0_power_w": [100, 200], "gpu0_power_limit_w": [200, 200], "gpu1_power_w": [300, 300]}
    found = sampled(write_samples(tmp_path, [5, 15], **gpus, **heat, **power))
    assert {reading: curve.values.tolist() for reading, curve in found.items()} == {
        "gpu_use": [20, 20],
        "gpu_heat": [70, 61],
        "gpu_power": [50, 100],
        "gpu_slowed": [0, 1],
    }


def test_only_the_newest_attempt_counts(tmp_path: Path) -> None:
    first = [train(0, step, at=step) for step in (0, 10, 20, 30)]
    write_log(tmp_path, [*first, *(train(0, step, at=80 + step) for step in (20, 30, 40))])
    found = sampled(write_samples(tmp_path, [5, 15, 105, 115], swap_mb=[1, 2, 3, 4]))
    assert (found["swap"].rows.tolist(), found["swap"].values.tolist()) == ([4, 5], [3, 4])


def test_nothing_is_known_without_samples_or_times(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, step, at=step) for step in (0, 10)])
    assert sampled(tmp_path) == {}
