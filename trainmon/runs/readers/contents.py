"""What a reader found at one path, whatever the format: the parts that a run is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from trainmon.runs.run import NO_SAMPLES, AttemptRecord, Checkpoint, Plan, Problem, Role, Rows, Samples
from trainmon.stats.arrays import Floats

NO_ROWS = Rows(0, np.zeros(0), np.zeros(0, dtype=np.int8), {})

SYNONYMS: Mapping[str, Role] = {
    "timestamp": "time",
    "epoch": "epoch",
    "step": "step",
    "elapsed_time_s": "elapsed",
    "loss": "train_loss",
    "val_loss": "eval_loss",
    "learning_rate": "learning_rate",
    "lr": "learning_rate",
    "memory_mb": "memory",
    "samples_per_second": "samples_per_second",
    "grad_norm": "grad_norm",
}
"""Which role a column of a given name plays; the first column of a role has it."""


@dataclass(frozen=True)
class Contents:
    """The rows and everything else that the files of a run say; `global_step` only where the rows cannot tell it, [rows].

    `entries` is how many records the files hold, None = one a row. `only_sampled` says that the last refresh brought samples
    alone: they are no sign that the training goes on. `origin` is the format of the log that a report was made of.
    """

    rows: Rows = NO_ROWS
    records: tuple[AttemptRecord, ...] = ()
    config: Mapping[str, Any] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    summary_time: float | None = None
    plan: Plan = field(default_factory=Plan)
    checkpoints: tuple[Checkpoint, ...] = ()
    problems: tuple[Problem, ...] = ()
    name: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    global_step: Floats | None = None
    diagnosis_settings: Mapping[str, Any] = field(default_factory=dict)
    samples: Samples = NO_SAMPLES
    only_sampled: bool = False
    hidden: bool = False
    entries: int | None = None
    origin: str | None = None


class Reader(Protocol):
    """Follows one run's files."""

    format: str

    def refresh(self) -> bool:
        """Read what is new and say whether anything was; what cannot be read becomes a problem, not an exception."""

    def contents(self) -> Contents:
        """Return what the files said at the last refresh."""


def roles_of(names: list[str]) -> dict[Role, str]:
    """Return which of the columns plays which role."""
    roles: dict[Role, str] = {}
    for name in names:
        role = SYNONYMS.get(name.strip().lower())
        if role is not None:
            roles.setdefault(role, name)
    return roles
