"""Whether a training goes on from its last checkpoint, begins anew, or asks the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notebooks.finetuning.checkpoints import Checkpoint, Checkpoints
from notebooks.finetuning.engine import Engine
from notebooks.finetuning.progress import Progress
from notebooks.finetuning.random_numbers import seed_random_numbers
from notebooks.finetuning.stop import Stop

CHOICES = (None, "resume", "new")
HARMLESS = {"log_every", "save_every"}  # change nothing of what is learned
# What an adapter is made of, and which example comes next: with others there is nothing to go on from.
FIXED = {
    "backend", "model", "lora_rank", "lora_alpha", "data", "data_sha256", "seed", "batch_size", "gradient_accumulation_steps",
    "max_seq_length",
}  # fmt: skip


def changed_settings(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, str]:
    """Return of each setting that differs what it was and what it is."""
    return {
        name: f"{name}: {before.get(name, 'not set')} -> {now.get(name, 'not set')}"
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    }


def checkpoint_to_resume(
    checkpoints: Checkpoints, settings: Mapping[str, Any], total_steps: int, if_changed: str | None
) -> Checkpoint | None:
    """Return the checkpoint to go on from, None for a new training, and say why; stop where the reader has to choose."""
    if if_changed not in CHOICES:
        raise Stop(f'IF_CHANGED is {if_changed!r}: it has to be None, "resume" or "new".')
    newest = checkpoints.newest()
    if newest is None:
        print("A new training.")
        return None
    changes = changed_settings(newest.progress.settings, settings)
    print(f"The training in {checkpoints.output} {newest.progress.standing}.")
    if changes:
        print("Settings that changed since then:", *changes.values(), sep="\n    ")
    aside = f"{checkpoints.earlier_place()} ({checkpoints.megabytes():.1f} MB)"
    resume = _resumes(newest.progress, changes, total_steps, if_changed, aside)
    print(f"Going on from {newest.folder.name}" if resume else "A new training.")
    return newest if resume else None


def begin(
    checkpoints: Checkpoints, resumed_from: Checkpoint | None, engine: Engine, settings: Mapping[str, Any], total_steps: int
) -> Progress:
    """Give the engine and all random numbers the state of a checkpoint, or make room for a new training."""
    if resumed_from is not None:
        checkpoints.resume(engine, resumed_from)
        return resumed_from.progress.going_on(settings, total_steps)
    checkpoints.set_aside()
    seed_random_numbers(settings["seed"])
    return Progress(settings, total_steps)


def _resumes(progress: Progress, changes: Mapping[str, str], total_steps: int, if_changed: str | None, aside: str) -> bool:
    """Decide; the rule is that only a training which is over makes room for another one unasked."""
    weighty = changes.keys() - HARMLESS
    if not weighty:
        return not progress.over
    possible = not weighty & FIXED and progress.done < total_steps
    if if_changed == "resume" and possible:
        return True
    if if_changed == "new" or (progress.over and not possible):
        return False
    new = f'IF_CHANGED = "new" begins anew and moves its checkpoints to {aside}'
    if possible:
        raise Stop(
            "The settings above are others than those of the training so far; nothing was touched. "
            f'IF_CHANGED = "resume" goes on with the new ones; {new}.'
        )
    raise Stop(f"With the settings above the training so far cannot go on; nothing was touched. Set them back to go on; {new}.")
