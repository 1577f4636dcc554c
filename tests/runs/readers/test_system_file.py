"""training_system.csv, read as it grows: what is wrong with it costs one line, and it is no sign that the training goes on."""

from __future__ import annotations

import json
from pathlib import Path

from tests.logs import stamp, train, write_log
from trainmon.runs.library import Library
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run

HEADER = "timestamp,available_mb,process_mb"


def sample(at: float, available: object = 8_000, process: object = 500) -> str:
    return f"{stamp(at)},{available},{process}\n"


def system(directory: Path, text: str) -> Path:
    directory.mkdir(exist_ok=True)
    write_log(directory, [train(0, 0, at=0), train(0, 1, at=1)])
    (directory / "training_system.csv").write_text(f"{HEADER}\n{text}", encoding="utf-8")
    return directory


def values(run: Run, name: str = "available_mb") -> list[float]:
    return run.samples.columns[name].values.tolist()


def test_a_torn_last_line_waits_and_a_ragged_one_costs_itself(tmp_path: Path) -> None:
    run = open_run(system(tmp_path, sample(0) + "2026-01-01T00:00:01+00:00,7\n" + sample(2, 7_000) + "2026-01-01T0"))
    assert values(run) == [8_000, 7_000]
    assert [(each.file, each.line) for each in run.problems] == [("training_system.csv", 3), ("training_system.csv", 5)]


def test_a_refresh_takes_what_was_added_and_leaves_the_rows_alone(tmp_path: Path) -> None:
    library = Library([system(tmp_path, sample(0))])
    library.refresh()
    before = library.runs()[0]
    with (tmp_path / "training_system.csv").open("a") as file:
        file.write(sample(5, 7_500))
    assert library.refresh()
    run = library.runs()[0]
    assert values(run) == [8_000, 7_500]
    assert run.rows is before.rows
    assert run.attempts is before.attempts


def test_samples_alone_are_no_sign_that_the_training_goes_on(tmp_path: Path) -> None:
    library = Library([system(tmp_path, sample(0))])
    library.refresh()
    with (tmp_path / "training_system.csv").open("a") as file:
        file.write(sample(5))
    library.refresh()
    assert library.runs()[0].observation.grew_at is None
    with (tmp_path / "training_metrics.csv").open("a") as file:
        file.write(train(0, 2, at=2) + "\n")
    library.refresh()
    assert library.runs()[0].observation.grew_at is not None


def test_a_file_with_more_columns_than_before_is_read_anew(tmp_path: Path) -> None:
    library = Library([system(tmp_path, sample(0))])
    library.refresh()
    lines = [f"{HEADER},torch0_peak_mb", f"{sample(0).strip()},", f"{sample(5).strip()},900"]
    (tmp_path / "training_system.csv").write_text("\n".join(lines) + "\n")
    library.refresh()
    run = library.runs()[0]
    assert values(run) == [8_000, 8_000]
    assert run.samples.columns["torch0_peak_mb"].logged.tolist() == [False, True]


def test_a_file_that_goes_takes_its_samples_along(tmp_path: Path) -> None:
    library = Library([system(tmp_path, sample(0))])
    library.refresh()
    (tmp_path / "training_system.csv").unlink()
    library.refresh()
    assert library.runs()[0].samples.count == 0


def test_why_sources_are_silent_is_read_from_the_record(tmp_path: Path) -> None:
    attempts = [{"id": "a", "first_row": 0, "not_sampled": {"nvidia": "NVML finds no GPU"}}]
    (system(tmp_path, sample(0)) / "training_run.json").write_text(json.dumps({"format": 1, "attempts": attempts}))
    record = open_run(tmp_path).attempts[0].record
    assert record is not None
    assert record.not_sampled == {"nvidia": "NVML finds no GPU"}
