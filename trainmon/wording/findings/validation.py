"""What is said of validation against train."""

from __future__ import annotations

from trainmon.wording.findings.actions import KEEP_BY_ITSELF, MORE_DECAY, STOP_EARLY, VALIDATE_MORE
from trainmon.wording.findings.sentences import Lines, Sentences, at, loss_of, percent_of, since
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import at_number


def _overfitting(found: Found) -> str:
    rose = f"validation rose from {loss_of(found, 'best')} to {loss_of(found, 'now')} (+{percent_of(found, 'worse')})"
    if found.case == "few":
        points = {2: "two", 3: "three"}.get(round(found.value("evaluations") or 0), "few")
        return f"{rose} while training fell; {points} points only"
    better = "; a score still improves" if found.case else ""
    return f"{rose}{since(found)} while training fell{better}"


def _about_overfitting(found: Found) -> Lines:
    if found.case == "few":
        return (
            VALIDATE_MORE,
            "keep the checkpoint with the lower validation",
        )
    nearest = f"use the checkpoint nearest to {at_number(found.step, found.counted)}" if found.step is not None else ""
    use = nearest or "use an earlier checkpoint"
    choose = ("choose the checkpoint by the score, if that is what counts",) if found.case else ()
    return (
        *choose,
        f"{use}; fewer epochs are enough",
        "more or more varied data, or augmentation",
        KEEP_BY_ITSELF,
        STOP_EARLY,
        MORE_DECAY,
    )


OVERFITTING = Sentences(
    "Overfitting",
    _overfitting,
    _about_overfitting,
    "a small validation set moves by chance; a score such as accuracy may still improve",
)


def _train_val_gap(found: Found) -> str:
    stopped = f" and stopped improving{at(found)}" if found.case else ""
    return f"validation is {found.value('ratio'):.1f} times the train loss{stopped}"


TRAIN_VAL_GAP = Sentences(
    "Validation far above training",
    _train_val_gap,
    (
        "more or more varied training data",
        MORE_DECAY,
        "check that train and validation are preprocessed alike and come from the same source",
    ),
    "the two may be computed differently: dropout, augmentation, sums over accumulated batches",
    short="Validation far off",
)
