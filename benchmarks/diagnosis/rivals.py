"""Other people's rules, for comparison: the guide's sentences read literally, and Amazon SageMaker Debugger's defaults.

Source of the latter: the Amazon SageMaker developer guide, debugger-built-in-rules.md. Its rules see losses as they are logged.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.diagnosis.noise import Floats
from trainmon.runs.run import Role, Run

LOSSES: tuple[Role, Role] = ("train_loss", "eval_loss")


def guide(run: Run) -> set[str]:
    """Return what the guide's section "Interpretando Resultados" says, word for word, of first and last values."""
    loss, val, memory = (_finite(run, role) for role in ("train_loss", "eval_loss", "memory"))
    found = set()
    if len(loss) > 1:
        found |= {"not_learning"} if loss[-1] == loss[0] or 100 * (loss[0] - loss[-1]) < 10 * abs(loss[0]) else set()
        found |= {"diverging"} if (np.diff(loss[-3:]) > 0).all() else set()
        found |= {"spikes"} if (loss > loss.mean() + 3 * loss.std()).any() else set()
    if len(val) > 1 and len(loss) > 1:
        found |= {"overfitting"} if val[-1] > val.min() and loss[-1] < loss[0] else set()
        found |= {"train_val_gap"} if val[-1] > 1.1 * loss[-1] else set()
    if len(memory) > 1:
        found |= {"memory_leak"} if memory[-1] < memory[0] else set()
        found |= {"low_memory"} if memory.min() < 1024 else set()
        found |= {"memory_swings"} if memory.std() > 0.1 * memory.mean() else set()
    speed = _finite(run, "samples_per_second")
    return found | ({"slow_throughput"} if len(speed) and speed.mean() < 50 else set())


def sagemaker(run: Run) -> set[str]:
    """Return what LossNotDecreasing, Overfit and ExplodingTensor say at their defaults, at any time in the run."""
    loss, val = _finite(run, "train_loss"), _finite(run, "eval_loss")
    found = set()
    if len(loss) > 10 and (loss[10:] >= loss[:-10]).any():  # num_steps 10, any decrease
        found |= {"not_learning", "diverging"}
    if len(val) and len(loss) and _overfit(run):  # ratio_threshold 0.1, patience 1
        found |= {"overfitting", "train_val_gap"}
    columns = [column for role in LOSSES if (column := run.rows.column(role)) is not None]
    return found | ({"non_finite"} if any((c.logged & ~c.finite).any() for c in columns) else set())


def _overfit(run: Run) -> bool:
    loss, val = run.rows.values("train_loss"), run.rows.values("eval_loss")
    at = np.flatnonzero(np.isfinite(val))
    known = np.flatnonzero(np.isfinite(loss))
    near = known[np.maximum(np.searchsorted(known, at, side="right") - 1, 0)]
    return bool(((val[at] - loss[near]) > 0.1 * np.abs(loss[near])).any())


def _finite(run: Run, role: Role) -> Floats:
    column = run.rows.column(role)
    return column.values[column.finite] if column is not None else np.empty(0)


RIVALS: dict[str, Callable[[Run], set[str]]] = {"guide": guide, "sagemaker": sagemaker}
