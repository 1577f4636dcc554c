"""MetricsTracker on real directories: what it writes, and when."""

from __future__ import annotations

import math
import signal
import threading
from pathlib import Path

import psutil
import pytest

from tests.tracking.directories import child, document, ends, posix_only, rows_of
from tests.waiting import PATIENCE
from trainmon.errors import UsageError
from trainmon.tracking.tracker import MetricsTracker


def test_nothing_is_written_before_the_first_log(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracker = MetricsTracker(place)
    tracker.print_status()
    tracker.get_current_status()
    tracker.save_json()
    tracker.close()
    assert not place.exists()
    assert f"{place / 'training_metrics.csv'} has no rows" in capsys.readouterr().out


def test_rows_stand_in_the_csv_when_the_call_returns(place: Path) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(epoch=0, step=50, loss=2.5, val_loss=2.75, learning_rate=1e-5, memory_mb=9000, elapsed_time=12)
    tracker.log_step(0, 100, loss=None, val_loss=2.5)
    tracker.log_step(0, 150, None)
    tracker.log_epoch(epoch=0, avg_loss=2.0, val_loss=math.nan, elapsed_time=30)
    blank = {"learning_rate": "", "memory_mb": ""}
    assert rows_of(place) == [
        {
            "epoch": "0", "step": "50", "phase": "train", "loss": "2.5", "val_loss": "2.75",
            "learning_rate": "1e-05", "memory_mb": "9000",
        },
        {"epoch": "0", "step": "100", "phase": "eval", "loss": "", "val_loss": "2.5", **blank},
        {"epoch": "0", "step": "150", "phase": "train", "loss": "", "val_loss": "", **blank},
        {"epoch": "0", "step": "", "phase": "epoch", "loss": "2.0", "val_loss": "nan", **blank},
    ]  # fmt: skip
    line = (place / "training_metrics.csv").read_text().splitlines()[1]
    assert line.split(",")[0].endswith("+00:00")
    assert line.split(",")[-1] == "12"


def test_further_metrics_become_columns_and_keep_their_text(place: Path) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    tracker.log_step(0, 2, 2.0, grad_norm=0.5, note='a, "b"\nc')
    tracker.log_epoch(0, 2.5, accuracy=0.75, memory_mb=8000)
    assert [(row["memory_mb"], row["grad_norm"], row["note"], row["accuracy"]) for row in rows_of(place)] == [
        ("", "", "", ""), ("", "0.5", 'a, "b" c', ""), ("8000", "", "", "0.75"),
    ]  # fmt: skip


def test_json_has_all_rows_and_the_figures_of_the_chain(place: Path) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 0, math.inf, elapsed_time=1, note="007")
    tracker.log_step(0, 50, 2.0, elapsed_time=2)
    tracker.log_step(0, 50, None, val_loss=-math.inf, elapsed_time=2)
    tracker.log_epoch(0, math.nan, elapsed_time=3)
    tracker.save_json()
    found = document(place, "training_metrics.json")
    for row in found["step_metrics"] + found["epoch_metrics"]:
        assert row.pop("timestamp").endswith("+00:00")
    blank = {"val_loss": None, "learning_rate": None, "memory_mb": None, "note": None}
    assert found == {
        "step_metrics": [
            {**blank, "epoch": 0, "step": 0, "phase": "train", "loss": None, "elapsed_time_s": 1, "note": 7},
            {**blank, "epoch": 0, "step": 50, "phase": "train", "loss": 2.0, "elapsed_time_s": 2},
            {**blank, "epoch": 0, "step": 50, "phase": "eval", "loss": None, "elapsed_time_s": 2},
        ],
        "epoch_metrics": [{**blank, "epoch": 0, "step": None, "phase": "epoch", "loss": None, "elapsed_time_s": 3}],
        "best_loss": 2.0, "best_epoch": 0, "best_step": 50, "total_steps": 2, "total_epochs": 1, "last_global_step": 50,
        "non_finite": 3, "source": found["source"],
    }  # fmt: skip
    assert found["source"]["bytes"] == (place / "training_metrics.csv").stat().st_size
    assert [row["loss"] for row in rows_of(place)] == ["inf", "2.0", "", "nan"]


def test_summary_is_written_returned_and_of_exactly_the_formats_keys(place: Path) -> None:
    tracker = MetricsTracker(place, config={"from": "tracker"})
    tracker.log_step(0, 1, 4.0)
    tracker.log_step(0, 2, 1.0)
    summary = tracker.save_summary(total_time=7200, total_samples=2414, training_config={"lr": 1e-5})
    assert document(place, "training_summary.json") == summary
    assert list(summary) == [
        "training_date", "total_time_seconds", "total_time_hours", "total_steps", "total_epochs", "total_samples_processed",
        "best_train_loss", "final_train_loss", "best_val_loss", "final_val_loss", "avg_loss_per_step", "loss_improvement",
        "loss_improvement_pct", "samples_per_second", "best_checkpoint", "training_config",
    ]  # fmt: skip
    assert (summary["loss_improvement_pct"], summary["training_config"]) == (75.0, {"lr": 1e-5})
    assert tracker.save_summary(None, None)["training_config"] == {"from": "tracker"}


def test_environment_and_plan_are_recorded(place: Path) -> None:
    with MetricsTracker(place, name="n", tags=["t"], notes="x", config={"lr": 1}, total_steps=100, total_epochs=3) as tracker:
        tracker.log_step(0, 1, 1.0)
    found = document(place, "training_run.json")
    assert (found["name"], found["tags"], found["notes"]) == ("n", ["t"], "x")
    entry = found["attempts"][0]
    assert (entry["config"], entry["total_steps"], entry["total_epochs"]) == ({"lr": 1}, 100, 3)
    assert sorted(entry["environment"]) == ["git", "gpu", "memory_mb", "packages", "python"]


@posix_only
def test_the_memory_of_the_machine_is_recorded_in_mb(place: Path) -> None:
    with MetricsTracker(place) as tracker:
        tracker.log_step(0, 1, 1.0)
    recorded = document(place, "training_run.json")["attempts"][0]["environment"]["memory_mb"]
    assert abs(recorded - psutil.virtual_memory().total / 2**20) < 2


@posix_only
def test_killed_process_loses_no_row_whose_call_returned(place: Path) -> None:
    code = """
t = MetricsTracker(sys.argv[1])
for n in range(10**9):
    t.log_step(0, n, 1.0, **({'late': n} if n > 500 else {}))
    print(n, flush=True)
"""
    with child(code, str(place)) as process:
        assert process.stdout is not None
        for _ in range(1000):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        returned = 999 + len(process.stdout.read().split())
    rows = rows_of(place)
    assert [int(row["step"]) for row in rows] == list(range(len(rows)))
    assert len(rows) >= returned
    assert (place / "training_metrics.csv").read_bytes().endswith(b"\n")
    MetricsTracker(place).log_step(0, len(rows), 1.0)
    assert ends(place) == [(0, None, False), (len(rows), None, True)]


def test_threads_may_log(place: Path) -> None:
    tracker = MetricsTracker(place)

    def loop() -> None:
        for step in range(200):
            tracker.log_step(0, step, 1.0)

    threads = [threading.Thread(target=loop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tracker.close()
    assert len(rows_of(place)) == 800
    assert ends(place) == [(0, "finished", False)]


def test_writer_loads_no_heavy_package(place: Path) -> None:
    code = (
        "import trainmon; trainmon.MetricsTracker(sys.argv[1]).log_step(0, 1, 1.0);"
        "print([m for m in ('numpy', 'pandas', 'altair', 'psutil', 'streamlit') if m in sys.modules])"
    )
    with child(code, str(place)) as process:
        assert process.communicate(timeout=PATIENCE) == ("[]\n", "")


def test_wrong_end_is_refused(place: Path) -> None:
    with pytest.raises(UsageError, match=r"^end must be 'finished', 'failed' or 'interrupted'; got 'done' \(str\)$"):
        MetricsTracker(place).close("done")  # type: ignore[arg-type]
