"""When findings came up and when they were taken back, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.humps import hump
from tests.logs import write_log
from trainmon.analysis.said import Place, Said, Story
from trainmon.commands.main import main
from trainmon.reports.told import taken_back


def place(row: int, epoch: float = 0.0) -> Place:
    return Place(row, row, epoch, None)


def said(kind: str, since: int, until: int | None) -> Said:
    return Said(kind, "loss", "notice", place(since), None, None if until is None else place(until))


def test_a_finding_that_came_and_went_often_is_one_line_with_its_last_times() -> None:
    spikes = [said("spikes", 100 * n, 100 * n + 50) for n in range(1, 6)]
    story = Story((said("plateau", 10, 20), *spikes, said("spikes", 900, None)))
    assert taken_back(story).rows == (
        (
            "notice", "Spikes (loss)",
            "from epoch 0, step 300 to step 350, from epoch 0, step 400 to step 450, from epoch 0, step 500 to step 550, "
            "and 2 more times before",
        ),
        ("notice", "Plateau (loss)", "from epoch 0, step 10 to step 20"),
    )  # fmt: skip


def test_the_documents_of_one_run_have_when_it_was_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_log(tmp_path / "run", hump(leak_from=450))
    main(["check", "--json", str(run)])
    (checked,) = json.loads(capsys.readouterr().out)["runs"]
    (leak,) = (each for each in checked["findings"] if each["kind"] == "memory_leak")
    assert leak["known_since"]["step"] == leak["known_since"]["row"] > 450
    main(["status", "--json", str(run)])
    (status,) = json.loads(capsys.readouterr().out)["runs"]
    assert status["taken_back"] == checked["taken_back"]
    (since,) = (each["since"] for each in status["known_since"] if each["kind"] == "memory_leak")
    assert since == {name: leak["known_since"][name] for name in ("row", "epoch", "step", "time")}
    (overfitting,) = (each for each in status["taken_back"] if each["kind"] == "overfitting")
    assert (overfitting["severity"], overfitting["metric"]) == ("error", "val_loss")
    assert 200 < overfitting["since"]["step"] < overfitting["until"]["step"] < 400


def test_of_several_runs_it_is_not_worked_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        write_log(tmp_path / name, hump(260))
    main(["check", "--json", str(tmp_path)])
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert [run["taken_back"] for run in runs] == [None, None]
    assert all(finding["known_since"] is None for run in runs for finding in run["findings"])
    main(["status", "--json", str(tmp_path)])
    assert [run["known_since"] for run in json.loads(capsys.readouterr().out)["runs"]] == [None, None]


def test_check_tells_a_person_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(write_log(tmp_path / "run", hump(leak_from=450)))])
    text = capsys.readouterr().out
    assert "    known since epoch 0, step 4" in text
    assert "  taken back [error] Overfitting (val_loss), said from epoch 0, step 2" in text
