"""MetricsTracker on real directories: what it writes, when, and what it survives."""

from __future__ import annotations

import csv
import errno
import json
import math
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.real_data import COACH, needs_real_logs
from tests.repository import REPOSITORY
from tests.waiting import PATIENCE, wait_until
from trainmon.errors import BusyDirectoryError, UsageError
from trainmon.tracking.performance import PerformanceMonitor
from trainmon.tracking.tracker import MetricsTracker

posix_only = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "checkpoints"


def rows_of(place: Path) -> list[dict[str, str]]:
    """Return the rows of the CSV without their times."""
    with (place / "training_metrics.csv").open(newline="", encoding="utf-8") as file:
        return [{k: v for k, v in row.items() if k not in ("timestamp", "elapsed_time_s")} for row in csv.DictReader(file)]


def document(place: Path, name: str) -> dict[str, Any]:
    """Return a JSON file, refusing what strict JSON has not."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    found: dict[str, Any] = json.loads((place / name).read_text(encoding="utf-8"), parse_constant=refuse)
    return found


def attempts(place: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(place, "training_run.json")["attempts"]
    return found


def ends(place: Path) -> list[tuple[int, str | None, bool]]:
    """Return (first row, end, resumed) of each recorded attempt."""
    return [(entry["first_row"], entry["end"], entry["resumed_from"] is not None) for entry in attempts(place)]


def child(code: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python process that imports the tracker and runs `code`."""
    patience = f"attempt_writer.ENVIRONMENT_SECONDS = {PATIENCE}"
    imports = (
        "import sys, time\nfrom trainmon.tracking import attempt_writer\nfrom trainmon.tracking.tracker import MetricsTracker"
    )
    source = f"{imports}\n{patience}\n{code}"
    command = [sys.executable, "-W", "error", "-c", source, *arguments]
    return subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


# -- what is written -------------------------------------------------------------------------------------------------


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


def test_memory_comes_from_the_monitors_last_reading(place: Path) -> None:
    monitor = PerformanceMonitor()
    with MetricsTracker(place, monitor=monitor) as tracker:
        tracker.log_step(0, 1, 1.0)
        monitor.stop()  # no sample comes between
        monitor.record_memory(7000.5)
        tracker.log_step(0, 2, 1.0)
        tracker.log_step(0, 3, 1.0, memory_mb=8000)
        tracker.log_epoch(0, 1.0)
    first, last, given, epoch = [row["memory_mb"] for row in rows_of(place)]
    assert float(first) > 0
    assert (last, given, epoch) == ("7000.5", "8000", "7000.5")


def test_what_cannot_be_sampled_is_on_record_at_the_end_of_the_first_epoch(place: Path) -> None:
    monitor = PerformanceMonitor(interval=0.1)
    with MetricsTracker(place, monitor=monitor) as tracker:
        tracker.log_step(0, 1, 1.0)
        wait_until(lambda: "mlx" in monitor.not_available)
        tracker.log_epoch(0, 1.0)
        assert attempts(place)[0]["not_sampled"] == monitor.not_available


def test_monitor_samples_from_the_first_row_to_the_end(place: Path) -> None:
    monitor = PerformanceMonitor(interval=0.1)
    tracker = MetricsTracker(place, monitor=monitor)
    assert not place.exists()
    tracker.log_step(0, 1, 1.0)
    wait_until(lambda: monitor.get_stats()["memory_readings_count"] > 3)
    tracker.save_summary(1, 1)
    samples = (place / "training_system.csv").read_text().splitlines()
    assert not [thread for thread in threading.enumerate() if thread.name == "trainmon-sampler"]
    assert samples[0] == "timestamp,available_mb,process_mb,children_mb,swap_mb,cpu_percent,disk_free_mb"
    assert len(samples) > 3
    assert attempts(place)[0]["not_sampled"].keys() >= {"torch", "mlx"}
    tracker.log_step(0, 2, 1.0)
    assert [thread for thread in threading.enumerate() if thread.name == "trainmon-sampler"]
    tracker.close()


def test_environment_and_plan_are_recorded(place: Path) -> None:
    with MetricsTracker(place, name="n", tags=["t"], notes="x", config={"lr": 1}, total_steps=100, total_epochs=3) as tracker:
        tracker.log_step(0, 1, 1.0)
    found = document(place, "training_run.json")
    assert (found["name"], found["tags"], found["notes"]) == ("n", ["t"], "x")
    entry = found["attempts"][0]
    assert (entry["config"], entry["total_steps"], entry["total_epochs"]) == ({"lr": 1}, 100, 3)
    assert sorted(entry["environment"]) == ["git", "gpu", "packages", "python"]


def test_old_directory_without_a_record_starts_one_with_this_attempt(place: Path) -> None:
    place.mkdir()
    header = "timestamp,epoch,step,phase,loss,val_loss,learning_rate,memory_mb,elapsed_time_s\n"
    row = "2025-11-09T17:26:33.542913,0,1,train,5.5,,1e-05,8030,0.5\n"
    (place / "training_metrics.csv").write_text(header + row + "garbage\n\n" + row.replace(",1,", ",2,") + "2025-11-09T17:26:3")
    MetricsTracker(place).log_step(0, 1, 1.0)
    assert ends(place) == [(2, None, False)]
    lines = (place / "training_metrics.csv").read_text().splitlines()
    assert lines[5] == "2025-11-09T17:26:3"
    assert ",0,1,train,1.0,," in lines[6]


# -- attempts --------------------------------------------------------------------------------------------------------


def log(tracker: MetricsTracker, *rows: tuple[int, int, float]) -> None:
    for epoch, step, loss in rows:
        tracker.log_step(epoch, step, loss)


def test_fresh_start_in_the_same_directory_does_not_inherit_yesterdays_best(place: Path) -> None:
    with MetricsTracker(place) as yesterday:
        log(yesterday, (0, 1, 3.0), (0, 2, 0.5))
    with MetricsTracker(place) as today:
        log(today, (0, 1, 4.0), (0, 2, 2.0))
    summary = today.save_summary(1, 1)
    assert (summary["best_train_loss"], summary["total_steps"], summary["loss_improvement"]) == (2.0, 2, 2.0)
    assert ends(place) == [(0, "finished", False), (2, "finished", False)]


def test_later_start_resumes_and_supersedes_the_tail(place: Path) -> None:
    with MetricsTracker(place) as first:
        log(first, (0, 1, 4.0), (0, 2, 3.0), (0, 3, 0.1), (0, 4, 0.1))
    second = MetricsTracker(place)
    second.log_step(0, 3, 2.0)
    assert attempts(place)[1]["resumed_from"] == {"attempt": attempts(place)[0]["id"], "epoch": 0, "step": 4}
    status = second.get_current_status()
    assert (status["best_loss"], status["total_steps"], status["first_loss"]) == (2.0, 3, 4.0)
    second.close()
    assert MetricsTracker(place).get_current_status() == status


def test_elapsed_goes_on_after_a_resume_without_the_pause(place: Path) -> None:
    with MetricsTracker(place) as first:
        first.log_step(0, 1, 4.0, elapsed_time=100)
    with MetricsTracker(place) as second:
        second.log_step(0, 2, 3.0)
        second.log_step(0, 3, 3.0)
    elapsed = [float(line.split(",")[-1]) for line in (place / "training_metrics.csv").read_text().splitlines()[1:]]
    assert elapsed[0] == 100
    assert 100 <= elapsed[1] <= elapsed[2] < 160


def test_resume_never_always_starts_fresh(place: Path) -> None:
    for _ in range(2):
        with MetricsTracker(place, resume="never") as tracker:
            tracker.log_step(1, 5, 1.0)
            tracker.log_step(1, 6, 1.0)
    assert ends(place) == [(0, "finished", False), (2, "finished", False)]
    with MetricsTracker(place, resume="never") as tracker:
        tracker.log_step(2, 0, 1.0)
    assert ends(place)[2] == (4, "finished", False)


def test_resume_must_raises_where_there_is_nothing_and_resumes_otherwise(place: Path) -> None:
    tracker = MetricsTracker(place, resume="must")
    with pytest.raises(UsageError, match=r"^resume='must', but .*training_metrics\.csv has no rows to resume"):
        tracker.log_step(0, 1, 1.0)
    assert not place.exists()
    with MetricsTracker(place) as first:
        first.log_step(0, 1, 1.0)
    with MetricsTracker(place, resume="must") as second:
        second.log_step(0, 1, 1.0)
    assert ends(place) == [(0, "finished", False), (1, "finished", True)]


def test_loop_run_again_in_one_tracker_begins_an_attempt(place: Path) -> None:
    with MetricsTracker(place) as tracker:
        log(tracker, (0, 1, 3.0), (1, 1, 0.5), (0, 1, 4.0), (1, 1, 2.0), (1, 2, 1.0))
    assert ends(place) == [(0, "interrupted", False), (2, "finished", False)]
    assert attempts(place)[0]["reason"] == "the loop started again at epoch 0"
    assert tracker.get_current_status()["best_loss"] == 1.0


def test_summary_marks_the_attempt_finished_and_a_later_row_reopens_it(place: Path) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    tracker.save_summary(1, 1)
    assert ends(place) == [(0, "finished", False)]
    tracker.log_step(0, 2, 2.0)
    assert ends(place) == [(0, None, False)]
    tracker.close()
    assert ends(place) == [(0, "finished", False)]
    assert len(rows_of(place)) == 2


def test_second_tracker_of_the_process_closes_the_first(place: Path) -> None:
    first, second = MetricsTracker(place), MetricsTracker(place)
    first.log_step(0, 1, 3.0)
    second.log_step(0, 1, 2.0)
    assert ends(place) == [(0, "interrupted", False), (1, None, False)]
    with pytest.raises(BusyDirectoryError, match="this tracker gave way to a newer one of the same process in "):
        first.log_step(0, 2, 3.0)
    first.close()
    assert ends(place) == [(0, "interrupted", False), (1, None, False)]


def test_close_leaves_a_later_attempt_of_someone_else_alone(place: Path) -> None:
    first = MetricsTracker(place)
    first.log_step(0, 1, 3.0)
    first.save_summary(1, 1)
    with child("t = MetricsTracker(sys.argv[1]); t.log_step(0, 1, 1.0); t.close()", str(place)) as process:
        assert process.wait(PATIENCE) == 0
    first.close()
    first.close("failed")
    assert ends(place) == [(0, "finished", False), (1, "finished", False)]


@pytest.mark.parametrize(
    ("error", "end", "reason"),
    [
        (ValueError("bad\nbatch"), "failed", "ValueError: bad batch"),
        (MemoryError(), "failed", "MemoryError"),
        (KeyboardInterrupt(), "interrupted", "KeyboardInterrupt"),
        (SystemExit(1), "failed", "SystemExit: 1"),
        (SystemExit(0), "finished", None),
    ],
)
def test_context_manager_records_how_the_block_ended(place: Path, error: BaseException, end: str, reason: str | None) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    with pytest.raises(type(error)), tracker:
        raise error
    entry = attempts(place)[0]
    assert (entry["end"], entry["reason"]) == (end, reason)
    assert entry["ended"] >= entry["started"]


def test_deleted_csv_leaves_no_attempt_at_rows_that_are_gone(place: Path) -> None:
    for loss in (3.0, 2.0):
        with MetricsTracker(place) as tracker:
            tracker.log_step(0, 1, loss)
    (place / "training_metrics.csv").unlink()
    with MetricsTracker(place) as tracker:
        tracker.log_step(0, 1, 1.0)
    assert [entry["first_row"] for entry in attempts(place)] == [0, None, 0]


# -- processes and threads -------------------------------------------------------------------------------------------


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


@posix_only
def test_second_process_is_refused_until_the_first_is_gone(place: Path) -> None:
    code = "t = MetricsTracker(sys.argv[1]); t.log_step(0, 1, 1.0); print(1, flush=True); time.sleep(600)"
    with child(code, str(place)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        tracker = MetricsTracker(place)
        with pytest.raises(BusyDirectoryError, match=rf"is being written by process {process.pid} on .* since "):
            tracker.log_step(0, 1, 1.0)
        process.kill()
        process.wait(PATIENCE)
        tracker.log_step(0, 1, 2.0)
    assert [row["loss"] for row in rows_of(place)] == ["1.0", "2.0"]


@posix_only
def test_processes_that_start_together_are_told_apart(place: Path) -> None:
    code = """
sys.stdin.readline()
try:
    MetricsTracker(sys.argv[1]).log_step(0, 1, 1.0)
    print("logged", flush=True)
    time.sleep(600)
except Exception as error:
    print(type(error).__name__, flush=True)
"""
    processes = [child(code, str(place)) for _ in range(4)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.stdout.readline().strip() for process in processes if process.stdout is not None]
    for process in processes:
        process.kill()
        process.communicate(timeout=PATIENCE)
    assert sorted(said) == ["BusyDirectoryError"] * 3 + ["logged"]
    assert len(rows_of(place)) == 1


@posix_only
def test_worker_that_outlives_a_killed_training_does_not_hold_its_directory(place: Path) -> None:
    code = """
import os
t = MetricsTracker(sys.argv[1])
t.log_step(0, 1, 1.0)
worker = os.fork()
if not worker:
    time.sleep(600)
print(worker, flush=True)
time.sleep(600)
"""
    with child(code, str(place)) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()
        process.wait(PATIENCE)
        try:
            MetricsTracker(place).log_step(0, 1, 2.0)
        finally:
            os.kill(worker, signal.SIGKILL)
    assert [row["loss"] for row in rows_of(place)] == ["1.0", "2.0"]


@posix_only
def test_disk_without_locks_is_said_and_goes_on(
    place: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*arguments: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.lockf", no_locks)
    with MetricsTracker(place) as tracker:
        log(tracker, (0, 1, 1.0), (0, 2, 1.0))
    assert len(rows_of(place)) == 2
    noticed = "a second process that logs here will not be noticed"
    assert [record.getMessage() for record in caplog.records] == [f"{place}: no lock (No locks available); {noticed}"]


@pytest.mark.parametrize("variable", ["RANK", "LOCAL_RANK", "SLURM_PROCID", "OMPI_COMM_WORLD_RANK"])
def test_other_ranks_log_nothing_and_say_so_once(
    place: Path, variable: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "3")
    with MetricsTracker(place, monitor=PerformanceMonitor()) as tracker:
        tracker.save_json()
        log(tracker, (0, 1, 1.0), (0, 2, 1.0))
        tracker.log_epoch(0, 1.0)
        tracker.save_summary(1, 1)
    assert not place.exists()
    why = f"nothing is logged, since this is rank 3 of a distributed training ({variable}=3), and rank 0 logs"
    assert [record.getMessage() for record in caplog.records] == [f"{place}: {why}"]


def test_training_of_its_own_in_a_launchers_process_logs(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLURM_PROCID", "3")
    monkeypatch.setenv("TRAINMON_RANK", "0")
    MetricsTracker(place).log_step(0, 1, 1.0)
    assert len(rows_of(place)) == 1


@posix_only
def test_forked_child_writes_nothing(place: Path) -> None:
    monitor = PerformanceMonitor(interval=0.1)
    tracker = MetricsTracker(place, monitor=monitor)
    tracker.log_step(0, 1, 1.0)
    tracker._writer.await_environment()
    wait_until(lambda: monitor.get_stats()["memory_readings_count"] > 1)
    tracker._writer.lock.acquire()  # as a thread of the parent may hold it at the fork
    child_process = os.fork()
    if child_process == 0:
        try:
            tracker.log_step(0, 2, 1.0)
            tracker.save_json()
            monitor.record_memory(1.0)
            assert tracker.get_current_status()["rows"] == 1
            tracker.close("failed")
        except BaseException:
            os._exit(1)
        os._exit(0)
    tracker._writer.lock.release()
    assert os.waitpid(child_process, 0)[1] == 0
    assert len(rows_of(place)) == 1
    assert ends(place) == [(0, None, False)]
    assert not (place / "training_metrics.json").exists()
    tracker.close()


def test_spawned_child_gets_a_copy_that_reads_and_writes_nothing(place: Path) -> None:
    tracker = MetricsTracker(place, monitor=PerformanceMonitor())
    tracker.log_step(0, 1, 1.0)
    code = """
import pickle
tracker = pickle.loads(bytes.fromhex(sys.argv[1]))
tracker.log_step(0, 2, 1.0)
tracker.log_step(0, 3, 1.0)
print(tracker.get_current_status()["rows"])
tracker.close()
"""
    with child(code, pickle.dumps(tracker).hex()) as process:
        rows, warnings = process.communicate(timeout=PATIENCE)
    assert rows == "1\n"
    whose = f"this is a copy of a tracker of process {os.getpid()}; make one in the process that trains"
    assert warnings == f"{place}: nothing is logged, since {whose}\n"
    assert (len(rows_of(place)), ends(place)) == (1, [(0, None, False)])
    tracker.close()


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


@pytest.mark.parametrize(
    ("last_words", "end", "reason"),
    [
        ("", "finished", "the process ended without close()"),
        ("raise ValueError('bad batch')", "failed", "ValueError: bad batch"),
        ("raise KeyboardInterrupt", "interrupted", "KeyboardInterrupt"),
    ],
)
def test_process_that_ends_without_close_records_what_ended_it(place: Path, last_words: str, end: str, reason: str) -> None:
    with child(f"MetricsTracker(sys.argv[1]).log_step(0, 1, 1.0)\n{last_words}", str(place)) as process:
        process.communicate(timeout=PATIENCE)
    entry = attempts(place)[0]
    assert (entry["end"], entry["reason"]) == (end, reason)
    assert entry["ended"] >= entry["started"]
    assert entry["environment"]["python"] == sys.version.split()[0]


def test_guides_door_gives_the_same_names() -> None:
    names = "MetricsTracker, PerformanceMonitor, get_available_memory"
    with child(f"from scripts.metrics import {names}; print(MetricsTracker.__module__)") as process:
        assert process.communicate(timeout=PATIENCE) == ("trainmon.tracking.tracker\n", "")


# -- trouble ---------------------------------------------------------------------------------------------------------


def test_directory_that_cannot_be_made_never_raises_and_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    with MetricsTracker(tmp_path / "file" / "checkpoints") as tracker:
        log(tracker, (0, 1, 3.0), (0, 2, 2.0))
        tracker.log_epoch(0, 2.5)
        tracker.save_json()
        assert tracker.get_current_status()["rows_not_written"] == 3
        assert tracker.save_summary(1, 1)["best_train_loss"] == 2.0
    assert tracker.get_current_status()["rows_not_written"] == 3
    assert len(caplog.records) == 1
    assert "the training goes on, and what is not written is counted" in caplog.text


def test_directory_that_can_be_made_later_gets_all_rows(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with MetricsTracker(tmp_path / "file" / "checkpoints") as tracker:
        log(tracker, (0, 1, 3.0), (0, 2, 2.0))
        (tmp_path / "file").unlink()
    assert [row["step"] for row in rows_of(tmp_path / "file" / "checkpoints")] == ["1", "2"]
    assert attempts(tmp_path / "file" / "checkpoints")[0]["rows_not_written"] == 0


def test_rows_of_a_removed_directory_wait_until_it_is_there_again(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 1, 3.0)
    tracker._writer.await_environment()
    shutil.rmtree(place)
    tracker.log_epoch(0, 2.5)
    log(tracker, (1, 1, 2.0), (1, 2, 2.0))
    assert tracker.get_current_status()["rows_not_written"] == 4
    place.mkdir()
    tracker.log_step(1, 3, 1.0)
    tracker.close()
    assert [row["step"] for row in rows_of(place)] == ["1", "", "1", "2", "3"]
    assert (attempts(place)[0]["first_row"], attempts(place)[0]["rows_not_written"]) == (0, 0)
    assert len(caplog.records) == 1


@posix_only
def test_full_disk_never_raises_and_leaves_whole_rows(place: Path) -> None:
    code = """
import resource
t = MetricsTracker(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
for n in range(100):
    t.log_step(0, n, 1 / 3)
t.close()
print(t.get_current_status()["rows_not_written"])
"""
    with child(code, str(place)) as process:
        missing, warnings = process.communicate(timeout=PATIENCE)
    rows = rows_of(place)
    assert len(rows) + int(missing) == 100
    assert 0 < len(rows) < 50
    assert [row["loss"] for row in rows] == [repr(1 / 3)] * len(rows)
    assert warnings.count("the training goes on") == 1
    assert attempts(place)[0]["rows_not_written"] == int(missing)


@pytest.mark.parametrize("name", ["loss", "val_loss", "learning_rate", "memory_mb", "elapsed_time"])
def test_wrong_type_raises_at_once_and_names_the_argument(place: Path, name: str) -> None:
    arguments: dict[str, Any] = {"epoch": 0, "step": 1, "loss": 1.0, name: "high"}
    valid = r"a number \(int, float, Decimal, or a numpy, torch or MLX scalar\) or None"
    with pytest.raises(UsageError, match=rf"^{name} must be {valid}; got 'high' \(str\)$"):
        MetricsTracker(place).log_step(**arguments)
    assert not place.exists()


def test_wrong_mean_loss_is_named_as_the_caller_wrote_it(place: Path) -> None:
    with pytest.raises(UsageError, match=r"^avg_loss must be a number"):
        MetricsTracker(place).log_epoch(0, [1.0])


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("loss", "log_epoch takes the epoch's mean loss as avg_loss"), ("step", "the row of an epoch has no step"),
        ("timestamp", "trainmon writes the time itself"), ("phase", "log_step and log_epoch write it"),
        ("elapsed_time_s", "pass elapsed_time"), (" ", "a column needs a name"),
    ],
)  # fmt: skip
def test_name_that_the_format_keeps_is_refused_with_what_to_do(place: Path, name: str, hint: str) -> None:
    metrics: dict[str, Any] = {name: 1.0}
    with pytest.raises(UsageError) as raised:
        MetricsTracker(place).log_epoch(0, 1.0, **metrics)
    assert str(raised.value) == f"{name!r} cannot be the name of a further metric: {hint}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"output_dir": 3}, "output_dir must be a path; got 3 (int)"),
        ({"name": 3}, "name must be a string or None; got 3 (int)"),
        ({"tags": "a"}, "tags must be a list or tuple of strings; got 'a' (str)"),
        ({"notes": None}, "notes must be a string; got None (NoneType)"),
        (
            {"config": 3},
            "config must be a mapping, a dataclass, a namespace, something with to_dict(), or None; got 3 (int)",
        ),
        ({"total_steps": 0}, "total_steps must be a number above 0 or None; got 0"),
        ({"total_epochs": math.nan}, "total_epochs must be a number above 0 or None; got nan"),
        ({"resume": "maybe"}, "resume must be 'allow', 'must' or 'never'; got 'maybe' (str)"),
        ({"monitor": 3}, "monitor must be a PerformanceMonitor or None; got 3 (int)"),
    ],
)
def test_wrong_setting_raises_at_once_and_says_what_is_valid(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        MetricsTracker(**arguments)
    assert str(raised.value) == message


def test_wrong_end_is_refused(place: Path) -> None:
    with pytest.raises(UsageError, match=r"^end must be 'finished', 'failed' or 'interrupted'; got 'done' \(str\)$"):
        MetricsTracker(place).close("done")  # type: ignore[arg-type]


# -- status ----------------------------------------------------------------------------------------------------------

GUIDES_STATUS = """\
📊 CURRENT STATUS
────────────────────────────────────────────────────────────────────────────
  Epoch: 2  |  Step: 450  |  Elapsed: 2.3h
  Current Loss: 1.2345  |  Best Loss: 0.9876
  Memory Available: 8500MB

📈 LOSS STATISTICS
────────────────────────────────────────────────────────────────────────────
  Steps with data: 3
  Loss range: 0.9876 - 4.5678
  Improvement: 3.3333 (+73.0%)

🎯 VALIDATION
────────────────────────────────────────────────────────────────────────────
  Best Val Loss: 1.0234
  Latest Val Loss: 1.0456

🏆 BEST CHECKPOINT
────────────────────────────────────────────────────────────────────────────
  Epoch: 1
  Step: 250
  Loss: 0.9876
"""


def test_status_is_printed_in_the_guides_words_from_memory_and_from_disk(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tracker = MetricsTracker(place)
    tracker.log_step(0, 0, 4.5678, elapsed_time=0)
    tracker.log_step(1, 250, 0.9876, val_loss=1.0234, elapsed_time=4000)
    tracker.log_step(2, 450, 1.2345, val_loss=1.0456, memory_mb=8500, elapsed_time=8280)
    tracker.print_status()
    assert capsys.readouterr().out == GUIDES_STATUS
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in place.iterdir() if path.suffix == ".csv"}
    MetricsTracker(place).print_status()
    assert capsys.readouterr().out == GUIDES_STATUS
    assert {name: ((place / name).read_bytes(), (place / name).stat().st_mtime_ns) for name in before} == before


@needs_real_logs
def test_status_of_the_original_system_never_shows_a_loss_that_was_never_filled(capsys: pytest.CaptureFixture[str]) -> None:
    tracker = MetricsTracker(COACH)
    status = tracker.get_current_status()
    assert (status["chain"], status["chains"], status["judged_chain"], status["judged_chain_rows"]) == (4, 4, 2, 303)
    assert (status["epoch"], status["step"], status["current_loss"], status["best_loss"], status["memory_mb"]) == (2, *[None] * 4)
    tracker.print_status()
    printed = capsys.readouterr().out
    assert "Current Loss: not logged  |  Best Loss: not logged" in printed
    assert "These 3 rows are training 4 of 4 in this directory; number 2 has 303 rows" in printed
