from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.logs import epoch_row, run_of, train
from trainmon.analysis import analyse
from trainmon.analysis.epochs import EpochMeans, epoch_means
from trainmon.charts import epoch_chart


def means(directory: Path, rows: list[str]) -> EpochMeans | None:
    stretch = analyse(run_of(directory, rows), now=0.0).stretch
    assert stretch is not None
    return epoch_means(stretch)


def test_epoch_rows_are_taken_as_they_were_logged(tmp_path: Path) -> None:
    found = means(tmp_path, [train(0, 0, 3), epoch_row(0, 2.5, 2.6), train(1, 0, 1), epoch_row(1, 1.5)])
    assert found is not None
    assert found.logged
    assert (found.epoch.tolist(), found.train.tolist()) == ([0.0, 1.0], [2.5, 1.5])
    np.testing.assert_array_equal(found.validation, [2.6, np.nan])


def test_without_epoch_rows_the_train_rows_are_averaged(tmp_path: Path) -> None:
    found = means(tmp_path, [train(0, 0, 3), train(0, 1, "nan"), train(0, 2, 1), train(1, 0, 1)])
    assert found is not None
    assert not found.logged
    assert found.train.tolist() == [2.0, 1.0]


def test_a_row_at_the_end_of_an_epoch_is_of_that_one_where_fractions_count_what_is_done(tmp_path: Path) -> None:
    found = means(tmp_path, [train(epoch, step, 4 - epoch) for step, epoch in enumerate([0.5, 1.0, 1.5, 2.0], start=1)])
    assert found is not None
    assert (found.epoch.tolist(), found.train.tolist()) == ([0.0, 1.0], [3.25, 2.25])


def test_epoch_rows_that_were_never_filled_count_as_none(tmp_path: Path) -> None:
    found = means(tmp_path, [train(0, 0, 3), epoch_row(0, 0), train(1, 0, 1), epoch_row(1, 0)])
    assert found is not None
    assert found.train.tolist() == [3.0, 1.0]


def test_an_epoch_took_the_time_since_the_one_before_and_changed_the_loss_by_so_much(tmp_path: Path) -> None:
    rows = [train(epoch, step, 3 - epoch, at=100.0 * epoch + 10 * step) for epoch in range(3) for step in range(5)]
    found = means(tmp_path, rows)
    assert found is not None
    assert found.seconds.tolist() == [40.0, 100.0, 100.0]
    np.testing.assert_array_equal(found.change, [np.nan, -1.0, -1.0])


def test_a_run_without_epochs_has_no_chart_of_them(tmp_path: Path) -> None:
    assert means(tmp_path, [train("", 0, 3), train("", 1, 2)]) is None
    assert epoch_chart(analyse(run_of(tmp_path / "b", [train("", 0, 3)]), now=0.0)) is None
