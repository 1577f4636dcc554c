"""What can be downloaded of the curves."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from tests.builders import rows, write_run
from tests.logs import HEADER
from tests.tool_logs import rows_log
from trainmon.analysis import analyse
from trainmon.charts.curves import Curves, curves_of
from trainmon.reports.curves import curves_picture
from trainmon.reports.visible_rows import visible_rows
from trainmon.runs.opening import open_run

START = 1_700_000_000.0


def curves(directory: Path) -> Curves:
    lines = [f"{line},{'' if at % 2 else 'inf' if at == 8 else at}" for at, line in enumerate(rows(epochs=2, start=START))]
    found = curves_of(analyse(open_run(write_run(directory, lines, header=f"{HEADER},grad norm")), now=START), smooth=0.6)
    assert found is not None
    return found


def test_the_rows_of_the_visible_range_are_there_in_full(tmp_path: Path) -> None:
    found = curves(tmp_path)
    text = visible_rows(found.stretch, ["loss", "val_loss", "grad norm"], "step", (98.0, 101.0))
    assert text.decode().splitlines()[0] == '"global_step","step","epoch","phase","time","loss","val_loss","grad norm"'
    table = pd.read_csv(BytesIO(text))
    assert table["global_step"].tolist() == [98, 99, 99, 100, 101]
    assert table["step"].fillna(-1).tolist() == [98, 99, -1, 0, 1]
    assert table["phase"].tolist() == ["train", "train", "epoch", "train", "train"]
    assert table["time"][0] == "2023-11-14 22:14:59.000000Z"
    assert table["val_loss"].notna().tolist() == [False, False, True, False, False]


def test_rows_are_called_rows_where_a_log_counts_nothing_else(tmp_path: Path) -> None:
    found = curves_of(analyse(open_run(rows_log(tmp_path / "losses.csv", rows=20)), now=START), smooth=0.6)
    assert found is not None
    table = pd.read_csv(BytesIO(visible_rows(found.stretch, ["loss"], "step", (3.0, 5.0))))
    assert [*table.columns] == ["global_row", "row", "epoch", "phase", "time", "loss"]
    assert table["row"].tolist() == [3, 4, 5]


def test_blanks_and_what_is_not_finite_stay_apart(tmp_path: Path) -> None:
    found = curves(tmp_path)
    text = visible_rows(found.stretch, ["grad norm"], "relative").decode()
    assert len(text.splitlines()) == 102  # every second row of 202, and the header
    assert text.splitlines()[5].endswith(",inf")
    both = pd.read_csv(BytesIO(visible_rows(found.stretch, ["loss", "grad norm"], "step")))
    assert np.isnan(both["grad norm"][1])


def test_the_picture_shows_the_visible_range(tmp_path: Path) -> None:
    found = curves(tmp_path)
    whole, part = (curves_picture(found, found.panels, window=window, vector=True) for window in (None, (50.0, 60.0)))
    assert whole.startswith(b"<svg")
    assert b">200<" in whole
    assert b">200<" not in part
    assert "global step 50 to 60 · all 11 rows drawn".encode() in part
    assert curves_picture(found).startswith(b"\x89PNG\r\n\x1a\n")
