"""`check`: the document, the text, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.logs import train, write_log
from trainmon.commands.main import main

KEYS = {"kind", "severity", "metric", "step", "steps", "title", "evidence", "advice", "caveat", "follows_from", "known_since"}


def healthy(directory: Path) -> Path:
    return write_log(directory, [train(0, step, 3 / (1 + step / 10)) for step in range(60)])


def flat(directory: Path) -> Path:
    return write_log(directory, [train(0, step, 2 + 0.1 * (step * 7 % 5)) for step in range(600)])


def broken(directory: Path) -> Path:
    return write_log(directory, [train(0, step, 3 / (1 + step / 10) if step < 50 else "nan") for step in range(60)])


def document(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, Any]:
    status = main(["check", "--json", *map(str, paths)])
    return status, json.loads(capsys.readouterr().out)


def test_the_exit_status_is_that_of_the_worst_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [healthy(tmp_path / "a"), flat(tmp_path / "b"), broken(tmp_path / "c")]
    assert [document(capsys, run)[0] for run in runs] == [0, 1, 2]
    assert document(capsys, tmp_path)[0] == 2


def test_nothing_readable_is_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none")]) == 3
    assert capsys.readouterr().out == ""


def test_the_document_has_verdict_grades_and_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = broken(tmp_path / "run")
    (entry,) = document(capsys, run)[1]["runs"]
    assert list(entry) == ["run", "path", "verdict", "counted", "grades", "findings", "taken_back"]
    assert (entry["path"], entry["verdict"]) == (str(run), "error")
    assert [grade["name"] for grade in entry["grades"]] == [
        "Loss improvement",
        "Validation vs train",
        "Samples per second",
        "Memory stable",
    ]
    finding = entry["findings"][0]
    assert finding.keys() == KEYS
    assert (finding["kind"], finding["severity"], finding["metric"], finding["step"]) == ("non_finite", "error", "loss", 50)
    assert finding["evidence"]["count"] == {"value": 10, "unit": "values"}
    assert finding["advice"]
    assert finding["caveat"]


def test_a_person_reads_the_verdict_first_and_what_to_try_below(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(healthy(tmp_path / "fine"))]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert "Looks healthy; looked at loss (60 values)" in first
    assert main(["check", str(flat(tmp_path / "flat"))]) == 1
    text = capsys.readouterr().out
    assert "Needs a look: loss changed by" in text
    assert "try: the learning rate (1e-05) may be too low: try 0.0001" in text
    assert "but: long warm-ups" in text
