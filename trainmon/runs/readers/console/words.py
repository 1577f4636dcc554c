"""The words of training logs: which name a position, which a metric, and which say that a part is no training."""

from __future__ import annotations

import re
from typing import Final, Literal

Strength = Literal[0, 1, 2]
NONE: Final = 0
WEAK: Final = 1
STRONG: Final = 2


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EPOCH_WORDS = _words("epoch ep época epoca époque epoche")
SHORT_STEPS = _words("s i it")  # positions only where a colon or an equals sign follows
STEP_WORDS = SHORT_STEPS | _words(
    "step steps iter iters iteration iterations batch minibatch update updates num_updates global_step train_step current_steps"
    " global_iter iter_num up episode round iteración iteracion iteração iteracao itération paso passo étape schritt"
)
# A plural, or a word beside others ("Epochs: 100"), is a position only where a total stands beside it.
COUNTED_WORDS = {"epochs": "epoch", "train": "epoch", "training": "epoch"}
EPOCH_BARS = EPOCH_WORDS | {"epochs"}  # before a progress bar that counts epochs

_BEFORE_POSITIONS = _words(
    "train training global current at after for in of on the this during start starting begin beginning end finished completed"
    " done running mini optimizer"
)
NO_POSITIONS = _words("per over each every a by")

VALIDATION_WORDS = _words(
    "val valid validation validating validate vali dev eval evaluation evaluating evaluate tel validación validacion validação"
    " validacao"
)
TEST_WORDS = _words("test testing tst")
TRAIN_WORDS = _words("train training trn trl entrenamiento treino entraînement")

_STRONG = _words("loss losses trl tel perdida pérdida perda perte verlust 损失")
_WEAK = _words(
    "acc accuracy prec top f1 precision recall auc map ap iou miou dice bleu rouge wer cer reward rewards return score objective"
    " ppl perplexity psnr ssim fid kl entropy error err cost nll xent elbo bpc bpb mse rmse mae crossentropy ndcg hits mrr"
)
NO_METRICS = _words(
    "weight weights scale scaler coef coeff coefficient fn func function gamma alpha beta lambda threshold thresh type factor"
    " patience delta smoothing best min minimum max maximum lowest highest prev previous target stop every interval freq margin"
    " reduction clip early monitor let const var float double self def if where with no num ratio limit tolerance tol decay"
    " baseline index id count"
)
_IGNORED = _words("eta v_num seed version port pid rank gpu gpus epochs line")
_KNOWN_ENDS = _words("lr rate time norm mfu mem memory sec ups wps gnorm tokens samples fps tps")
_VERBS = _words("took in at of from to for than is was after by on model layers")
_FILLERS = _words("average avg mean running current epoch batch step smoothed model set the")
_ENDINGS = _words("value avg average mean")
_SHORT = {"trl": "train_loss", "tel": "val_loss", "norm": "grad_norm", "gnorm": "grad_norm"}

WORTH_A_LOOK = EPOCH_WORDS | _STRONG | _WEAK | _words("step iter episode round iteraci iteraç itération")
"""A line without any of these, even inside its words, is no row and announces nothing."""

_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SPLIT = re.compile(r"[\s_/.\-@()]+")


def parts(name: str) -> list[str]:
    """Return the words that a name is made of, in lower case: `trainLoss_cls` gives train, loss, cls."""
    return [part.lower() for piece in _SPLIT.split(name) if piece for part in (piece, *_PARTS.findall(piece))]


def strength(name: str) -> Strength:
    """Return how sure a metric's name makes it that a training wrote the line: STRONG, WEAK or NONE."""
    words = set(parts(name))
    if words & NO_METRICS:
        return NONE
    if words & _STRONG or any(word.endswith("loss") for word in words):
        return STRONG
    return WEAK if words & _WEAK else NONE


def side(words: list[str]) -> str:
    """Return the prefix that words give to a metric: `train`, `val`, `test`, or nothing."""
    for known, prefix in ((VALIDATION_WORDS, "val"), (TEST_WORDS, "test"), (TRAIN_WORDS, "train")):
        if known.intersection(words):
            return prefix
    return ""


def position(words: list[str], has_total: bool) -> str:
    """Return `epoch` or `step` where the last of the words names a position and the others allow it, else nothing."""
    last = words[-1]
    if last in EPOCH_WORDS:
        kind = "epoch"
    elif last in STEP_WORDS:
        kind = "step"
    else:
        kind = COUNTED_WORDS.get(last, "") if has_total else ""
    return kind if kind and all(word in _BEFORE_POSITIONS for word in words[:-1]) else ""


def metric_before_position(words: list[str]) -> list[str]:
    """Return the words of the metric in `Loss after epoch`, `Cost at step`, `Training acc over epoch`; else nothing."""
    if len(words) < 2 or words[-1] not in EPOCH_WORDS | STEP_WORDS:
        return []
    kept = words[:-1]
    while kept and (kept[-1] in _BEFORE_POSITIONS - TRAIN_WORDS or kept[-1] in NO_POSITIONS):
        kept = kept[:-1]
    return kept if kept and len(kept) < len(words) - 1 and strength(kept[-1]) else []


def metric_name(words: list[str], explicit: bool) -> str:
    """Return the column of a metric that is written as `words`, nothing where these name none.

    `explicit` says that a colon or an equals sign follows; without one, only known words and pairs of words are names.
    """
    while len(words) > 1 and words[-1].lower() in _ENDINGS:
        words = words[:-1]
    last = words[-1].lower()
    if last in _IGNORED or last in _VERBS:
        return ""
    known = strength(last) or last in _KNOWN_ENDS or parts(last)[-1:] and parts(last)[-1] in _KNOWN_ENDS
    if not known and (not explicit or len(words) > 3):
        return ""
    return _column(words)


def _column(words: list[str]) -> str:
    if len(words) == 1:
        only = words[0]
        plain = only if "_" in only or not (only.istitle() or only.isupper()) else only.lower()
        return _SHORT.get(plain, plain)
    lowered = [word.lower() for word in words]
    prefix = side(lowered)
    if not strength(lowered[-1]):
        return "_".join(lowered)
    known = VALIDATION_WORDS | TEST_WORDS | TRAIN_WORDS | _FILLERS
    kept = [word for word in lowered if word not in known] or lowered[-1:]
    return "_".join([prefix, *kept] if prefix else kept)
