from __future__ import annotations

from pathlib import Path

from tests.builders import rows, write_run
from tests.humps import hump
from tests.logs import HEADER, train
from tests.pages.conftest import Open, words
from tests.real_data import COACH, needs_real_logs

SECTIONS = [
    "Timing", "Iterations", "Loss metrics", "Best checkpoint", "Loss", "Available memory", "Loss of each epoch",
    "Key metrics", "Findings", "Configuration", "Environment",
]  # fmt: skip


def test_the_sections_of_the_guide_are_there(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", config={"num_epochs": 3, "learning_rate": 1e-5, "nested": {"lora_r": 8}})
    app = open_page(tmp_path, page="report.py")
    assert not app.exception
    assert [each.value for each in app.main.subheader] == SECTIONS
    said = words(app)
    assert "Best train loss,0.6058" in said
    assert "learning_rate,1e-05" in said
    assert "interim report" not in said


def test_a_running_training_gets_an_interim_report(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", rows()[:100])
    assert "interim report" in words(open_page(tmp_path, page="report.py"))


def test_attempts_and_problems_are_listed(open_page: Open, tmp_path: Path) -> None:
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0)
    write_run(tmp_path / "run", [*first, *second, "torn"])
    app = open_page(tmp_path, page="report.py")
    assert [each.value for each in app.main.subheader][-2:] == ["Attempts", "Problems met while reading"]
    assert "151 to 453 (303 rows)" in words(app)


def test_a_broken_run_is_told_once_and_first(open_page: Open, tmp_path: Path) -> None:
    losses = [3 - step / 20 if step < 40 else "nan" for step in range(100)]
    write_run(tmp_path / "run", [train(0, step, loss, at=step) for step, loss in enumerate(losses)])
    app = open_page(tmp_path, page="report.py")
    assert not app.exception
    assert not app.info
    said = words(app)
    assert said.count("Something is wrong") == 1
    assert said.index("Something is wrong") < said.index("Train loss fell by")
    assert "is bad" not in said


def test_metrics_of_ones_own_are_in_the_report(open_page: Open, tmp_path: Path) -> None:
    lines = [f"{line},{0.5 + at / 1000}" for at, line in enumerate(rows(start=1_700_000_000.0))]
    write_run(tmp_path / "run", lines, header=f"{HEADER},accuracy")
    app = open_page(tmp_path, page="report.py")
    assert "Further metrics" in [each.value for each in app.main.subheader]
    assert "accuracy,0.5,0.802,0.802 at global step 299" in words(app)


def test_the_report_says_what_was_taken_back(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", hump(leak_from=450))
    app = open_page(tmp_path, page="report.py")
    assert "Taken back" in [each.value for each in app.main.subheader]
    assert "known since epoch 0, step 4" in words(app)


@needs_real_logs
def test_the_report_on_the_real_run_is_about_the_judged_training(open_page: Open) -> None:
    said = words(open_page(COACH, page="report.py"))
    assert "Best train loss,0.8978" in said
    assert "Final train loss,1.0028" in said
    assert "Final validation loss,1.5306" in said
