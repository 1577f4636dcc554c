"""How far a training is, and when it stops early."""

from __future__ import annotations

from notebooks.finetuning.progress import Progress


def progress_after(*losses: float) -> Progress:
    progress = Progress({}, total_steps=10)
    for loss in losses:
        progress.done += 1
        progress.validated(loss)
    return progress


def test_the_best_validation_is_remembered_and_the_worse_ones_since_then_are_counted() -> None:
    progress = progress_after(3.0, 1.0, 2.0, 1.0)
    assert (progress.best_loss, progress.best_done, progress.worse) == (1.0, 2, 2)
    assert progress.validated(0.5)
    assert progress.worse == 0


def test_a_loss_that_is_no_number_is_never_the_best() -> None:
    progress = progress_after(float("nan"), 1.0, float("nan"))
    assert (progress.best_loss, progress.worse) == (1.0, 1)


def test_it_stops_after_as_many_validations_without_a_better_one_and_says_why() -> None:
    progress = progress_after(3.0, 1.0, 2.0)
    assert not progress.stops_early(2)
    progress.done, _ = 4, progress.validated(1.5)
    assert not progress.stops_early(None)
    assert progress.stops_early(2)
    assert progress.over
    assert progress.standing == (
        "stopped early after 4 of 10 steps: 2 validations in a row were no better than 1.0000, after 2 steps"
    )


def test_at_the_last_step_nothing_is_early() -> None:
    progress = progress_after(*[1.0] * 10)
    assert not progress.stops_early(2)
    assert progress.over
    assert progress.standing == "went through 10 of 10 steps"


def test_a_training_that_goes_on_after_an_early_stop_counts_anew() -> None:
    progress = progress_after(1.0, 2.0, 2.0)
    progress.stops_early(2)
    going_on = progress.going_on({"patience": 3}, total_steps=20)
    assert (going_on.worse, going_on.ended, going_on.total_steps, going_on.settings) == (0, None, 20, {"patience": 3})
    assert progress_after(1.0, 2.0).going_on({}, 10).worse == 1
