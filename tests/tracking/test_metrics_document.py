"""training_metrics.json grows with the CSV: whatever was saved before, it is what one save of everything would give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.logs import HEADER, epoch_row, train
from trainmon.tracking.metrics_document import write_metrics_json


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
