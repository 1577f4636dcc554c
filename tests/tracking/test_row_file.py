"""The append-only CSV: headers that grow, torn lines, and disks that fail."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path

import pytest

from trainmon.files.format import MAX_COLUMNS, METRICS_COLUMNS
from trainmon.tracking.row_file import RowFile

HEADER = ",".join(METRICS_COLUMNS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "training_metrics.csv"


def append(path: Path, *rows: dict[str, str]) -> RowFile:
    file = RowFile(path)
    for row in rows:
        file.append(row)
    file.close()
    return file


def test_new_file_has_the_header_with_the_first_rows_names(path: Path) -> None:
    append(path, {"epoch": "0", "phase": "train", "accuracy": ""}, {"epoch": "1", "accuracy": "0.5"})
    assert path.read_bytes() == f"{HEADER},accuracy\n,0,,train,,,,,,\n,1,,,,,,,,0.5\n".encode()


def test_new_names_grow_the_header_once_and_pad_the_old_rows(path: Path) -> None:
    append(path, {"epoch": "0"}, {"epoch": "1", "b": "2", "a": "3"}, {"a": "4"})
    assert path.read_text() == f"{HEADER},b,a\n,0,,,,,,,,,\n,1,,,,,,,,2,3\n,,,,,,,,,,4\n"
    assert os.listdir(path.parent) == ["training_metrics.csv"]


def test_name_with_a_comma_is_one_heading(path: Path) -> None:
    append(path, {"epoch": "0"}, {"loss, total": "1"}, {"loss, total": "2"})
    assert path.read_text().splitlines() == [f'{HEADER},"loss, total"', ",0,,,,,,,,", ",,,,,,,,,1", ",,,,,,,,,2"]


def test_header_that_stands_there_is_followed(path: Path) -> None:
    path.write_text("step,mood,loss\n1,good,0.5\n")
    append(path, {"loss": "0.25", "step": "2"}, {"step": "3", "epoch": "1"})
    assert path.read_text() == "step,mood,loss,epoch\n1,good,0.5,\n2,,0.25,\n3,,,1\n"


def test_growing_keeps_byte_order_mark_line_ends_blank_lines_and_garbage(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbfstep,loss\r\n1,0.5\r\n\r\ngar\xffbage\r\n")
    append(path, {"step": "2", "new": "x"})
    assert path.read_bytes() == b"\xef\xbb\xbfstep,loss,new\r\n1,0.5,\r\n\r\ngar\xffbage,\r\n2,,x\n"


def test_torn_last_line_is_ended_first(path: Path) -> None:
    path.write_text("step,loss\n1,0.5\n2,0.")
    append(path, {"step": "2", "loss": "0.25"})
    assert path.read_text() == "step,loss\n1,0.5\n2,0.\n2,0.25\n"


@pytest.mark.parametrize("torn", ["", "time", HEADER[:-1]])
def test_torn_header_gives_way_to_a_whole_one(path: Path, torn: str) -> None:
    path.write_text(torn)
    append(path, {"epoch": "0"})
    assert path.read_text() == f"{HEADER}\n,0,,,,,,,\n"


def test_header_without_its_line_end_is_a_header(path: Path) -> None:
    path.write_text(HEADER)
    append(path, {"epoch": "0"})
    assert path.read_text() == f"{HEADER}\n,0,,,,,,,\n"


def test_more_than_a_thousand_columns_are_counted_and_the_row_is_written(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = append(path, {"epoch": "0"}, {f"m{n}": "1" for n in range(MAX_COLUMNS)}, {"epoch": "2", "m999": "1"})
    assert [line.count(",") + 1 for line in path.read_text().splitlines()] == [MAX_COLUMNS] * 4
    assert file.cells_not_written == len(METRICS_COLUMNS) + 1
    assert len(caplog.records) == 1


def test_header_that_cannot_grow_leaves_the_row_without_the_new_cells(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = RowFile(path)
    file.append({"epoch": "0"})
    (path.parent / f".{path.name}.tmp").mkdir()  # in the way of the rewritten file
    with caplog.at_level(logging.WARNING):
        file.append({"epoch": "1", "new": "1"})
        file.append({"epoch": "2", "new": "1"})
    file.close()
    assert path.read_text() == f"{HEADER}\n,0,,,,,,,\n,1,,,,,,,\n,2,,,,,,,\n"
    assert file.cells_not_written == 2
    assert [record.getMessage() for record in caplog.records] == [f"{path}: no column for new: Is a directory"]


def test_deleted_file_begins_anew_with_the_rows_since_it_was_last_seen(path: Path) -> None:
    file = RowFile(path)
    file.append({"epoch": "0"})
    file.created = False
    path.unlink()
    file.append({"epoch": "1"})
    file.sync()
    file.close()
    assert file.created
    assert path.read_text() == f"{HEADER}\n,0,,,,,,,\n,1,,,,,,,\n"


def test_rows_of_a_deleted_file_bring_their_columns_along(path: Path) -> None:
    file = RowFile(path)
    file.append({"epoch": "0", "a": "1"})
    path.unlink()
    file.append({"epoch": "1"})
    file.sync()
    file.close()
    assert path.read_text() == f"{HEADER},a\n,0,,,,,,,,1\n,1,,,,,,,,\n"


def test_rows_of_a_deleted_directory_are_written_once_it_is_there_again(path: Path) -> None:
    path = path.parent / "run" / path.name
    path.parent.mkdir()
    file = RowFile(path)
    file.append({"epoch": "0"})
    shutil.rmtree(path.parent)
    with pytest.raises(FileNotFoundError):
        file.sync()
    path.parent.mkdir()
    file.append({"epoch": "1"})
    assert path.read_text() == f"{HEADER}\n,0,,,,,,,\n,1,,,,,,,\n"


def test_directory_is_made_for_the_first_row(tmp_path: Path) -> None:
    append(tmp_path / "a" / "b" / "training_metrics.csv", {"epoch": "0"})
    assert (tmp_path / "a" / "b" / "training_metrics.csv").exists()


def test_directory_that_cannot_be_made_raises(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        RowFile(tmp_path / "file" / "training_metrics.csv").append({"epoch": "0"})


def test_mode_of_the_file_outlives_a_growing_header(path: Path) -> None:
    append(path, {"epoch": "0"})
    path.chmod(0o640)
    append(path, {"new": "1"})
    assert path.stat().st_mode & 0o777 == 0o640
