"""The sampling thread on a real directory."""

from __future__ import annotations

import csv
import errno
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.waiting import PATIENCE
from trainmon.tracking.sampling.machine import Machine
from trainmon.tracking.sampling.sampler import Sampler
from trainmon.tracking.sampling.source import Readings


def test_samples_are_rows_and_stop_ends_them(tmp_path: Path) -> None:
    enough = threading.Event()
    taken: list[float] = []

    def take(available_mb: float) -> None:
        taken.append(available_mb)
        if len(taken) == 3:
            enough.set()

    sampler = Sampler(tmp_path, 0.1, take)
    sampler.start()
    assert enough.wait(PATIENCE)
    sampler.stop()
    with (tmp_path / "training_system.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["available_mb"]) for row in rows] == taken
    assert rows[0]["timestamp"] < rows[1]["timestamp"]
    assert set(sampler.missing) >= {"torch", "mlx"}


def test_disk_that_takes_no_sample_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    enough = threading.Event()
    (tmp_path / "run").touch()  # in the way of the directory
    sampler = Sampler(tmp_path / "run", 0.1, lambda reading: enough.set() if sampler.missing.get("disk") else None)
    sampler.start()
    assert enough.wait(PATIENCE)
    sampler.stop()
    assert sampler.missing["disk"] == os.strerror(errno.EEXIST)
    assert len(caplog.records) == 1


class BrokenDriver:
    """A source that fails as a driver does which was updated beneath a training."""

    name = "driver"
    missing = None

    def read(self, processes: Sequence[int]) -> Readings:
        """Fail."""
        raise RuntimeError("Driver/library version mismatch")


def test_source_that_fails_says_why_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainmon.tracking.sampling.sampler._sources", lambda directory: [BrokenDriver(), Machine(directory)])
    enough = threading.Semaphore(0)
    sampler = Sampler(tmp_path, 0.1, lambda reading: enough.release())
    sampler.start()
    assert all(enough.acquire(timeout=PATIENCE) for _ in range(2))
    sampler.stop()
    assert sampler.missing == {"driver": "RuntimeError: Driver/library version mismatch"}
