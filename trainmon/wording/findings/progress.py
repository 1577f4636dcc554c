"""What is said of how a training gets on: its speed, its silence, its saved models."""

from __future__ import annotations

from trainmon.wording.findings.actions import KEEP_BEST, MORE_WORKERS, SAVE_OFTEN, SHORTER
from trainmon.wording.findings.sentences import Sentences, at, loss_of, percent_of
from trainmon.wording.findings.settings import Action
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import at_number, count, duration, number, throughput


def _slow_throughput(found: Found) -> str:
    return f"slow: {throughput(found.value('speed'))}, below {number(found.value('limit'))} samples/s"


SLOW_THROUGHPUT = Sentences(
    "Slow",
    _slow_throughput,
    (MORE_WORKERS, "a larger batch, if memory allows", SHORTER),
    "large models are slower: compare with a run of the same model",
)


def _throughput_drop(found: Found) -> str:
    unit = found.unit("before").replace("steps/", f"{found.counted}s/")
    speeds = f"from {number(found.value('before'))} to {number(found.value('now'))} {unit}"
    return f"it became slower{at(found)}: {speeds} (-{percent_of(found, 'drop')})"


THROUGHPUT_DROP = Sentences(
    "Became slower",
    _throughput_drop,
    (
        "look for another job on the machine, and for heat (thermal throttling)",
        "check whether later batches hold longer sequences",
        MORE_WORKERS,
    ),
    "longer samples make the same work look slower",
)


def _silent(found: Found) -> str:
    return f"no sign of life: {found.case}"


SILENT = Sentences(
    "Silent",
    _silent,
    (
        "look at the terminal or the notebook of the training",
        "check whether its process still lives and its disk is not full",
    ),
    "a long evaluation or a slow shared folder looks the same",
)


def _missing_loss(found: Found) -> str:
    if found.case == "train":
        evaluations = found.value("evaluations")
        many = "1 validation was" if evaluations == 1 else f"{count(evaluations)} validations were"
        return f"{many} logged, but never a train loss"
    if found.case == "newest":
        which = f"chain {count(found.value('chain'))} of {count(found.value('of'))}, {count(found.value('rows'))} rows"
        return f"the newest training here ({which}) has logged no loss but 0; what follows is about an earlier one"
    return f"no validation was logged, though the configuration asks for {count(found.value('expected'))} by now"


def _missing_loss_advice(found: Found) -> tuple[str, ...]:
    if found.case in ("train", "newest"):
        return (
            "log the loss of the training steps (log_step), or log it more often (logging_steps in the Hugging Face Trainer)",
            "look at what the library itself logs: the callback may be left out, or the loss have a name that says little: "
            "[roles] in trainmon.toml says which column it is",
        )
    return (
        "check that the validation runs, and that its loss is passed on as val_loss",
        "where it has another name: [roles] in trainmon.toml says which column it is",
    )


MISSING_LOSS = Sentences(
    "Loss not logged",
    _missing_loss,
    _missing_loss_advice,
    "it may be logged elsewhere on purpose",
)


def _missing_checkpoint(found: Found) -> str:
    saved, step = found.value("best_saved"), found.value("best_saved_step")
    best = f"the best point ({loss_of(found, 'best')}{at(found)}) has no checkpoint on disk, though its neighbours have one"
    if saved is None or step is None:
        return best
    return f"{best}; the best saved is {at_number(step, found.counted)}, {percent_of(found, 'worse')} above it"


MISSING_CHECKPOINT = Sentences(
    "Best checkpoint missing",
    _missing_checkpoint,
    (KEEP_BEST,),
    "it may have been moved on purpose",
    short="Best not saved",
)


def _work_at_risk(found: Found) -> str:
    work = f"{duration(found.value('unsaved'))} of work ({count(found.value('unsaved_steps'))} {found.counted}s)"
    usual = f"one is usually saved every {count(found.value('usual'))} {found.counted}s"
    since = f"the last saved model, {at_number(found.value('saved_at') or 0.0, found.counted)}"
    if found.case == "lost":
        return f"it broke off {work} after {since}; {usual}"
    return f"{work} since {since}; {usual}"


def _about_work_at_risk(found: Found) -> tuple[str | Action, ...]:
    if found.case == "lost":
        return ("resume from the last saved model: what came after it is trained again", SAVE_OFTEN)
    return (
        "look whether the disk is full, and for an error of saving in what the training printed",
        "save a model now, if the training can be told to",
        SAVE_OFTEN,
    )


WORK_AT_RISK = Sentences(
    "Not saved for long", _work_at_risk, _about_work_at_risk, "the models may be moved elsewhere as soon as they are written"
)
