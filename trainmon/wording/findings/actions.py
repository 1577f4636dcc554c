"""What several kinds of findings advise to do: in words, and by the settings that do it."""

from __future__ import annotations

from typing import Any

from trainmon.wording.findings.settings import Action
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import learning_rate

LONGEST_WARM_UP = 0.2  # of the training
QLORA_NORM = 0.3  # to which QLoRA clips (Dettmers et al. 2023, appendix B)


def _tenth(present: Any, start: object) -> object:
    return present / 10 if _is_number(present) and present > 0 else start


def _halved(present: Any, start: object) -> object:
    return present // 2 if _is_number(present) and present >= 2 else None


def _doubled(present: Any, start: object) -> object:
    return 2 * present if _is_number(present) and present > 0 else start


def _longer(present: Any, start: object) -> object:
    if not _is_number(present) or not present > 0:
        return start
    return 2 * present if present >= 1 or 2 * present <= LONGEST_WARM_UP else None


def _lower_norm(present: Any, start: object) -> object:
    if not _is_number(present) or not present > 0:
        return start
    return 1.0 if present > 1 else QLORA_NORM if present > QLORA_NORM else None


def _no_half(present: Any, start: object) -> object:
    half = present if isinstance(present, bool) else "16" in str(present) and "bf" not in str(present)
    return start if half else None


def _on(present: Any, start: object) -> object:
    return None if present else start


def _off(present: Any, start: object) -> object:
    return start if present else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


CLIP = Action("clip the gradients", " (max_grad_norm 1.0)", (("clip", _lower_norm),))
BF16 = Action("use bf16 instead of fp16", "", (("fp16", _no_half), ("bf16", _on)))
UNFILTERED = Action(
    "log the unfiltered loss", " (in the Hugging Face Trainer: logging_nan_inf_filter=False)", (("filter", _off),)
)
WARM_UP = Action("warm up for longer", "", (("warm_up", _longer),))
SMALLER_BATCH = Action(
    "reduce the batch size, and raise gradient_accumulation_steps to keep the effective one",
    "",
    (("batch", _halved), ("accumulate", _doubled)),
)
RECOMPUTE = Action(
    "recompute activations, which is slower but needs less memory", " (gradient checkpointing)", (("recompute", _on),)
)
SHORTER = Action("use shorter sequences", " (max_seq_length)", (("length", _halved),))
FEWER_LAYERS = Action("train fewer layers", "", (("layers", _halved),), only_known=True)
VALIDATE_MORE = Action("validate more often", ", every few hundred steps: a trend needs more points", (("validate", _halved),))
FEWER_WORKERS = Action("lower num_workers of the data loader", "", (("workers", _halved),))
MORE_WORKERS = Action("give the data loader more workers", "", (("workers", _doubled),))
STOP_EARLY = Action("stop earlier by itself", "", (("patience", _halved),), only_known=True)
KEEP_BY_ITSELF = Action("let the library keep the best one", "", (("keep", _on),), only_known=True)
MORE_DECAY = Action("more dropout or weight decay, or a lower LoRA rank", "", (("decay", _doubled),))
SAVE_OFTEN = Action("save more often", "", (("save", _halved),))
KEEP_BEST = Action(
    "keep the best checkpoint",
    " (save_total_limit with load_best_model_at_end, or a copy of it)",
    (("keep", _on), ("keep_several", _doubled)),
)


def lower_rate(found: Found) -> Action:
    """Return the advice to lower the learning rate, by the present one where it was logged."""
    rate, ways = found.value("learning_rate"), (("rate", _tenth),)
    if rate is None or not rate > 0:
        return Action("lower the learning rate", ": try a tenth of the present one, or 1e-6", ways)
    lower = f": try {learning_rate(rate / 10)} (a tenth of the present {learning_rate(rate)})"
    return Action("lower the learning rate", lower + (", or 1e-6" if rate > 1e-5 else ""), ways)


def raise_rate(what: str, target: float) -> Action:
    """Return the advice to raise the learning rate to a value."""
    return Action(what, f": try {learning_rate(target)}", (("rate", lambda *_: target),))
