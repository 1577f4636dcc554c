"""The log of another tool as a run: the rows of its table, what its columns mean, and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from trainmon import wording
from trainmon.files.format import SETTINGS_TOML
from trainmon.runs.counted import ROW_NUMBERS
from trainmon.runs.readers import roles as roles_of_columns
from trainmon.runs.readers import run_record
from trainmon.runs.readers.columns import Growable
from trainmon.runs.readers.contents import Contents
from trainmon.runs.readers.roles import Roles
from trainmon.runs.readers.said_times import said_times
from trainmon.runs.readers.settings import Settings
from trainmon.runs.readers.table import Tabular
from trainmon.runs.run import EPOCH, EVAL, TRAIN, AttemptRecord, Checkpoint, Column, Plan, Problem, Role, Rows
from trainmon.stats.arrays import Floats, Mask

REPEATED = 0.1  # share of rows in the epoch of the row before: fewer, and each row stands for an epoch


@dataclass(frozen=True)
class About:
    """What a log's files say besides its rows.

    `sums_up` marks the rows that sum up an epoch of others, [rows]; `counted` names the column in which a reader counted the
    rows itself, for logs that count nothing; `roles` are those that its format settles, whatever the columns' names; `records`
    are the attempts as the tool itself recorded them.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    summary_time: float | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    plan: Plan | None = None
    sums_up: Mask | None = None
    counted: str = ""
    roles: Mapping[Role, str] = field(default_factory=dict)
    records: tuple[AttemptRecord, ...] = ()
    name: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""


class Source(Protocol):
    """Reads the files of one log into a table."""

    @property
    def table(self) -> Tabular:
        """What the rows are read into."""

    def refresh(self) -> bool:
        """Read what is new and say whether anything was; what cannot be read becomes a problem, not an exception."""

    def problems(self) -> list[Problem]:
        """Return what is wrong with the files."""

    def about(self) -> About:
        """Return what the files say besides the rows."""


class LogRun:
    """Follows the log of another tool.

    `name` is shown where trainmon.toml has none; `eval_only` says that all of it was logged by a validation. `log` is the file
    where the run is one beside others in its folder.
    """

    def __init__(
        self, form: str, source: Source, settings: Sequence[Path] = (), *,
        name: str | None = None, eval_only: bool = False, log: Path | None = None,
    ) -> None:  # fmt: skip
        self.format = form
        self._source = source
        self._settings = Settings(settings, log)
        self._name = name
        self._eval_only = eval_only
        self._phase = Growable(np.int8)
        self._row = Growable(np.float64)
        self._time: Growable | None = None
        self._told: tuple[object, ...] = ()  # what the phases so far were told by
        self._contents: Contents | None = None

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        changed = [self._source.refresh(), self._settings.refresh()]
        if self._source.table.time is not self._time:  # the table was begun anew: so are the phases of its rows
            self._time, self._told = self._source.table.time, ()
        if any(changed):
            self._contents = None
        return any(changed)

    def contents(self) -> Contents:
        """Return what the files said at the last refresh."""
        if self._contents is None:
            self._contents = self._collect()
        return self._contents

    def _collect(self) -> Contents:
        settings, about = self._settings.values, self._source.about()
        rows, problems = self._rows(run_record.mapping(settings.get("roles")), about)
        tags = settings.get("tags", about.tags)
        plan = run_record.plan_of(about.records, about.config, run_record.mapping(settings.get("plan")))
        return Contents(
            rows=rows,
            records=about.records,
            config=about.config,
            summary=about.summary,
            summary_time=about.summary_time,
            plan=about.plan if about.plan is not None and plan == Plan() else plan,
            checkpoints=about.checkpoints,
            problems=(*self._source.problems(), *problems, *self._settings.problems),
            name=str(settings.get("name") or about.name or self._name or "") or None,
            tags=tuple(str(tag) for tag in tags),
            notes=str(settings.get("notes") or about.notes),
            diagnosis_settings=run_record.mapping(settings.get("diagnosis")),
            hidden=bool(settings.get("hide")),
            entries=self._source.table.entries,
        )

    def _rows(self, said: Mapping[str, Any], about: About) -> tuple[Rows, list[Problem]]:
        table = self._source.table
        columns = table.columns()
        roles, reasons = roles_of_columns.infer(columns, about.roles)
        if self._eval_only and "train_loss" in roles and "eval_loss" not in roles:
            roles["eval_loss"], reasons["eval_loss"] = roles.pop("train_loss"), wording.ROLE_OF_FOLDER
        time = said_times(said.get("time"), table.count, columns, table.texts)
        if time is not None:
            roles["time"], reasons["time"] = said["time"], wording.ROLE_SAID if said["time"] else wording.ROLE_NONE
        others = {role: name for role, name in said.items() if role != "time" or time is None}
        problems = roles_of_columns.corrected(roles, reasons, others, columns, SETTINGS_TOML)
        counted = columns.pop(about.counted, None)
        by_epoch = table.count > 0 and "step" not in roles and _stands_for_epochs(columns, roles)
        if table.count and "step" not in roles and not by_epoch:
            name = next(name for name in ROW_NUMBERS if name not in columns)
            counted = counted or Column(name, self._numbers(table.count), np.ones(table.count, dtype=np.bool_))
            reason = wording.rows_counted(int(counted.values[counted.finite].max(initial=-1)) + 1)
            columns[name], roles["step"], reasons["step"] = counted, name, reason
        phase = self._phases(columns, roles, by_epoch, table.count, about.sums_up)
        logged = table.time.view() if time is None else time
        return Rows(table.count, logged, phase, columns, table.texts, roles, reasons), problems

    def _numbers(self, count: int) -> Floats:
        """Return the numbers of the rows, counted from 0; those that were handed out stay the same array."""
        if len(self._row.view()) > count:
            self._row = Growable(np.float64)
        self._row.append(np.arange(len(self._row.view()), count, dtype=np.float64))
        return self._row.view()

    def _phases(
        self, columns: Mapping[str, Column], roles: Roles, by_epoch: bool, count: int, sums_up: Mask | None
    ) -> npt.NDArray[np.int8]:
        """Return the phase of each row; those before are kept where they were told by the same columns."""
        train, evaluation = (columns.get(roles.get(role, "")) for role in ("train_loss", "eval_loss"))
        told = (roles.get("train_loss"), roles.get("eval_loss"), by_epoch)
        start = len(self._phase.view())
        if told != self._told or start > count:
            self._phase, self._told, start = Growable(np.int8), told, 0
        row = EPOCH if by_epoch else TRAIN
        new = np.full(count - start, row, dtype=np.int8)
        if train is not None:
            new[:] = np.where(train.logged[start:], row, EVAL)
        elif evaluation is not None and not by_epoch:
            new[:] = EVAL
        if sums_up is not None:
            new[sums_up[start:]] = EPOCH
        self._phase.append(new)
        return self._phase.view()


def _stands_for_epochs(columns: Mapping[str, Column], roles: Roles) -> bool:
    """Return whether each row of the training stands for an epoch of its own."""
    epoch, train = (columns.get(roles.get(role, "")) for role in ("epoch", "train_loss"))
    if epoch is None:
        return False
    values = epoch.values if train is None else epoch.values[train.logged]
    values = values[: 10 * roles_of_columns.ENOUGH]
    values = values[np.isfinite(values)]
    return bool(len(values)) and float((np.diff(values) == 0).sum()) <= REPEATED * len(values)
