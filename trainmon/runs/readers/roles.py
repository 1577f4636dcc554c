"""Which column of another tool's log plays which part: by its name, by how its numbers run, or as a person says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast, get_args

import numpy as np

from trainmon import wording
from trainmon.runs.run import Column, Problem, Role
from trainmon.stats.arrays import Floats

Roles = dict[Role, str]
Reasons = dict[Role, str]

ENOUGH = 1_000  # values: how a column runs is told by its first ones, so that a role stays as rows are added

# In the order in which they are asked; names are compared in lower case, with one underscore for each run of other signs.
_STEPS = (
    "step", "global_step", "train_global_step", "trainer_global_step", "current_steps", "iteration", "iter", "iters", "_step",
    "steps", "num_updates", "update", "updates", "batch", "batches", "n_iter", "it", "training_step",
    "total_steps", "total_timesteps", "round", "rounds",
)  # fmt: skip
_EPOCHS = (
    "epoch", "epochs", "train_epoch", "current_epoch", "epoch_num", "epoch_idx", "ep", "epoca", "época", "epoque", "époque",
)  # fmt: skip
_RATES = ("learning_rate", "lr", "train_learning_rate", "train_lr", "current_lr", "lr_pg0", "x_lr0", "base_lr", "lr_0")
_NORMS = ("grad_norm", "train_grad_norm", "gradient_norm", "total_grad_norm", "norm", "gnorm")
_SPEEDS = (
    "samples_per_second", "train_samples_per_second", "samples_per_sec", "samples_sec", "images_per_second",
    "examples_per_second",
)  # fmt: skip
_ELAPSED = ("elapsed_time_s", "elapsed_time", "elapsed", "_runtime", "runtime", "wall", "train_time", "total_time", "time")

# A total loss stands before its parts: the first of these that a log has is the one that is followed.
_TRAIN = (
    "loss", "train_loss", "train_loss_step", "train_loss_batch", "training_loss", "total_loss", "loss_total", "train_total_loss",
    "train_loss_total", "main_loss", "avg_loss", "average_loss", "mean_loss", "train_avg_loss", "loss_train", "batch_loss",
    "train_loss_epoch", "epoch_loss", "train_epoch_loss", "running_loss", "tr_loss", "trainloss", "lm_loss", "loss_step",
    "loss_epoch", "train_box_loss", "train_box_om", "train_loss_g", "loss_g", "g_loss", "g_gan", "g_a", "train", "training",
)  # fmt: skip
_EVAL_OF = re.compile(r"^(?:val|valid|validation|eval|evaluation|dev|test)_(.+)$|^(.+)_(?:val|valid|validation|eval|dev|test)$")
_EVALS = ("val", "valid", "validation", "eval", "dev", "test")
_EVAL_ERRORS = ("val_mse", "val_nll", "val_bce", "val_ce", "val_cross_entropy")  # what is a loss by its nature
_WRAPPER = re.compile(r"^(?:metrics|history|logs|results|scalars)[/.]", re.IGNORECASE)  # what nested logs put before all names
_LOSS = re.compile(r"(^|_)(loss|losses|verlust|perte|perda|perdida|nll|xent|cross_entropy)(_|\d|$)|loss$")
_OTHER_LOSS = re.compile(r"(^|_)(val|valid|validation|eval|evaluation|dev|test|scale|lr|rate|weight|std|num|count)(_|$)")


def plain(name: str) -> str:
    """Return a name as the lists here have it."""
    return re.sub(r"[^0-9a-zà-ÿ]+", "_", name.strip().lower()).strip("_") or name.strip().lower()


def infer(columns: Mapping[str, Column], settled: Mapping[Role, str] | None = None) -> tuple[Roles, Reasons]:
    """Return which columns play which role, and why; the roles that are `settled` need no reason."""
    names: dict[str, str] = {}
    for name, column in columns.items():
        if column.logged.any():
            names.setdefault(_kept(name), name)
    roles: Roles = {role: name for role, name in (settled or {}).items() if name in columns}
    reasons: Reasons = {}

    def play(role: Role, name: str | None, reason: Callable[[str], str]) -> None:
        if name is not None and role not in roles and name not in roles.values():
            roles[role], reasons[role] = name, reason(name)

    train = _first(names, _TRAIN) or _any_loss(names, columns) or names.get("total")
    play("train_loss", train, wording.role_by_name)
    play("eval_loss", _evaluation(names, train), wording.role_by_name)
    play("epoch", _running(names, columns, _EPOCHS), wording.role_by_name)
    play("step", _running(names, columns, _STEPS), wording.role_by_name)
    if "epoch" not in roles and "step" not in roles:
        play("epoch", _counting(names, columns), wording.role_by_course)
    play("elapsed", _running(names, columns, _ELAPSED), wording.role_by_name)
    play("learning_rate", _first(names, _RATES), wording.role_by_name)
    play("grad_norm", _first(names, _NORMS), wording.role_by_name)
    play("samples_per_second", _first(names, _SPEEDS), wording.role_by_name)
    return roles, reasons


def corrected(found: Roles, reasons: Reasons, said: Mapping[str, Any], names: Iterable[str], file: str) -> list[Problem]:
    """Change roles as a person says ("" = none plays it), and return what of it makes no sense."""
    problems = []
    known = set(names)
    for role, name in said.items():
        if role not in get_args(Role):
            problems.append(Problem(file, None, f"roles.{role} is not known here: {', '.join(get_args(Role))} are"))
        elif name == "":
            found.pop(cast(Role, role), None)
            reasons[cast(Role, role)] = wording.ROLE_NONE
        elif name not in known:
            problems.append(Problem(file, None, f"roles.{role} names the column {name!r}, which the log does not have"))
        else:
            found[cast(Role, role)], reasons[cast(Role, role)] = name, wording.ROLE_SAID
    return problems


def _kept(name: str) -> str:
    # "_step" and "_runtime" are W&B's own; others lose the signs around their words
    return name.strip().lower() if name.startswith("_") else plain(_WRAPPER.sub("", name))


def _first(names: Mapping[str, str], known: Iterable[str]) -> str | None:
    return next((names[each] for each in known if each in names), None)


def _any_loss(names: Mapping[str, str], columns: Mapping[str, Column]) -> str | None:
    losses = [each for each in names if _LOSS.search(each) and not _OTHER_LOSS.search(each)]
    known = [each for each in losses if columns[names[each]].finite.any()]
    return names[min(known or losses, key=lambda each: (each.count("_"), len(each)))] if losses else None


def _evaluation(names: Mapping[str, str], train: str | None) -> str | None:
    """Return the eval loss that is of the same kind as the train loss; where no train loss is known, the first there is."""
    if train is not None:
        if _kept(train) in ("train", "training"):
            return _first(names, _EVALS)
        base = re.sub(r"^(train|training|tr)_|_(train|training)$", "", _kept(train))
        bases = [base, *([re.sub(r"_(step|batch|epoch)$", "", base)] if re.search(r"_(step|batch|epoch)$", base) else [])]
        bases += ["loss"] if base in ("total_loss", "avg_loss", "loss_total") else []
        wanted = [each for base in bases for word in _EVALS for each in (f"{word}_{base}", f"{base}_{word}")]
        wanted += [f"{word}{base}" for base in bases for word in _EVALS]
        wanted += [f"{each}_epoch" for each in wanted[:2]]
        return _first(names, wanted) or (_of_several(names) or _first(names, _EVAL_ERRORS) if base == "loss" else None)
    losses = [each for each in names if _EVAL_OF.match(each) and _LOSS.search(each)]
    return names[losses[0]] if losses else None


def _of_several(names: Mapping[str, str]) -> str | None:
    """Return the loss of the first of several validations (eval_A_loss, eval_B_loss) that are no parts of a training's loss."""
    found = [(each, match[1] or "") for each in names if (match := _EVAL_OF.match(each)) and each.endswith("_loss")]
    return next((names[each] for each, part in found if part not in names and f"train_{part}" not in names), None)


def _running(names: Mapping[str, str], columns: Mapping[str, Column], known: Iterable[str]) -> str | None:
    """Return the first column of these names whose values go on, as positions and times do; few may go back (at a restart)."""
    return next((names[each] for each in known if each in names and _goes_on(columns[names[each]])), None)


def _goes_on(column: Column) -> bool:
    values = _beginning(column)
    if len(values) < 2:
        return len(values) == 1 and values[0] >= 0
    back = int((np.diff(values) < 0).sum())
    return bool(values.min() >= -1 and back <= max(1, 0.1 * len(values))) or _counts_inside(values)


def _counts_inside(values: Floats) -> bool:
    """Return whether values count up again and again, as steps inside epochs do."""
    ahead = np.diff(values)
    return bool((values >= 0).all() and (values == np.round(values)).all() and (ahead > 0).sum() > 0.5 * len(ahead))


def _counting(names: Mapping[str, str], columns: Mapping[str, Column]) -> str | None:
    """Return a column without a name that counts the rows by one, as tables written with their index have it."""
    for name in names.values():
        values = _beginning(columns[name])
        if re.fullmatch(r"column \d+|unnamed: \d+|index", name.lower()) and len(values) > 1 and (np.diff(values) == 1).all():
            return name
    return None


def _beginning(column: Column) -> Floats:
    values = column.values[: 10 * ENOUGH]
    return values[np.isfinite(values)][:ENOUGH]
