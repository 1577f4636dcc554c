"""Which of a distributed training's processes this is: only rank 0 logs."""

from __future__ import annotations

import os
import sys

# In the order in which they are asked; the first settles it where one process of a launcher is a training of its own.
RANK_VARIABLES = ("TRAINMON_RANK", "RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID", "LOCAL_RANK")


def rank_and_source() -> tuple[int, str]:
    """Return this process's rank, 0 where it is alone, and what said so."""
    own, *launchers = RANK_VARIABLES
    return _from_variables([own]) or _from_torch() or _from_variables(launchers) or (0, "")


def _from_variables(names: list[str]) -> tuple[int, str] | None:
    found = ((name, os.environ.get(name, "")) for name in names)
    return next(((int(value), f"{name}={value}") for name, value in found if value.isdecimal()), None)


def _from_torch() -> tuple[int, str] | None:
    """Return the rank in torch's process group, where torch is loaded and has one."""
    distributed = sys.modules.get("torch.distributed")
    try:
        if distributed is not None and distributed.is_available() and distributed.is_initialized():
            return int(distributed.get_rank()), "torch.distributed"
    except Exception:  # foreign code in any state
        return None
    return None
