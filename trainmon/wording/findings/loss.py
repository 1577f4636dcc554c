"""What is said of the loss: not finite, not learning, diverging, spikes, and how it ends."""

from __future__ import annotations

from trainmon.wording.findings.actions import BF16, CLIP, UNFILTERED, WARM_UP, lower_rate, raise_rate
from trainmon.wording.findings.sentences import Lines, Sentences, at, count_of, loss_of, percent_of, restart, since
from trainmon.wording.findings.settings import Action
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import learning_rate, number

HIGH_RATE = 1e-3  # from here a flat loss may as well mean "too high": never advise raising it


def _non_finite(found: Found) -> str:
    if found.case == "hidden":
        return (
            f"{found.metric} is exactly 0{since(found)} while the gradient norm or the validation is nan: the zeros stand for nan"
        )
    last = found.value("last_finite")
    before = f"; the last finite value was {number(last)}" if last is not None else ""
    again = "" if found.severity == "error" else "; finite values came after"
    rows = f"{count_of(found, 'count')} of {count_of(found, 'of')} rows"
    return f"{found.metric} is nan or infinite on {rows}, first{at(found)}{before}{again}"


def _about_non_finite(found: Found) -> Lines:
    if found.case == "eval":
        return (
            "run the validation in full precision (bf16 or fp32, not fp16)",
            "check the validation data for empty or corrupt samples",
        )
    rest = (
        lower_rate(found),
        CLIP,
        BF16,
        "check the data for empty or corrupt samples",
        restart(found),
    )
    if found.case == "hidden":
        return (UNFILTERED, *rest[:4])
    return rest if found.severity == "error" else rest[1:4]


def _but_non_finite(found: Found) -> str:
    if found.severity == "error" or found.case == "hidden":
        return "the log ends with such values: only a loss that was logged wrongly would make this a false alarm"
    if found.case == "grad_norm":
        return "with fp16 loss scaling, a step with an infinite gradient norm is skipped and does no harm"
    return "a single nan may be one bad batch that did no harm"


NON_FINITE = Sentences("Values that are not finite", _non_finite, _about_non_finite, _but_non_finite, short="NaN or infinite")


def _not_learning(found: Found) -> str:
    if found.case == "zero":
        return f"{found.metric} is 0 on all {count_of(found, 'rows')} rows: it was not logged, or every label is masked"
    if found.case == "constant":
        return f"{found.metric} is {loss_of(found, 'value')} on all {count_of(found, 'rows')} rows"
    changed = f"{found.metric} changed by {percent_of(found, 'change')} over {count_of(found, 'rows')} rows "
    early = "" if found.severity == "warning" else "; so few prove little yet"
    return f"{changed}(from {loss_of(found, 'first')} to {loss_of(found, 'last')}){early}"


def _about_not_learning(found: Found) -> Lines:
    parameters = "check that the right parameters are trainable (LoRA targets, frozen layers) and reach the optimizer"
    labels = "check that the labels are not all masked, and belong to their inputs"
    if found.case == "zero":
        return (
            "check what is passed as the loss when a row is logged",
            "check that the labels are not all masked (-100)",
            UNFILTERED,
        )
    if found.case == "constant":
        return (parameters, labels, "check that the loss is computed anew for each batch")
    rate = found.value("learning_rate")
    if rate is not None and rate >= HIGH_RATE:
        return (f"the learning rate ({learning_rate(rate)}) may be too high: try a tenth of it", parameters, labels)
    if rate is None or not rate > 0:
        raise_it: str | Action = "if the learning rate is below 1e-4, try 1e-4"
    else:
        raise_it = raise_rate(f"the learning rate ({learning_rate(rate)}) may be too low", 1e-4 if rate < 1e-4 else 10 * rate)
    return (raise_it, parameters, labels, "check the quality of the data, and that it is shuffled")


def _but_not_learning(found: Found) -> str:
    if found.case in ("zero", "constant"):
        return "the training itself may be fine, and only its logging wrong"
    return "long warm-ups, preference training and adversarial losses may be flat for a good reason"


NOT_LEARNING = Sentences("Not learning", _not_learning, _about_not_learning, _but_not_learning)


def _diverging(found: Found) -> str:
    values = f"from {loss_of(found, 'lowest')} to {loss_of(found, 'now')} (+{percent_of(found, 'rise')})"
    begins = "has begun to rise" if found.case == "newest" else "rises"
    return f"{found.metric} {begins}{since(found)}: {values}"


def _about_diverging(found: Found) -> Lines:
    return (lower_rate(found), restart(found), WARM_UP, CLIP)


DIVERGING = Sentences(
    "Diverging",
    _diverging,
    _about_diverging,
    "a switch to harder data, or a learning rate that was raised on purpose, lifts the loss as well",
)


def _spikes(found: Found) -> str:
    many = round(found.value("spikes") or 0)
    first = f"{many} spikes, the first" if many > 1 else "one spike,"
    return f"{found.metric} has {first}{at(found)}; the highest is {loss_of(found, 'highest')} (+{percent_of(found, 'height')})"


def _about_spikes(found: Found) -> Lines:
    if found.case == "eval":
        return ("check whether validation always runs on the same samples", "use the checkpoint of a validation without a spike")
    return (
        f"check the quality of the data in the batches at these {found.counted}s (log the ids of the samples)",
        CLIP,
        "if they come more often, lower the learning rate",
    )


SPIKES = Sentences(
    "Spikes",
    _spikes,
    _about_spikes,
    "spikes that come back are usually harmless; from another checkpoint the same batch often has none (PaLM, 5.1)",
)


def _plateau(found: Found) -> str:
    how = "it has converged with its schedule" if found.case == "converged" else "it has come to rest"
    return f"{found.metric} changed by {percent_of(found, 'change')} over the last third: {how}"


def _about_plateau(found: Found) -> Lines:
    if found.case == "converged":
        return ("nothing has to be done; another run would need a higher learning rate or more data to go lower",)
    return ("training on at this learning rate will bring little: lower it, or stop here", "check the quality of the data")


PLATEAU = Sentences("Plateau", _plateau, _about_plateau, "a learning rate that is still to fall may lower it again")


def _still_improving(found: Found) -> str:
    return f"{found.metric} still fell by {percent_of(found, 'change')} over the last quarter"


STILL_IMPROVING = Sentences(
    "Still improving", _still_improving, ("more epochs may help",), "the train loss says nothing of unseen data"
)


def _low_improvement(found: Found) -> str:
    values = f"from {loss_of(found, 'first')} to {loss_of(found, 'best')}"
    return f"{found.metric} improved by {percent_of(found, 'improvement')} in all ({values})"


LOW_IMPROVEMENT = Sentences(
    "Low improvement",
    _low_improvement,
    (
        "for continued pre-training, or a base that knows the task, this is usual",
        "more epochs, or data that is new to the model",
    ),
    "how much a loss can fall depends on where it began",
)


def _memorising(found: Found) -> str:
    steps = f"{count_of(found, 'steps')} steps at equal distances, of about {percent_of(found, 'step')}"
    return f"{found.metric} falls in steps, as at the border of epochs: {steps}, and little between them"


MEMORISING = Sentences(
    "Learned by heart",
    _memorising,
    (
        "validate on samples that are not trained on: without that nobody knows what it learned beyond them",
        "stop after one to three epochs, or train on more data",
        "if it has to be many epochs, lower the LoRA rank or raise dropout",
    ),
    "a learning rate that is lowered in steps and not logged looks the same, and a small set may be learned by heart on purpose",
)
