"""Why a column of another tool's log is taken for what it is."""

from __future__ import annotations

from collections.abc import Sequence

from trainmon.wording.comparisons import phrase_of
from trainmon.wording.formats import count

ROLE_SAID = "as trainmon.toml says"
ROLE_OF_FOLDER = "by its folder, which holds a validation"
PLAN_OF_LINES = "as its lines say"
ROLE_NONE = "trainmon.toml says that no column is"
COLUMNS = "Columns"
COLUMNS_HEAD = ("Taken for", "Column", "Why")
ROLE_NAMES = {
    "train_loss": "Train loss",
    "eval_loss": "Validation loss",
    "epoch": "Epoch",
    "step": "Step",
    "learning_rate": "Learning rate",
    "grad_norm": "Gradient norm",
    "elapsed": "Seconds since the start",
    "samples_per_second": "Samples per second",
    "memory": "Available memory",
    "time": "Clock time",
}
NO_COLUMN = "none"
FURTHER_COLUMNS, DRAWN_AS_METRICS = "Further metrics", "drawn by their own names"


def role_by_name(_name: str) -> str:
    """Say that a column's name told its role."""
    return "by its name"


def role_by_course(name: str) -> str:
    """Say that the way its numbers run told a column's role."""
    return f"{name} counts the rows by one"


def rows_counted(rows: int) -> str:
    """Say that the rows themselves are counted."""
    return f"no step is logged: the {count(rows)} rows are counted from 0"


NAME_OF_A_COLUMN = "its name"


def part_for_the_whole(column: str, others: Sequence[str]) -> str:
    """Say that a log has parts of a loss and no whole one, and which of them is followed."""
    return f"This log has no total loss: {column}, a part of it, is followed here; others: {phrase_of(others)}."


def no_column_for(role: str, counted: str) -> str:
    """Say what it means that no column plays a role; `counted` is what the log counts."""
    if role == "step" and counted == "epoch":
        return "each row stands for an epoch"
    return "no column has a name that says so"


def where_to_correct(file: str) -> str:
    """Say in which file a column is taken for something else."""
    return f'Wrong? Lines such as these in {file} change it at once; "" stands for none:'


def how_to_correct(file: str, lines: str) -> str:
    """Say how a column is taken for something else, with a table and a line of it as an example."""
    table, line = lines.split("\n")
    return f'Wrong? In {file}, in the folder of the log, {line} below {table} takes another column at once; "" stands for none.'
