from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import write_run
from trainmon.commands.main import main

START = 1_700_000_000.0
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def runs(tmp_path: Path) -> tuple[str, str]:
    good = write_run(tmp_path / "good", start=START, floor=0.4, config={"learning_rate": 1e-4, "seed": 0})
    poor = write_run(tmp_path / "poor", start=START, floor=0.9, config={"learning_rate": 1e-3, "seed": 0})
    return str(good), str(poor)


def test_a_comparison_as_text(runs: tuple[str, str], capsys: Capture) -> None:
    assert main(["compare", *runs]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("good beats poor by 42.3 % in validation loss at step 299")
    assert lines[4].split()[:8] == ["run", "state", "best", "at", "step", "last", "at", "step"]
    assert lines[5].startswith("good *  ended")
    assert any(line.split() == ["learning_rate", "0.0001", "0.001"] for line in lines)
    assert {line.index("ended") for line in lines[5:7]} == {lines[4].index("state")}


def test_the_baseline_is_another_where_it_is_named(runs: tuple[str, str], capsys: Capture) -> None:
    assert main(["compare", *runs, "--baseline", runs[1], "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [run["baseline"] for run in document["runs"]] == [False, True]
    assert document["runs"][0]["delta"] == pytest.approx(-0.5)
    assert document["runs"][1]["delta"] is None
    assert (document["differences"], document["same_config_keys"]) == ({"learning_rate": [1e-4, 1e-3]}, 1)


def test_seeds_are_grouped_in_text_and_json_unless_asked_for_singly(tmp_path: Path, capsys: Capture) -> None:
    paths = [
        str(
            write_run(tmp_path / f"lr-{rate}-seed{seed}", start=START, floor=rate + seed / 100, config={"lr": rate, "seed": seed})
        )
        for rate in (0.4, 0.9)
        for seed in (1, 2)
    ]
    assert main(["compare", *paths, "--metric", "train loss", "--align", "time"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("lr-0.4 (2 seeds) beats lr-0.9 (2 seeds)")
    assert " after 4 min 59 s of training " in lines[0]
    assert sum("±" in line for line in lines) == 2
    assert sum(line.startswith("  lr-") for line in lines) == 4
    assert main(["compare", *paths, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [side["runs"] for side in document["sides"]] == [
        [run["run"] for run in document["runs"][at : at + 2]] for at in (0, 2)
    ]
    assert document["sides"][0]["at_position"]["n"] == 2
    assert (document["sides"][1]["to_baseline"]["verdict"], document["ahead"][0]["noise_from"]) == ("worse", "seeds")
    assert main(["compare", *paths, "--json", "--singly"]) == 0
    assert len(json.loads(capsys.readouterr().out)["sides"]) == 4


def test_a_report_compares_with_its_run(runs: tuple[str, str], tmp_path: Path, capsys: Capture) -> None:
    assert main(["report", runs[0], "--html", str(tmp_path / "r.html")]) == 0
    assert main(["compare", str(tmp_path / "r.html"), runs[1]]) == 0
    assert "good beats poor" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("paths", "said"), [(["good"], "needs two runs or more"), (["good", "missing"], "missing does not exist")]
)
def test_what_cannot_be_compared_is_one_sentence(
    paths: list[str], said: str, runs: tuple[str, str], tmp_path: Path, capsys: Capture
) -> None:
    assert main(["compare", *(str(tmp_path / path) for path in paths)]) == 3
    printed = capsys.readouterr()
    assert said in printed.err
    assert (printed.out, printed.err.count("\n")) == ("", 1)
