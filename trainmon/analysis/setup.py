"""How a training was set up: which library it runs on, by what that library leaves in a configuration, a log or a process."""

from __future__ import annotations

from trainmon.analysis.series import Stretch
from trainmon.diagnosis.finding import Setup

# Settings that the configurations of one library alone have together; where it repeats the names of another, it stands first.
MARKS: tuple[tuple[str, frozenset[str]], ...] = (
    ("mlx", frozenset({"iters", "steps_per_report", "grad_checkpoint"})),
    ("ultralytics", frozenset({"imgsz", "lr0", "lrf"})),
    ("huggingface", frozenset({"per_device_train_batch_size"})),
    ("keras", frozenset({"steps_per_epoch", "optimizer", "model"})),
)
BY_FORMAT = {
    "hf_trainer_state": "huggingface",
    "keras_csv": "keras",
    "lightning_csv": "lightning",
    "yolo_results_csv": "ultralytics",
}
BY_PACKAGE = {"mlx-lm": "mlx", "lightning": "lightning", "pytorch-lightning": "lightning"}  # that the process had imported


def setup_of(stretch: Stretch) -> Setup:
    """Return how a stretch was set up."""
    return Setup(_library(stretch), stretch.config)


def _library(stretch: Stretch) -> str:
    config, run = stretch.config, stretch.run
    marked = next((name for name, marks in MARKS if marks <= config.keys()), "")
    records = [attempt.record for attempt in stretch.attempts if attempt.record is not None]
    packages = records[-1].environment.get("packages") if records else None
    imported = next((name for package, name in BY_PACKAGE.items() if isinstance(packages, dict) and package in packages), "")
    return marked or BY_FORMAT.get(run.origin or run.format, "") or imported
