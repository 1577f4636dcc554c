"""What is said of a learning rate that is not what the configuration asks for."""

from __future__ import annotations

from trainmon.wording.findings.sentences import Lines, Sentences, count_of, percent_of, since
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import learning_rate, percent


def _learning_rate(found: Found) -> str:
    now, rows = learning_rate(found.value("learning_rate")), f"{count_of(found, 'rows')} rows"
    if found.case == "zero":
        return f"{found.metric} is 0 on all {rows}, though {learning_rate(found.value('configured'))} is configured"
    if found.case == "early":
        left = percent(100 - (found.value("done") or 0))
        return f"{found.metric} is 0{since(found)}, with {left} of the plan to go: nothing is learned any more"
    if found.case == "no_warm_up":
        return f"{found.metric} is {now} on all {rows}, though a warm-up of {count_of(found, 'warm_up')} steps is configured"
    if found.case == "constant":
        return f"{found.metric} is {now} on all {rows}, though a schedule that lowers it is configured"
    still = f"{found.metric} is still {now}, with {percent_of(found, 'done')} of the plan done"
    return f"{still}; it was {learning_rate(found.value('highest'))} at most, and its schedule ends at 0"


def _about_learning_rate(found: Found) -> Lines:
    logged = "check that the rate of the optimizer is logged, and not the one of the configuration"
    if found.case == "zero":
        skipped = "with fp16, look at the gradient norm: a loss scaler that skips every step keeps the schedule at its start"
        return ("check that the schedule is stepped, and begins above 0", skipped, logged)
    if found.case in ("early", "high"):
        length = "give the schedule the number of steps that are trained: batches an epoch / gradient accumulation x epochs"
        return (length, "call scheduler.step() once for each step of the optimizer, not for each batch")
    if found.case == "no_warm_up":
        return ("take a schedule that warms up: in the Hugging Face Trainer, constant has none, constant_with_warmup has", logged)
    return ("call scheduler.step() after each step of the optimizer", logged)


LEARNING_RATE = Sentences(
    "Learning rate not as configured",
    _learning_rate,
    _about_learning_rate,
    "a schedule that was handed to the trainer in the code is in no configuration",
    short="Learning rate",
)
