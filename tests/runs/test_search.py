"""Which folders are entered, which files are looked into, and what is found in them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.logs import train, write_log
from trainmon.runs import search
from trainmon.runs.opening import find_runs
from trainmon.runs.readers.candidate import MANY, Candidate

KERAS = "epoch,loss,val_loss\n0,1.0,1.1\n1,0.5,0.7\n"
LIGHTNING = "epoch,step,train_loss,val_loss\n0,49,1.0,\n0,99,,0.9\n"
YOLO = "epoch, train/box_loss, val/box_loss\n0, 1.0, 1.1\n1, 0.5, 0.7\n"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are looked into, as they are."""
    names: list[str] = []
    read = search.format_of_file
    monkeypatch.setattr(search, "format_of_file", lambda path, **more: names.append(path.name) or read(path, **more))
    return names


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_root_may_be_a_run_itself_and_hold_more(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    write_log(tmp_path / "deep" / "down" / "inner", [train(0, 1)])
    assert {run.name for run in find_runs(tmp_path)} == {tmp_path.name, "inner"}


def test_links_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    run = write_log(tmp_path / "run", [train(0, 1)])
    (run / "again").symlink_to(tmp_path, target_is_directory=True)
    assert len(find_runs(tmp_path)) == 1


def test_saved_models_hidden_folders_and_plots_are_not_searched(tmp_path: Path) -> None:
    for name in (".hidden", "checkpoint-100", "plots", "node_modules"):
        write_log(tmp_path / name, [train(0, 1)])
    assert find_runs(tmp_path) == []


def test_a_virtual_environment_is_not_searched_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path / "my-env" / "pyvenv.cfg", "home = /usr/bin\n")
    write(tmp_path / "my-env" / "lib" / "history.csv", KERAS)
    assert find_runs(tmp_path) == []


def test_logs_of_other_tools_are_found_by_their_content(tmp_path: Path) -> None:
    write(tmp_path / "keras" / "training.log", KERAS)
    write(tmp_path / "lit" / "version_0" / "metrics.csv", LIGHTNING)
    write(tmp_path / "runs" / "detect" / "train2" / "results.csv", YOLO)
    write(tmp_path / "iris.csv", "sepal,petal\n1,2\n3,4\n")
    write(tmp_path / "notes.txt", "the loss is bad\n")
    found = {(run.format, run.path.relative_to(tmp_path).as_posix()) for run in find_runs(tmp_path)}
    assert found == {
        ("keras_csv", "keras/training.log"),
        ("lightning_csv", "lit/version_0"),
        ("yolo_results_csv", "runs/detect/train2"),
    }


def test_our_own_files_win_where_a_folder_holds_both(tmp_path: Path) -> None:
    write_log(tmp_path, [train(0, 1)])
    write(tmp_path / "history.csv", KERAS)
    assert [run.format for run in find_runs(tmp_path)] == ["trainmon"]


def test_a_run_has_the_name_of_what_tells_it_apart(tmp_path: Path) -> None:
    write(tmp_path / "bert" / "lightning_logs" / "version_3" / "metrics.csv", LIGHTNING)
    write(tmp_path / "cats" / "logs" / "history.csv", KERAS)
    assert {run.name for run in find_runs(tmp_path)} == {"bert/version_3", "cats/history.csv"}


def test_a_folder_full_of_other_texts_is_a_data_set_and_not_opened(tmp_path: Path, opened: list[str]) -> None:
    for place in range(MANY + 1):
        write(tmp_path / f"{place:05}.txt", "0 0.5 0.5 0.1 0.1\n")
    write(tmp_path / "history.csv", KERAS)
    assert len(find_runs(tmp_path)) == 1
    assert opened == ["history.csv"]


def test_few_of_very_many_unlike_files_are_opened(tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_UNLIKE", 10)
    for place in range(30):
        write(tmp_path / f"folder {place}" / "caption.txt", "a cat\n")
    write(tmp_path / "z" / "train_log.csv", KERAS)
    assert len(find_runs(tmp_path)) == 1
    assert len(opened) == 11


def test_what_was_no_log_is_opened_again_only_when_it_changed(tmp_path: Path, opened: list[str]) -> None:
    path = write(tmp_path / "progress.csv", "name,value\n")
    looking = search.Search(tmp_path)
    assert [len(list(looking.runs())) for _ in range(3)] == [0, 0, 0]
    assert opened == ["progress.csv"]
    write(path, KERAS)
    assert [len(list(looking.runs())) for _ in range(3)] == [1, 1, 1]
    assert opened == ["progress.csv"] * 2


def test_a_long_file_that_was_no_log_stays_none_as_it_grows(tmp_path: Path, opened: list[str]) -> None:
    path = write(tmp_path / "access.log", "GET /index.html 200\n" * 5_000)
    looking = search.Search(tmp_path)
    assert list(looking.runs()) == []
    with path.open("a", encoding="utf-8") as log:
        log.write("GET /index.html 200\n")
    assert list(looking.runs()) == []
    assert opened == ["access.log"]


def test_a_file_that_a_person_names_needs_less_to_be_opened(tmp_path: Path) -> None:
    path = write(tmp_path / "table.csv", "minute,degrees\n0,20.5\n1,21.0\n")
    assert find_runs(tmp_path) == []
    assert search.reader_at(path) is not None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "history.csv", KERAS).chmod(0)
    assert find_runs(tmp_path) == []


def test_a_candidate_without_a_newline_is_a_line(tmp_path: Path) -> None:
    assert Candidate(write(tmp_path / "log", "one line")).lines == [b"one line"]
