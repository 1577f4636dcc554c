"""The tracker in a real loop of Accelerate's on a CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import Follower, attempts, column
from trainmon.runs.opening import open_run

torch = pytest.importorskip("torch")
accelerate = pytest.importorskip("accelerate")
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours


def train(directory: Path, steps: int = 40, saved: Path | None = None, follower: Follower | None = None) -> list[dict[str, Any]]:
    """Train a line with Accelerate, from saved weights where given, and return all that was logged."""
    from trainmon.integrations.accelerate import TrainmonTracker

    torch.manual_seed(0)
    accelerator = accelerate.Accelerator(cpu=True, log_with=TrainmonTracker(directory))
    accelerator.init_trackers("line", config={"learning_rate": 0.1, "max_steps": steps})
    model = torch.nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model, optimizer = accelerator.prepare(model, optimizer)
    if saved is not None:
        accelerator.load_state(str(saved))
    logged = []
    for step in range(0 if saved is None else int(saved.name.split("-")[1]), steps):
        inputs = torch.randn(8, 3)
        loss = torch.nn.functional.mse_loss(model(inputs), inputs.sum(1, keepdim=True))
        optimizer.zero_grad()
        accelerator.backward(loss)
        optimizer.step()
        logged.append({"train_loss": loss.detach(), "lr": 0.1, "epoch": step // 10, "note": "text", "step": step})
        accelerator.log(logged[-1], step=step)
        if follower is not None:
            follower.look()
        if step % 10 == 9:
            accelerator.log({"eval_loss": loss.item() / 2, "epoch": step // 10}, step=step)
            accelerator.save_state(str(directory / f"checkpoint-{step + 1}"))
    accelerator.end_training()
    return logged


def test_a_training_is_followed_live_and_equals_what_was_logged(tmp_path: Path) -> None:
    run = tmp_path / "run"
    follower = Follower(tmp_path)
    logged = train(run, follower=follower)
    follower.check(run)
    assert column(run, "loss") == [float(values["train_loss"]) for values in logged]
    assert column(run, "step", "train") == list(range(40))
    assert column(run, "epoch", "eval") == [0, 1, 2, 3]
    assert set(column(run, "learning_rate")) == {0.1}
    assert attempts(run) == [(1, False, "finished")]
    assert (open_run(run).plan.total_steps, open_run(run).config["learning_rate"]) == (40, 0.1)


def test_resumed_from_a_saved_state_it_is_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    train(tmp_path, 25)
    train(tmp_path, 40, tmp_path / "checkpoint-20")
    assert [(chain, resumed) for chain, resumed, _ in attempts(tmp_path)] == [(1, False), (1, True)]
    run = open_run(tmp_path)
    assert run.rows.values("step")[run.chains[0].ghosts].tolist() == [20, 21, 22, 23, 24]
    assert len(run.checkpoints) == 4
