"""A best point whose model is gone."""

from __future__ import annotations

from trainmon.diagnosis.inputs import Inputs, LostBest
from trainmon.diagnosis.missing_checkpoint import find_missing_checkpoint


def test_a_lost_best_model_is_a_notice_with_the_best_that_is_left() -> None:
    (found,) = find_missing_checkpoint(Inputs(lost_best=LostBest("val_loss", 149, 1.0, 5, 1.05, 5.0, 100)))
    assert (found.severity, found.metric, found.rows) == ("notice", "val_loss", (149,))
    assert {name: each.value for name, each in found.evidence.items()} == {
        "best": 1.0,
        "saved": 5,
        "best_saved": 1.05,
        "worse": 5.0,
        "best_saved_step": 100,
    }


def test_nothing_that_can_be_said_of_those_that_are_left_leaves_their_evidence_out() -> None:
    (found,) = find_missing_checkpoint(Inputs(lost_best=LostBest("loss", 9, 1.0, 5)))
    assert set(found.evidence) == {"best", "saved"}


def test_nothing_is_missing_where_nothing_was_lost() -> None:
    assert list(find_missing_checkpoint(Inputs())) == []
