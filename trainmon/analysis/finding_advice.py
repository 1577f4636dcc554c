"""What to try about a finding, and why it might be a false alarm: never advice that its evidence contradicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trainmon import wording
from trainmon.diagnosis.finding import Finding

HIGH_RATE = 1e-3  # from here a flat loss may as well mean "too high": never advise raising it


def advice_on(finding: Finding) -> tuple[str, ...]:
    """Return what to try, in order."""
    return tuple(ADVICE[finding.kind](finding))


def _lower_rate(finding: Finding) -> str:
    rate = finding.value("learning_rate")
    if rate is None or not rate > 0:
        return "lower the learning rate: try a tenth of the present one, or 1e-6"
    lower = f"{wording.learning_rate(rate / 10)} (a tenth of the present {wording.learning_rate(rate)})"
    return f"lower the learning rate: try {lower}" + (", or 1e-6" if rate > 1e-5 else "")


def _restart(finding: Finding) -> str:
    step = finding.step
    return (
        f"restart from a checkpoint before step {wording.count(step)}"
        if step is not None
        else "restart from an earlier checkpoint"
    )


def _about_non_finite(finding: Finding) -> Sequence[str]:
    if finding.case == "eval":
        return (
            "run the validation in full precision (bf16 or fp32, not fp16)",
            "check the validation data for empty or corrupt samples",
        )
    first = "log the unfiltered loss: in the Hugging Face Trainer, logging_nan_inf_filter=False"
    rest = (
        _lower_rate(finding),
        "clip the gradients (max_grad_norm 1.0)",
        "use bf16 instead of fp16",
        "check the data for empty or corrupt samples",
        _restart(finding),
    )
    if finding.case == "hidden":
        return (first, *rest[:4])
    return rest if finding.severity == "error" else rest[1:4]


def _about_not_learning(finding: Finding) -> Sequence[str]:
    parameters = "check that the right parameters are trainable (LoRA targets, frozen layers) and reach the optimizer"
    labels = "check that the labels are not all masked, and belong to their inputs"
    if finding.case == "zero":
        return ("check what is passed as the loss when a row is logged", "check that the labels are not all masked (-100)")
    if finding.case == "constant":
        return (parameters, labels, "check that the loss is computed anew for each batch")
    rate = finding.value("learning_rate")
    if rate is not None and rate >= HIGH_RATE:
        return (f"the learning rate ({wording.learning_rate(rate)}) may be too high: try a tenth of it", parameters, labels)
    if rate is None or not rate > 0:
        raise_it = "if the learning rate is below 1e-4, try 1e-4"
    else:
        target = 1e-4 if rate < 1e-4 else 10 * rate
        raise_it = f"the learning rate ({wording.learning_rate(rate)}) may be too low: try {wording.learning_rate(target)}"
    return (raise_it, parameters, labels, "check the quality of the data, and that it is shuffled")


def _about_diverging(finding: Finding) -> Sequence[str]:
    return (_lower_rate(finding), _restart(finding), "warm up for longer", "clip the gradients (max_grad_norm 1.0)")


def _about_overfitting(finding: Finding) -> Sequence[str]:
    if finding.case == "few":
        return (
            "validate more often (every few hundred steps): a trend needs more points",
            "keep the checkpoint with the lower validation",
        )
    use = (
        f"use the checkpoint nearest to step {wording.count(finding.step)}"
        if finding.step is not None
        else "use an earlier checkpoint"
    )
    choose = ("choose the checkpoint by the score, if that is what counts",) if finding.case else ()
    return (
        *choose,
        f"{use}; fewer epochs are enough",
        "more or more varied data, or augmentation",
        "more dropout or weight decay, or a lower LoRA rank",
    )


def _about_gap(finding: Finding) -> Sequence[str]:
    return (
        "more or more varied training data",
        "more dropout or weight decay",
        "check that train and validation are preprocessed alike and come from the same source",
    )


def _about_spikes(finding: Finding) -> Sequence[str]:
    if finding.case == "eval":
        return ("check whether validation always runs on the same samples", "use the checkpoint of a validation without a spike")
    return (
        "check the quality of the data in the batches at these steps (log the ids of the samples)",
        "clip the gradients (max_grad_norm 1.0)",
        "if they come more often, lower the learning rate",
    )


def _about_plateau(finding: Finding) -> Sequence[str]:
    if finding.case == "converged":
        return ("nothing has to be done; another run would need a higher learning rate or more data to go lower",)
    return ("more steps at this learning rate will bring little: lower it, or stop here", "check the quality of the data")


def _about_still_improving(finding: Finding) -> Sequence[str]:
    return ("more epochs may help",)


def _about_low_improvement(finding: Finding) -> Sequence[str]:
    return (
        "for continued pre-training, or a base that knows the task, this is usual",
        "more epochs, or data that is new to the model",
    )


def _about_low_memory(finding: Finding) -> Sequence[str]:
    return (
        "reduce the batch size, and raise gradient_accumulation_steps to keep the effective one",
        "reduce max_seq_length",
        "close what else uses memory on this machine",
    )


def _about_leak(finding: Finding) -> Sequence[str]:
    return (
        "call gc.collect() in the loop, and empty the framework's cache after evaluations",
        "log numbers, not tensors: loss.item() or loss.detach()",
        "lower num_workers of the data loader",
        "raise gradient_accumulation_steps and reduce the batch size to gain time",
    )


def _about_swings(finding: Finding) -> Sequence[str]:
    return (
        "group samples by length, so that batches have the same size",
        "reduce max_seq_length",
        "reduce the batch size, and raise gradient_accumulation_steps",
    )


def _about_crash(finding: Finding) -> Sequence[str]:
    return (
        "raise gradient_accumulation_steps and reduce the batch size",
        "reduce max_seq_length",
        "call gc.collect() in the loop",
    )


def _about_slow(finding: Finding) -> Sequence[str]:
    return ("give the data loader more workers", "a larger batch, if memory allows", "shorter sequences (max_seq_length)")


def _about_drop(finding: Finding) -> Sequence[str]:
    return (
        "look for another job on the machine, and for heat (thermal throttling)",
        "check whether later batches hold longer sequences",
        "give the data loader more workers",
    )


def _about_silent(finding: Finding) -> Sequence[str]:
    return (
        "look at the terminal or the notebook of the training",
        "check whether its process still lives and its disk is not full",
    )


def _about_missing(finding: Finding) -> Sequence[str]:
    return ("keep the best checkpoint: save_total_limit with load_best_model_at_end, or a copy of it",)


ADVICE: dict[str, Callable[[Finding], Sequence[str]]] = {
    "non_finite": _about_non_finite,
    "not_learning": _about_not_learning,
    "diverging": _about_diverging,
    "overfitting": _about_overfitting,
    "train_val_gap": _about_gap,
    "spikes": _about_spikes,
    "plateau": _about_plateau,
    "still_improving": _about_still_improving,
    "low_improvement": _about_low_improvement,
    "low_memory": _about_low_memory,
    "memory_leak": _about_leak,
    "memory_swings": _about_swings,
    "memory_crash": _about_crash,
    "slow_throughput": _about_slow,
    "throughput_drop": _about_drop,
    "silent": _about_silent,
    "missing_checkpoint": _about_missing,
}

CAVEATS: dict[str, str] = {
    "non_finite": "a single nan may be one bad batch that did no harm",
    "not_learning": "long warm-ups, preference training and adversarial losses may be flat for a good reason",
    "diverging": "a switch to harder data, or a learning rate that was raised on purpose, lifts the loss as well",
    "overfitting": "a small validation set moves by chance; a score such as accuracy may still improve",
    "train_val_gap": "the two may be computed differently: dropout, augmentation, sums over accumulated batches",
    "spikes": "spikes that come back are usually harmless; from another checkpoint the same batch often has none (PaLM, 5.1)",
    "plateau": "a learning rate that is still to fall may lower it again",
    "still_improving": "the train loss says nothing of unseen data",
    "low_improvement": "how much a loss can fall depends on where it began",
    "low_memory": "on machines with unified memory, other programs take and give back memory",
    "memory_leak": "a disk cache that fills looks the same at first, and comes to rest",
    "memory_swings": "other programs on the machine may take and give back memory",
    "memory_crash": "the run may have been stopped by hand at that moment",
    "slow_throughput": "large models are slower: compare with a run of the same model",
    "throughput_drop": "longer samples make the same work look slower",
    "silent": "a long evaluation or a slow shared folder looks the same",
    "missing_checkpoint": "it may have been moved on purpose",
}


def caveat_of(finding: Finding) -> str:
    """Return why the finding might be a false alarm."""
    if finding.kind == "non_finite" and (finding.severity == "error" or finding.case == "hidden"):
        return "the log ends with such values: only a loss that was logged wrongly would make this a false alarm"
    if finding.kind == "non_finite" and finding.case == "grad_norm":
        return "with fp16 loss scaling, a step with an infinite gradient norm is skipped and does no harm"
    if finding.kind == "not_learning" and finding.case in ("zero", "constant"):
        return "the training itself may be fine, and only its logging wrong"
    return CAVEATS[finding.kind]
