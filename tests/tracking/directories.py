"""A tracker's directory, read back, and other processes that log into one."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repository import REPOSITORY
from tests.waiting import PATIENCE
from trainmon.tracking.tracker import MetricsTracker

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")


def rows_of(place: Path) -> list[dict[str, str]]:
    """Return the rows of the CSV without their times."""
    with (place / "training_metrics.csv").open(newline="", encoding="utf-8") as file:
        return [{k: v for k, v in row.items() if k not in ("timestamp", "elapsed_time_s")} for row in csv.DictReader(file)]


def document(place: Path, name: str) -> dict[str, Any]:
    """Return a JSON file, refusing what strict JSON has not."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    found: dict[str, Any] = json.loads((place / name).read_text(encoding="utf-8"), parse_constant=refuse)
    return found


def attempts(place: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(place, "training_run.json")["attempts"]
    return found


def ends(place: Path) -> list[tuple[int, str | None, bool]]:
    """Return (first row, end, resumed) of each recorded attempt."""
    return [(entry["first_row"], entry["end"], entry["resumed_from"] is not None) for entry in attempts(place)]


def log(tracker: MetricsTracker, *rows: tuple[int, int, float]) -> None:
    for epoch, step, loss in rows:
        tracker.log_step(epoch, step, loss)


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python process that imports the tracker and runs `code`."""
    imports = (
        "import sys, time\nfrom trainmon.tracking import environment_thread\nfrom trainmon.tracking.tracker import MetricsTracker"
    )
    source = f"{imports}\nenvironment_thread.ENVIRONMENT_SECONDS = {PATIENCE}\n{code}"
    command = [sys.executable, "-W", "error", "-c", source, *arguments]
    return subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
