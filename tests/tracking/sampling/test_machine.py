"""Readings of this very machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trainmon.files.format import SYSTEM_COLUMNS
from trainmon.tracking.sampling.frameworks import Mlx, Torch
from trainmon.tracking.sampling.machine import Machine, process_ids


def test_every_fixed_column_has_a_plausible_reading(tmp_path: Path) -> None:
    readings = Machine(tmp_path).read([os.getpid()])
    assert ("timestamp", *readings) == SYSTEM_COLUMNS
    assert readings["process_mb"] > 1  # type: ignore[operator]
    assert readings["children_mb"] == 0
    assert all(value is not None and value >= 0 for value in readings.values())


def test_children_are_found_and_measured(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "print(1, flush=True); input()"], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert child.pid in process_ids()
        assert Machine(tmp_path).read([os.getpid(), child.pid])["children_mb"] > 1  # type: ignore[operator]
        child.communicate(b"")


def test_what_ended_or_was_removed_is_blank(tmp_path: Path) -> None:
    readings = Machine(tmp_path / "gone").read([2**22 + 1])
    assert (readings["process_mb"], readings["disk_free_mb"]) == (None, None)


def test_frameworks_that_are_not_loaded_say_so_and_are_not_loaded_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("torch", "mlx.core"):  # another test of this process may have loaded them
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert (Torch().missing, Mlx().missing) == ("torch is not loaded", "MLX is not loaded")
    assert Torch().read([]) == {}
    assert not {"torch", "mlx.core"} & set(sys.modules)
