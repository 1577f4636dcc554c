"""A file that goes and comes again is a problem and no exception."""

from __future__ import annotations

from pathlib import Path

from trainmon.files.growing_file import GrowingFile
from trainmon.runs.readers.followed import Followed


class Deaf:
    """Takes lines, and remembers none."""

    def restart(self, size: int) -> None:
        pass

    def lines(self, data: bytes, first_line: int) -> None:
        pass


def test_a_file_that_cannot_be_read_is_a_problem_until_it_can(tmp_path: Path) -> None:
    path = tmp_path / "log"
    file = Followed("log", GrowingFile(path, Deaf()))
    assert file.refresh()
    assert [problem.reason for problem in file.problems()] == ["cannot be read: No such file or directory"]
    assert not file.refresh(), "nothing is new about that"
    path.write_text("a\n", encoding="utf-8")
    assert file.refresh()
    assert file.problems() == []
