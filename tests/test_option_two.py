"""The guide's "Opção 2" as written, in a real small training: its global steps, figures, plan and state are right everywhere."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.guides import GUIA, OLD_GUIDE, blocks
from tests.pages.conftest import PAGES, Open, words
from tests.pages.conftest import open_page as open_page  # the fixture
from trainmon import analyse, get_available_memory, open_run

EPOCHS, STEPS = 3, 120  # steps 0, 50 and 100 of each epoch are logged
CONFIG = {"num_epochs": EPOCHS, "batch_size": 16, "learning_rate": 0.05}
GLOBAL_STEPS = [0, 50, 100, 150, 200, 250, 300, 350, 400]
Losses = Iterator[tuple[float, float, float]]


def numpy_training() -> Losses:
    """Yield train loss, the mean of its epoch and validation loss of each step: a linear regression by gradient descent."""
    generator = np.random.default_rng(0)
    weights, truth = np.zeros(8), generator.normal(size=8)
    held_out = generator.normal(size=(200, 8))
    for _ in range(EPOCHS):
        losses: list[float] = []
        for _ in range(STEPS):
            batch = generator.normal(size=(16, 8))
            error = batch @ (weights - truth)
            weights = weights - 0.05 * batch.T @ error / 16
            losses.append(float((error**2).mean()) + 0.1)
            yield losses[-1], float(np.mean(losses)), float(((held_out @ (weights - truth)) ** 2).mean()) + 0.12


def torch_training() -> Losses:
    """Yield the same of a small network in PyTorch."""
    torch: Any = pytest.importorskip("torch")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Linear(8, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.05)
    held_out = torch.randn(200, 8)
    for _ in range(EPOCHS):
        losses: list[float] = []
        for _ in range(STEPS):
            batch = torch.randn(16, 8)
            loss = ((model(batch)[:, 0] - batch.sum(1)) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
            with torch.no_grad():
                validation = ((model(held_out)[:, 0] - held_out.sum(1)) ** 2).mean().item()
            yield losses[-1], sum(losses) / len(losses), validation


def option_two(guide: Path) -> str:
    """Return the snippet with one step of a training in the place of its comment "... your training code ..."."""
    code = next(block.code for block in blocks(guide) if "train_loader" in block.code)
    code, replaced = re.subn(
        r"# \.\.\. .* \.\.\.$", "loss_value, avg_loss, val_loss_value = next(training)", code, flags=re.MULTILINE
    )
    assert replaced == 1
    return code


@pytest.mark.filterwarnings("default")  # torch's own
@pytest.mark.parametrize("guide", [OLD_GUIDE, GUIA], ids=lambda guide: guide.stem)
@pytest.mark.parametrize("train", [numpy_training, torch_training])
def test_option_two_in_a_real_training(
    train: Callable[[], Losses], guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    if not guide.is_file():
        pytest.skip("the guide is not beside this checkout")
    monkeypatch.chdir(tmp_path)
    assumed = {"num_epochs": EPOCHS, "train_loader": range(STEPS), "dataset": range(STEPS * 16), "config": CONFIG}
    assumed |= {"training": train(), "time": time, "start_time": time.time(), "get_available_memory": get_available_memory}
    exec(compile(option_two(guide), "option two", "exec"), assumed)  # noqa: S102 - the guide's own code, as a person runs it
    run = open_run(tmp_path / "checkpoints")
    analysis = analyse(run, now=time.time())
    losses = analysis.stretch.by_role("train_loss") if analysis.stretch else None
    assert losses is not None
    assert losses.global_step.tolist() == GLOBAL_STEPS
    assert losses.step.tolist() == [0, 50, 100] * EPOCHS
    assert (run.plan.total_epochs, analysis.progress.epoch_count, analysis.progress.fraction) == (EPOCHS, EPOCHS, 1.0)
    assert analysis.state.word == "finished"
    assert analysis.train is not None
    assert analysis.train.best == min(losses.values)
    assert analysis.train.final == losses.values[-1] < losses.values[0]
    assert analysis.eval is not None
    assert (analysis.eval.count, analysis.total_samples, len(run.attempts)) == (EPOCHS, STEPS * 16, 1)
    for page in PAGES:
        shown = open_page(tmp_path / "checkpoints", page=page, run=run.id)
        assert not shown.exception
        assert_right(page, words(shown), f"{analysis.train.best:.4f}")


def assert_right(page: str, said: str, best: str) -> None:
    """Check the figures that a page shows of the training."""
    expected = {
        "live.py": ["Epoch 3 of 3", "global step 400", f"Best loss {best}", "the tracker recorded it as finished"],
        "loss.py": ["epoch", "all 12 rows drawn"],
        "memory.py": ["Lowest", "all 9 rows drawn"],
        "report.py": ["3 of 3", "400 (9 logged)", f"Best train loss,{best}", "num_epochs,3"],
        "compare.py": ["finished"],
    }
    assert [each for each in expected[page] if each not in said] == []
