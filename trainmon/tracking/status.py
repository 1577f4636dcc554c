"""Where a training stands, as a dictionary and in the words of the guide's terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trainmon.files.format import METRICS_CSV
from trainmon.tracking.written_history import Standing
from trainmon.wording.formats import figure

WIDTH = 76
RULE = "─" * WIDTH
UNKNOWN = "not logged"


def status_of(directory: Path, standing: Standing) -> dict[str, Any]:
    """Return the figures of the newest chain; times in seconds, memory in MB, None where nothing was logged.

    Keys: output_dir, chain, chains, judged_chain, judged_chain_rows, rows, rows_not_written, epoch, step, global_step,
    elapsed_time_s, last_row_time (seconds since 1970), current_loss (may be nan or inf), first_loss, best_loss, best_epoch,
    best_step (the lowest train loss), best_checkpoint (by, value, epoch, step), worst_loss, loss_count, loss_improvement,
    loss_improvement_pct, best_val_loss, latest_val_loss, memory_mb, total_steps (train rows), total_epochs (epoch rows).
    """
    sums = standing.sums
    train, val = sums.train, sums.val
    return {
        "output_dir": str(directory),
        "chain": standing.chain, "chains": standing.chain,
        "judged_chain": standing.judged, "judged_chain_rows": standing.judged_rows,
        "rows": sums.rows, "rows_not_written": standing.rows_not_written,
        "epoch": sums.epoch, "step": sums.step, "global_step": sums.global_step.value,
        "elapsed_time_s": sums.elapsed, "last_row_time": sums.time,
        "current_loss": train.latest, "first_loss": train.first,
        "best_loss": train.best, "best_epoch": train.best_epoch, "best_step": train.best_step,
        "best_checkpoint": sums.best, "worst_loss": train.worst,
        "loss_count": train.finite,
        "loss_improvement": train.improvement, "loss_improvement_pct": train.improvement_percent,
        "best_val_loss": val.best, "latest_val_loss": val.latest,
        "memory_mb": sums.memory_mb,
        "total_steps": sums.total_steps, "total_epochs": sums.total_epochs,
    }  # fmt: skip


def status_text(status: dict[str, Any]) -> str:
    """Return a status in the guide's wording, many lines."""
    if not status["rows"]:
        return _nothing_yet(status["output_dir"])
    lines = [
        *_section("📊 CURRENT STATUS"),
        f"  Epoch: {_plain(status['epoch'])}  |  Step: {_plain(status['step'])}"
        f"  |  Elapsed: {_elapsed(status['elapsed_time_s'])}",
        f"  Current Loss: {_loss(status['current_loss'])}  |  Best Loss: {_loss(status['best_loss'])}",
        f"  Memory Available: {_memory(status['memory_mb'])}",
        *_chain_lines(status),
        "",
        *_section("📈 LOSS STATISTICS"),
        f"  Steps with data: {status['loss_count']}",
        f"  Loss range: {_loss(status['best_loss'])} - {_loss(status['worst_loss'])}",
        f"  Improvement: {_improvement(status)}",
        "",
        *_section("🎯 VALIDATION"),
        f"  Best Val Loss: {_loss(status['best_val_loss'])}",
        f"  Latest Val Loss: {_loss(status['latest_val_loss'])}",
        "",
        *_section("🏆 BEST CHECKPOINT"),
        *_best_lines(status),
    ]
    return "\n".join(lines)


def _section(title: str) -> tuple[str, str]:
    return title, RULE


def _nothing_yet(directory: str) -> str:
    return (
        f"No metrics yet: {Path(directory) / METRICS_CSV} has no rows. Check that the directory is the training's, that the "
        "training has begun, and that it has not stopped with an error; the first log_step fills the file."
    )


def _chain_lines(status: dict[str, Any]) -> list[str]:
    """Return what is to be said of chains and of rows that are missing."""
    lines = []
    if status["judged_chain"] != status["chain"]:
        lines.append(
            f"  These {status['rows']} rows are training {status['chain']} of {status['chains']} in this directory; "
            f"number {status['judged_chain']} has {status['judged_chain_rows']} rows"
        )
    if status["rows_not_written"]:
        lines.append(f"  Rows not written: {status['rows_not_written']}")
    return lines


def _best_lines(status: dict[str, Any]) -> list[str]:
    """Return the best point as every view names it, and the lowest train loss where that is elsewhere."""
    best, lowest = status["best_checkpoint"], (status["best_epoch"], status["best_step"])
    by = f" (by {best.by})" if best.value is not None else ""
    lines = [f"  Epoch: {_plain(best.epoch)}", f"  Step: {_plain(best.step)}", f"  Loss: {_loss(best.value)}{by}"]
    if best.value is not None and lowest != (best.epoch, best.step):
        lines.append(f"  Lowest train loss: {_loss(status['best_loss'])} (epoch {_plain(lowest[0])}, step {_plain(lowest[1])})")
    return lines


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _loss(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.4f}"


def _memory(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.0f}MB"


def _elapsed(seconds: float | None) -> str:
    if seconds is None:
        return UNKNOWN
    if seconds >= 3600:
        return f"{seconds / 3600:.1f}h"
    return f"{seconds / 60:.1f}min" if seconds >= 60 else f"{seconds:.1f}s"


def _improvement(status: dict[str, Any]) -> str:
    difference, percent = status["loss_improvement"], status["loss_improvement_pct"]
    if difference is None:
        return UNKNOWN
    return figure(f"{difference:.4f}") + ("" if percent is None else f" ({figure(f'{percent:+.1f}%')})")
