"""Our own files, format 1: their names, columns and units."""

from __future__ import annotations

FORMAT_VERSION = 1  # 1: the first that records attempts; the original system's files, without them, are read as they are

METRICS_CSV = "training_metrics.csv"
METRICS_JSON = "training_metrics.json"
SUMMARY_JSON = "training_summary.json"
RUN_JSON = "training_run.json"
SYSTEM_CSV = "training_system.csv"
WRITER_LOCK = ".training_run.lock"  # held by the process that writes; it names that and is never deleted
SETTINGS_TOML = "trainmon.toml"

METRICS_COLUMNS = (
    "timestamp",  # UTC with offset, microseconds; naive in older files: the writer's local time
    "epoch",
    "step",
    "phase",  # train, eval or epoch
    "loss",
    "val_loss",
    "learning_rate",
    "memory_mb",  # available memory, MB
    "elapsed_time_s",  # seconds since the chain's first row, pauses between attempts left out
)
PHASES = ("train", "eval", "epoch")
MAX_COLUMNS = 1_000

SYSTEM_COLUMNS = (
    "timestamp",  # as in METRICS_COLUMNS
    "available_mb",  # what the machine can still give out
    "process_mb",  # resident memory of the training's process
    "children_mb",  # and of its children (data loaders' workers), where shared memory counts once for each
    "swap_mb",  # in use on the machine
    "cpu_percent",  # of all cores of the machine
    "disk_free_mb",  # where the run is written
)
"""The fixed columns of training_system.csv. For each GPU n that the training sees follow gpu<n>_used_mb, gpu<n>_total_mb,
gpu<n>_process_mb (the training's share), gpu<n>_utilisation_percent, gpu<n>_temperature_c, gpu<n>_power_w, gpu<n>_power_limit_w,
gpu<n>_slowed_by_heat (1 where it lowered its clock for that, else 0); where torch uses it torch<n>_allocated_mb,
torch<n>_reserved_mb, torch<n>_peak_mb; on Apple silicon mps_allocated_mb, mps_driver_mb, and
mlx_active_mb, mlx_cache_mb, mlx_peak_mb."""
