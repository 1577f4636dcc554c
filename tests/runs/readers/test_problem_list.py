"""The problems of a file: the first in full, and the number of the others."""

from __future__ import annotations

from trainmon.runs.readers.problem_list import ProblemList


def test_the_first_problems_are_told_in_full_and_the_others_counted() -> None:
    problems = ProblemList("log.csv", most=2, more="more lines are torn")
    for line in (1, 2, 3, 4):
        problems.add(line, "is torn")
    assert [(each.file, each.line, each.reason) for each in problems.all()] == [
        ("log.csv", 1, "is torn"),
        ("log.csv", 2, "is torn"),
        ("log.csv", None, "2 more lines are torn"),
    ]
