"""Why a column of another tool's log is taken for what it is."""

from __future__ import annotations

from trainmon.wording.formats import count

ROLE_SAID = "as trainmon.toml says"
ROLE_OF_FOLDER = "by its folder, which holds a validation"
PLAN_OF_LINES = "as its lines say"
ROLE_NONE = "trainmon.toml says that no column is"


def role_by_name(name: str) -> str:
    """Say that a column's name told its role."""
    return f"by its name, {name}"


def role_by_course(name: str) -> str:
    """Say that the way its numbers run told a column's role."""
    return f"{name} counts the rows by one"


def rows_counted(rows: int) -> str:
    """Say that the rows themselves are counted."""
    return f"no step or epoch is logged: the {count(rows)} rows are counted from 0"
