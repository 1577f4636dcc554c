"""Which column of another tool's log was taken for what, why, and how to say it better."""

from __future__ import annotations

from pathlib import Path

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.files.format import SETTINGS_TOML
from trainmon.reports.sections import Table
from trainmon.runs.run import Role, Run

ALWAYS: tuple[Role, ...] = ("train_loss", "eval_loss", "epoch", "step")
WHERE_KNOWN: tuple[Role, ...] = ("learning_rate", "grad_norm", "elapsed", "samples_per_second", "memory", "time")


def role_table(analysis: Analysis) -> Table:
    """Return the columns by the part that they play, each with the reason; without rows for a log of our own."""
    run = analysis.run
    if wording.is_own(run.origin) or not run.rows.count:
        return Table(wording.COLUMNS, ())
    roles, reasons = run.rows.roles, run.rows.reasons
    shown = [*ALWAYS, *(role for role in WHERE_KNOWN if role in roles or role in reasons)]
    rows = [(wording.ROLE_NAMES[role], *_column(run, role)) for role in shown]
    further = [name for name in run.rows.metrics() if name not in roles.values()]
    if further:
        rows.append((wording.FURTHER_COLUMNS, wording.phrase_of(further, 6), wording.DRAWN_AS_METRICS))
    hint = wording.how_to_correct(SETTINGS_TOML, correction(run)) if correction(run) else ""
    return Table(wording.COLUMNS, tuple(rows), wording.COLUMNS_HEAD, hint=hint)


def role_line(run: Run) -> str:
    """Return the same in one line: "train loss: loss, validation loss: val_loss ..."; "" for a log of our own."""
    roles = run.rows.roles
    told = [f"{wording.ROLE_NAMES[role].lower()}: {roles[role]}" for role in (*ALWAYS, *WHERE_KNOWN) if role in roles]
    return ", ".join(told) if not wording.is_own(run.origin) else ""


def correction(run: Run) -> str:
    """Return lines of a trainmon.toml that take another column for the train loss, "" where nothing can be said of the run.

    In a folder with several logs the lines say which of them they are about.
    """
    if wording.is_own(run.origin) or run.origin != run.format:
        return ""
    played = run.rows.roles.values()
    others = [name for name in run.rows.metrics() if name not in played and "loss" in name.lower()]
    name = next(iter(others), wording.NAME_OF_A_COLUMN)
    table = f"files.{_quoted(run.path.name)}.roles" if run.path.is_file() else "roles"
    return f"[{table}]\ntrain_loss = {_quoted(name)}"


def folder_of(run: Run) -> Path:
    """Return the folder whose trainmon.toml is about a run."""
    return run.path.parent if run.path.is_file() else run.path


def _column(run: Run, role: Role) -> tuple[str, str]:
    """Return the column that plays a role, and why; what it means where none does."""
    name, why = run.rows.roles.get(role), run.rows.reasons.get(role, "")
    if name is not None:
        return name, why
    return wording.NO_COLUMN, why or wording.no_column_for(role, run.rows.counted)


def _quoted(text: str) -> str:
    """Return a text as a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
