"""Small logs as other tools leave them, for tests of how their runs are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

YOLO_HEADER = "epoch,time,train/box_loss,train/cls_loss,metrics/mAP50(B),val/box_loss,val/cls_loss,lr/pg0"


def falling(count: int, floor: float = 0.5, start: float = 2.0) -> list[float]:
    """Return a loss that falls from `start` to about `floor`."""
    return [floor + (start - floor) * math.exp(-5 * at / count) for at in range(count)]


def write_table(file: Path, header: str, lines: Sequence[str]) -> Path:
    """Write a table as text and return its file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in (header, *lines)), encoding="utf-8")
    return file


def keras_log(file: Path, epochs: int = 24, turns: int = 8, first: int = 0) -> Path:
    """Write what Keras' CSVLogger writes: a row an epoch, whose validation rises after `turns` epochs."""
    losses = falling(epochs, 0.2)
    measured = [loss + 0.1 + max(0, at - turns) * 0.06 for at, loss in enumerate(losses)]
    lines = [f"{at + first},0.9,{loss:.5f},0.8,{val:.5f}" for at, (loss, val) in enumerate(zip(losses, measured, strict=True))]
    return write_table(file, "epoch,accuracy,loss,val_accuracy,val_loss", lines)


def yolo_log(folder: Path, epochs: int = 20, *, planned: int | None = None, seconds: float = 30.0, floor: float = 0.5) -> Path:
    """Write a folder as Ultralytics' YOLO leaves it, epochs counted from 1, with the plan in args.yaml; return the folder."""
    losses = falling(epochs, floor)
    lines = [
        f"{at},{at * seconds},{loss:.5f},{loss / 2:.5f},0.7,{loss * 1.1:.5f},{loss / 2:.5f},0.001"
        for at, loss in enumerate(losses, 1)
    ]
    write_table(folder / "results.csv", YOLO_HEADER, lines)
    if planned is not None:
        (folder / "args.yaml").write_text(f"task: detect\nmodel: yolov8n.pt\nepochs: {planned}\nbatch: 16\n", encoding="utf-8")
    return folder


def lightning_log(folder: Path, epochs: int = 4, steps: int = 50, *, planned: int | None = None, floor: float = 0.5) -> Path:
    """Write a version folder of Lightning's CSVLogger: step rows and a validation an epoch; return the folder."""
    losses = falling(epochs * steps, floor)
    lines = []
    for epoch in range(epochs):
        lines += [f"{epoch},{at},{losses[at]:.5f}," for at in range(epoch * steps, (epoch + 1) * steps)]
        lines.append(f"{epoch},{(epoch + 1) * steps - 1},,{losses[(epoch + 1) * steps - 1] + 0.1:.5f}")
    write_table(folder / "metrics.csv", "epoch,step,train_loss,val_loss", lines)
    if planned is not None:
        (folder / "hparams.yaml").write_text(f"max_epochs: {planned}\nlr: 0.001\n", encoding="utf-8")
    return folder


def rows_log(file: Path, rows: int = 60) -> Path:
    """Write a table that counts nothing: losses alone."""
    return write_table(file, "loss,val_loss", [f"{loss:.5f},{loss + 0.1:.5f}" for loss in falling(rows)])


def gan_log(file: Path, epochs: int = 40) -> Path:
    """Write the table of a GAN: losses of both networks, and no total."""
    lines = [f"{at},{2 + 0.1 * math.sin(at):.4f},{0.7 + 0.05 * math.cos(at):.4f}" for at in range(1, epochs + 1)]
    return write_table(file, "epoch,loss_G,loss_D", lines)
