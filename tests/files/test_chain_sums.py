"""The summary's formulas on running sums."""

from __future__ import annotations

import math
import tracemalloc

from trainmon.files.chain_sums import ChainSums, GlobalStep, LossSums


def sums_of(*rows: tuple[str, float | None, float | None, float | None, float | None]) -> ChainSums:
    """Return the sums of rows (phase, epoch, step, loss, val_loss)."""
    sums = ChainSums()
    for phase, epoch, step, loss, val_loss in rows:
        sums.add(None, epoch, step, phase, loss, val_loss, None, None)
    return sums


def test_summary_has_every_figure_of_the_chain() -> None:
    steps = (("train", 0, 0, 4.0, None), ("train", 0, 50, 1.0, None), ("train", 0, 100, 2.0, 2.5))
    sums = sums_of(*steps, ("epoch", 0, None, 7 / 3, 3.0))
    assert sums.summary("2026-01-01T00:00:00+00:00", 7200, 14400, {"lr": 1e-5}) == {
        "training_date": "2026-01-01T00:00:00+00:00",
        "total_time_seconds": 7200,
        "total_time_hours": 2.0,
        "total_steps": 3,
        "total_epochs": 1,
        "total_samples_processed": 14400,
        "best_train_loss": 1.0,
        "final_train_loss": 2.0,
        "best_val_loss": 2.5,
        "final_val_loss": 3.0,
        "avg_loss_per_step": 7 / 3,
        "loss_improvement": 2.0,
        "loss_improvement_pct": 50.0,
        "samples_per_second": 2.0,
        "best_checkpoint": {"epoch": 0, "step": 100, "loss": 2.5},
        "training_config": {"lr": 1e-5},
    }


def test_summary_of_nothing_is_null_and_not_an_error() -> None:
    summary = ChainSums().summary("now", None, None, None)
    known = {name: value for name, value in summary.items() if value is not None}
    assert known == {
        "training_date": "now", "total_steps": 0, "total_epochs": 0,
        "best_checkpoint": {"epoch": None, "step": None, "loss": None},
    }  # fmt: skip


def test_time_of_zero_gives_no_throughput() -> None:
    assert ChainSums().summary("now", 0, 10, None)["samples_per_second"] is None


def test_loss_that_is_zero_on_every_row_was_never_filled_and_is_no_best() -> None:
    sums = sums_of(("epoch", 0, None, 0, None), ("epoch", 1, None, 0, None))
    assert sums.totals() == {
        "best_loss": None, "best_epoch": None, "best_step": None, "total_steps": 0, "total_epochs": 2, "last_global_step": None,
    }  # fmt: skip


def test_loss_that_reaches_zero_is_a_best() -> None:
    assert sums_of(("train", 0, 1, 3.0, None), ("train", 0, 2, 0.0, None)).totals()["best_loss"] == 0


def test_epoch_rows_are_the_train_loss_only_where_no_train_row_has_one() -> None:
    epochs = (("epoch", 0, None, 3.0, None), ("epoch", 1, None, 2.0, None))
    assert sums_of(*epochs).train.best == 2.0
    assert sums_of(("train", 0, 1, None, None), *epochs).train.best == 2.0
    assert sums_of(("train", 0, 1, 5.0, None), *epochs).train.best == 5.0


def test_figures_are_over_finite_values_and_the_latest_is_what_was_logged() -> None:
    sums = sums_of(("train", 0, 1, math.inf, None), ("train", 0, 2, 4.0, None), ("train", 0, 3, math.nan, None))
    train = sums.train
    assert (train.first, train.final, train.best, train.mean, train.finite, train.logged) == (4.0, 4.0, 4.0, 4.0, 1, 3)
    assert train.latest is not None
    assert math.isnan(train.latest)


def test_improvement_from_a_first_loss_of_zero_has_no_percentage() -> None:
    losses = LossSums()
    for step, value in enumerate((0.0, -1.0)):
        losses.add(value, 0, step)
    assert (losses.improvement, losses.improvement_percent) == (1.0, None)


def test_improvement_is_in_percent_of_the_absolute_first_loss() -> None:
    losses = LossSums()
    for step, value in enumerate((-2.0, -3.0)):
        losses.add(value, 0, step)
    assert losses.improvement_percent == 50.0


def global_steps(*positions: tuple[float, float]) -> list[float | None]:
    counter, reached = GlobalStep(), []
    for epoch, step in positions:
        counter.add(epoch, step)
        reached.append(counter.value)
    return reached


def test_global_step_goes_on_where_the_step_starts_again() -> None:
    assert global_steps((0, 1), (0, 2), (1, 1), (1, 2)) == [1, 2, 3, 4]


def test_epoch_that_starts_at_zero_adds_the_logging_interval() -> None:
    assert global_steps((0, 0), (0, 50), (0, 100), (1, 0), (1, 50)) == [0, 50, 100, 150, 200]


def test_logging_interval_is_that_of_most_steps() -> None:
    assert global_steps((0, 0), (0, 50), (0, 100), (0, 101), (1, 0))[-1] == 151


def test_step_that_never_starts_again_is_global_already() -> None:
    assert global_steps((0, 10), (0, 20), (1, 30), (2, 40)) == [10, 20, 30, 40]


def test_sums_do_not_grow_with_the_steps() -> None:
    sums = ChainSums()
    tracemalloc.start()
    for step in range(20_000):
        sums.add(float(step), 0, step, "train", 1 / (step + 1), None, 9000.0, float(step))
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert size < 10_000
