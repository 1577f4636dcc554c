"""The notebook runs as it is committed, from top to bottom, and goes on after a kill in the middle of its training."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import assert_followed, attempts, column, followed, logged
from trainmon.library import open_run

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
for library in ("ipykernel", "torch", "transformers", "peft"):
    pytest.importorskip(library)
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

REPOSITORY = Path(__file__).parent.parent.parent
NOTEBOOK = REPOSITORY / "notebooks" / "mistral_qlora_training_monitored.ipynb"
STEPS, LOG_EVERY = 28, 2  # steps an epoch


@pytest.fixture(autouse=True)
def _trainmon_is_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))  # the notebook runs in another folder, so that it writes there
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def notebook() -> Any:
    read = nbformat.read(NOTEBOOK, as_version=4)
    if find_spec("trainmon.visualization") is None:
        read.cells = [cell for cell in read.cells if "charts" not in cell.metadata.get("tags", [])]
    return read


def execute(directory: Path) -> str:
    """Run every cell in `directory` and return what was printed."""
    ran = nbclient.NotebookClient(notebook(), timeout=300, resources={"metadata": {"path": str(directory)}}).execute()
    outputs = [output for cell in ran.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def execute_and_kill(directory: Path, when: Callable[[], bool]) -> None:
    """Run the cells, and kill the kernel as soon as `when` says so."""
    run = directory / "checkpoints"

    def kill() -> None:
        deadline = time.monotonic() + 240
        while not when():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        record = open_run(run).attempts[-1].record
        assert record is not None
        assert record.pid is not None
        os.kill(record.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(nbclient.exceptions.DeadKernelError):
        execute(directory)
    killer.join()


def reached(run: Path, epoch: int, step: int) -> bool:
    """Say whether the log came as far as this row."""
    rows = logged(run, "train") if (run / "training_metrics.csv").exists() else []
    return any((float(row["epoch"]), float(row["step"])) >= (epoch, step) for row in rows if row["step"])


def test_it_is_committed_without_outputs() -> None:
    cells = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert {cell.execution_count for cell in cells} == {None}


def test_it_runs_from_top_to_bottom_and_after_a_kill_goes_on_as_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    with followed(whole) as seen:
        assert "CURRENT STATUS" in execute(whole)
    execute_and_kill(broken, lambda: reached(broken / "checkpoints", 1, 22))
    assert "Going on from checkpoint_epoch1_step19" in execute(broken)

    assert_followed(seen, whole / "checkpoints")
    losses = check_the_whole_one(whole / "checkpoints")
    check_the_broken_one(broken / "checkpoints", losses)


def check_the_whole_one(directory: Path) -> list[float]:
    assert attempts(directory) == [(1, False, "finished")]
    run = open_run(directory)
    assert (run.plan.total_steps, run.plan.total_epochs) == (3 * STEPS, 3)
    assert column(directory, "step", "train") == list(range(0, STEPS, LOG_EVERY)) * 3
    assert [saved.name for saved in run.checkpoints] == ["checkpoint_epoch2_step19", "checkpoint_epoch2_step27"]
    losses = column(directory, "loss", "train")
    assert losses[-1] < 0.2 * losses[0]
    assert len(column(directory, "val_loss", "epoch")) == 3
    if find_spec("trainmon.visualization") is not None:
        names = {file.name for file in (directory / "plots").iterdir()}
        assert names == {"loss_curves.png", "memory_usage.png", "dashboard.png"}
    return losses


def check_the_broken_one(directory: Path, losses: list[float]) -> None:
    assert [(chain, resumed) for chain, resumed, _ in attempts(directory)] == [(1, False), (1, True)]
    run = open_run(directory)
    (chain,) = run.chains
    assert chain.ghosts.size > 0
    train = chain.line[run.rows.phase[chain.line] == 0]
    assert run.rows.values("step")[train].tolist() == list(range(0, STEPS, LOG_EVERY)) * 3
    assert run.rows.values("train_loss")[train].tolist() == pytest.approx(losses, rel=1e-3)  # as if it had never stopped
