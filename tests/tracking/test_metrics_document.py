"""training_metrics.json grows with the CSV: whatever was saved before, it is what one save of everything would give."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.logs import HEADER, epoch_row, train
from tests.repository import REPOSITORY
from trainmon.tracking.metrics_document import write_metrics_json
from trainmon.tracking.tracker import MetricsTracker


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "training_metrics.csv"


def save(csv: Path, name: str = "a.json") -> dict[str, Any]:
    """Save what the CSV holds and return the document without its source."""
    with csv.open("rb") as file:
        write_metrics_json(file, csv.stat().st_size, csv.with_name(name), {"total_steps": 1})
    document: dict[str, Any] = json.loads(csv.with_name(name).read_bytes())
    document.pop("source")
    return document


def append(csv: Path, *lines: str) -> None:
    with csv.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)


USUAL = "2026-01-31T00:00:00.000001+00:00,0,{},train,0.25,,1e-05,8000.5,1.5"


def test_each_save_adds_the_rows_that_are_new(csv: Path) -> None:
    append(csv, HEADER, USUAL.format(1), train(0, 2, "nan"))
    assert len(save(csv)["step_metrics"]) == 2
    append(csv, epoch_row(0, 2.0), USUAL.format(3), "garbage", "")
    assert len(save(csv)["epoch_metrics"]) == 1
    append(csv, USUAL.format(4), epoch_row(1, "inf"))
    grown = save(csv)
    assert grown == save(csv, "b.json")
    assert [row["step"] for row in grown["step_metrics"]] == [1, 2, 3, 4]
    assert [row["loss"] for row in grown["epoch_metrics"]] == [2.0, None]
    assert (grown["non_finite"], grown["total_steps"]) == (2, 1)
    assert csv.with_name("a.json").read_bytes() == csv.with_name("b.json").read_bytes()


def test_rows_that_were_saved_are_copied_and_not_read_again(csv: Path) -> None:
    append(csv, HEADER, *(USUAL.format(step) for step in range(100)))
    save(csv)
    saved = csv.with_name("a.json")
    saved.write_bytes(saved.read_bytes().replace(b'"step": 0,', b'"step": 7,'))  # what only a copy can keep
    append(csv, USUAL.format(100))
    steps = [row["step"] for row in save(csv)["step_metrics"]]
    assert steps == [7, *range(1, 101)]


@pytest.mark.parametrize(
    "other", [HEADER + ",late\n" + USUAL.format(1) + ",1\n", HEADER + "\n" + USUAL.format(2) + "\n", HEADER + "\n"]
)
def test_another_csv_is_converted_anew(csv: Path, other: str) -> None:
    append(csv, HEADER, USUAL.format(1))
    save(csv)
    csv.write_text(other)
    assert save(csv) == save(csv, "b.json")


@pytest.mark.parametrize("content", ["", "{}", "[", '{"step_metrics": [],\n"source": {"bytes": 1}\n}'])
def test_document_of_someone_else_is_replaced(csv: Path, content: str) -> None:
    append(csv, HEADER, USUAL.format(1))
    csv.with_name("a.json").write_text(content)
    assert save(csv) == save(csv, "b.json")


def test_torn_last_line_waits_for_its_end(csv: Path) -> None:
    append(csv, HEADER, USUAL.format(1))
    with csv.open("a") as file:
        file.write(USUAL.format(2)[:-2])
    assert len(save(csv)["step_metrics"]) == 1
    append(csv, ".5")
    assert [row["step"] for row in save(csv)["step_metrics"]] == [1, 2]
    assert save(csv) == save(csv, "b.json")


def test_usual_row_and_unusual_row_are_converted_alike(csv: Path) -> None:
    append(csv, HEADER, USUAL.format(1), USUAL.format(1).replace("0.25", "+0.25"))
    first, second = save(csv)["step_metrics"]
    assert first == second
    assert first["loss"] == 0.25
    assert first["val_loss"] is None


def test_document_that_has_all_rows_is_left_alone(csv: Path) -> None:
    append(csv, HEADER, USUAL.format(1))
    save(csv)
    marked = csv.with_name("a.json").read_bytes().replace(b'"total_steps": 1', b'"total_steps": 7')
    csv.with_name("a.json").write_bytes(marked)
    assert save(csv)["total_steps"] == 7
    append(csv, USUAL.format(2))
    assert save(csv)["total_steps"] == 1


# -- without save_json -----------------------------------------------------------------------------------------------


def steps_in_document(place: Path) -> list[int]:
    document = json.loads((place / "training_metrics.json").read_bytes())
    return [row["step"] for row in document["step_metrics"]]


def test_summary_and_close_bring_the_document_up_to_date(tmp_path: Path) -> None:
    tracker = MetricsTracker(tmp_path)
    tracker.log_step(0, 1, 3.0)
    tracker.save_summary(total_time=1, total_samples=1)
    assert steps_in_document(tmp_path) == [1]
    tracker.log_step(0, 2, 2.0)
    tracker.close()
    assert steps_in_document(tmp_path) == [1, 2]


def test_training_that_fails_leaves_its_rows_in_the_document(tmp_path: Path) -> None:
    tracker = MetricsTracker(tmp_path)
    tracker.log_step(0, 1, 3.0)
    with pytest.raises(ZeroDivisionError), tracker:
        _ = 1 / 0
    assert steps_in_document(tmp_path) == [1]


def test_close_leaves_the_document_to_the_tracker_that_came_after(tmp_path: Path) -> None:
    first, second = MetricsTracker(tmp_path), MetricsTracker(tmp_path)
    first.log_step(0, 1, 3.0)
    second.log_step(0, 2, 2.0)
    first.close()
    assert not (tmp_path / "training_metrics.json").exists()
    second.close()
    assert steps_in_document(tmp_path) == [1, 2]


CLOSES_WHILE_SAVING = """
import signal, sys
from trainmon.tracking import metrics_document
from trainmon.tracking.tracker import MetricsTracker
tracker = MetricsTracker(sys.argv[1])
signal.signal(signal.SIGTERM, lambda *_: tracker.close("interrupted"))
fingerprint = metrics_document.fingerprint
def told_to_end(*which):  # in the middle of the save
    metrics_document.fingerprint = fingerprint
    signal.raise_signal(signal.SIGTERM)
    return fingerprint(*which)
metrics_document.fingerprint = told_to_end
tracker.log_step(0, 1, 3.0)
tracker.save_json()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_handler_may_close_in_the_middle_of_a_save(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", CLOSES_WHILE_SAVING, str(tmp_path)]
    subprocess.run(command, cwd=REPOSITORY, check=True, timeout=120)
    assert json.loads((tmp_path / "training_run.json").read_bytes())["attempts"][0]["end"] == "interrupted"
    assert steps_in_document(tmp_path) == [1]
