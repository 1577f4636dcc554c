"""The logger in a real Lightning Trainer on a CPU, beside Lightning's own CSV logger."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import Follower, attempts, column, logged
from trainmon.runs.opening import open_run

torch = pytest.importorskip("torch")
lightning = pytest.importorskip("lightning.pytorch", exc_type=ImportError)
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours


class Line(lightning.LightningModule):  # type: ignore[misc]
    def __init__(self, learning_rate: float = 0.1, fail_at: int = -1) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.layer = torch.nn.Linear(3, 1)

    def training_step(self, batch: Any, index: int) -> Any:
        if self.global_step == self.hparams.fail_at:
            raise RuntimeError("out of memory")
        loss = torch.nn.functional.mse_loss(self.layer(batch[0]), batch[1])
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch: Any, index: int) -> None:
        self.log("val_loss", torch.nn.functional.mse_loss(self.layer(batch[0]), batch[1]))

    def test_step(self, batch: Any, index: int) -> None:
        self.log("test_loss", torch.nn.functional.mse_loss(self.layer(batch[0]), batch[1]))

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=self.hparams.learning_rate)
        return [optimizer], [torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)]


def batches() -> Any:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(64, 3, generator=generator)
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, inputs.sum(1, keepdim=True)), batch_size=4)


def trainer(directory: Path, epochs: int = 3, **settings: Any) -> Any:
    from trainmon.integrations.lightning import TrainmonLogger

    own = lightning.loggers.CSVLogger(directory.parent, name="own", version="", flush_logs_every_n_steps=1)
    return lightning.Trainer(
        logger=[TrainmonLogger(directory), own], max_epochs=epochs, log_every_n_steps=2, accelerator="cpu",
        callbacks=[lightning.callbacks.LearningRateMonitor("step"), lightning.callbacks.ModelCheckpoint(directory)],
        enable_progress_bar=False, enable_model_summary=False, **settings,
    )  # fmt: skip


def own_log(directory: Path, name: str) -> list[tuple[float, float, float]]:
    """Return epoch, step and value of each cell of a column in Lightning's CSV."""
    with (directory.parent / "own" / "metrics.csv").open(newline="") as file:
        return [(float(row["epoch"] or "nan"), float(row["step"]), float(row[name])) for row in csv.DictReader(file) if row[name]]


def ours(directory: Path, name: str, phase: str) -> list[tuple[float, float, float]]:
    return list(zip(*(column(directory, each, phase) for each in ("epoch", "step", name)), strict=True))


def test_a_training_is_followed_live_and_equals_lightnings_own_log(tmp_path: Path) -> None:
    run = tmp_path / "run"
    follower, used = Follower(tmp_path), trainer(run)
    used.callbacks.append(lightning.callbacks.LambdaCallback(on_train_batch_end=follower.look))
    used.fit(Line(), batches(), batches())
    follower.check(run)
    assert ours(run, "loss", "train") == own_log(run, "train_loss_step")
    assert ours(run, "val_loss", "eval") == own_log(run, "val_loss")
    means = own_log(run, "train_loss_epoch")
    assert list(zip(column(run, "epoch", "epoch"), column(run, "loss", "epoch"), strict=True)) == [(e, v) for e, _, v in means]
    assert column(run, "learning_rate") == [rate for _, _, rate in own_log(run, "lr-SGD")]
    assert all(row["loss"] for row in logged(run, "train"))
    assert attempts(run) == [(1, False, "finished")]


def test_plan_and_hyperparameters_are_known(tmp_path: Path) -> None:
    trainer(tmp_path / "run").fit(Line(), batches())
    run = open_run(tmp_path / "run")
    assert (run.plan.total_steps, run.plan.total_epochs) == (48, 3)
    assert run.config["learning_rate"] == 0.1


def test_resumed_from_a_checkpoint_it_is_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    run = tmp_path / "run"
    trainer(run, 2).fit(Line(), batches(), batches())
    (saved,) = run.glob("*.ckpt")
    assert [(each.name, each.epoch, each.step) for each in open_run(run).checkpoints] == [(saved.name, 1, 32)]
    trainer(run, 4).fit(Line(), batches(), batches(), ckpt_path=saved)
    assert attempts(run) == [(1, False, "finished"), (1, True, "finished")]
    assert column(run, "epoch", "epoch") == [0, 1, 2, 3]
    assert column(run, "step", "train") == list(range(1, 64, 2))


def test_an_error_is_the_recorded_end(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(RuntimeError, match="out of memory"):
        trainer(run).fit(Line(fail_at=20), batches())
    record = open_run(run).attempts[-1].record
    assert record is not None
    assert (record.end, record.reason) == ("failed", "RuntimeError: out of memory")


def test_a_test_after_the_training_adds_its_metric_and_one_without_a_training_adds_nothing(tmp_path: Path) -> None:
    run = tmp_path / "run"
    model = Line()
    untrained = trainer(tmp_path / "other")
    untrained.test(model, batches(), verbose=False)
    assert not (tmp_path / "other").exists()
    assert sum(untrained.loggers[0].left_out.values()) == 1
    used = trainer(run, 1)
    used.fit(model, batches())
    used.test(model, batches(), verbose=False)
    assert len(column(run, "test_loss")) == 1
    assert attempts(run) == [(1, False, "finished")]


def test_a_loop_of_ones_own_on_fabric_is_logged_too(tmp_path: Path) -> None:
    from lightning.fabric import Fabric

    from trainmon.integrations.lightning import TrainmonLogger

    logger = TrainmonLogger(tmp_path, total_steps=3)
    fabric = Fabric(accelerator="cpu", loggers=logger)
    for step in range(3):
        fabric.log_dict({"loss": 1 / (1 + step), "epoch": 0}, step)
    logger.finalize("success")
    assert column(tmp_path, "loss") == [1, 1 / 2, 1 / 3]
    assert attempts(tmp_path) == [(1, False, "finished")]
