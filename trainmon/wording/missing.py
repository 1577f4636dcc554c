"""What a log does not say, and what would say it: our own tracker where it wrote the log, else what the other tool leaves."""

from __future__ import annotations

OWN = "trainmon"  # the format of the logs that MetricsTracker writes
# What was looked for beside the log of another tool, by its format: its configuration, and with it how long it means to train.
LOOKED_FOR = {
    "lightning_csv": "no hparams.yaml lies beside metrics.csv",
    "yolo_results_csv": "neither args.yaml nor opt.yaml lies beside results.csv",
    "tensorboard": "its event files hold none, and no hparams.yaml, args.yaml or opt.yaml lies beside them",
}
FIRST_EPOCH = "The length of an epoch is not known before the first one is finished."
LOG_MEMORY = """from trainmon import MetricsTracker, PerformanceMonitor, get_available_memory

tracker.log_step(epoch, step, loss, memory_mb=get_available_memory())

# or by itself every 5 seconds, with the process, swap, CPU, disk and GPU:
tracker = MetricsTracker("checkpoints", monitor=PerformanceMonitor())"""


def is_own(origin: str) -> bool:
    """Return whether a log of this format was written by our own tracker."""
    return origin == OWN


def no_configuration(origin: str) -> str:
    """Return why there is no configuration; here and below `origin` is the format of the log."""
    if is_own(origin):
        return "No configuration was logged: pass config= to MetricsTracker, or training_config= to save_summary."
    if origin in LOOKED_FOR:
        return f"No configuration was found: {LOOKED_FOR[origin]}."
    return "This log holds no configuration."


def no_plan(origin: str, counted: str, *, configured: bool) -> str:
    """Return that nothing says how long the training means to be, where there is a configuration not even that.

    `counted` is what the log counts.
    """
    written = f"write [plan] with {'epochs' if counted == 'epoch' else 'epochs or steps'} into trainmon.toml."
    if is_own(origin):
        return f"No plan is known: pass total_steps or total_epochs to MetricsTracker, or {written}"
    if configured:
        return f"No plan is known (the configuration names none): {written}"
    looked = f" ({LOOKED_FOR[origin]})" if origin in LOOKED_FOR else ""
    return f"No plan is known{looked}: {written}"


def plan_of_other_things(source: str, counted: str) -> str:
    """Return that a plan counts other things than the log does."""
    wanted = "[plan] with epochs" if counted == "epoch" else "[plan] with steps (here the rows)"
    return f"The plan ({source}) is in steps, and this log counts {counted}s: write {wanted} into trainmon.toml."


def no_loss(origin: str) -> str:
    """Return that there is no loss, and what would give one."""
    if is_own(origin):
        return "No loss was logged yet: pass loss= to tracker.log_step()."
    return 'No loss was found in this log. Where a column is one: train_loss = "its name" below [roles] in trainmon.toml.'


def no_epochs(origin: str) -> str:
    """Return why there is no table of the epochs."""
    if is_own(origin):
        return "No epoch was logged: tracker.log_epoch(epoch, avg_loss, val_loss=...) at the end of each one makes this table."
    return "This log has no epochs with a loss."


def no_memory(origin: str) -> str:
    """Return that there is no memory to draw."""
    if is_own(origin):
        return "No memory was logged. Pass memory_mb to log_step, or have it sampled, and it is drawn here:"
    return (
        "This log says nothing of the machine's memory. Trainings that log with trainmon sample it: "
        "with MetricsTracker, or with its one line in Hugging Face, Lightning, Keras, MLX-LM or Accelerate."
    )


def no_samples(origin: str) -> str:
    """Return that nothing was sampled of the machine, "" where no tracker of ours could have done so."""
    if not is_own(origin):
        return ""
    return (
        "The training's own memory, swap, CPU, disk and GPU were not sampled: "
        "pass monitor=PerformanceMonitor() to MetricsTracker, and they are drawn here."
    )


def no_environment(origin: str) -> str:
    """Return why it is not known what a training ran on."""
    if is_own(origin):
        return "The environment was not recorded: MetricsTracker does so by itself for the trainings that it logs."
    return "This log does not say what the training ran on."


def passing(keyword: str, origin: str) -> str:
    """Return as an ending with which keyword our tracker would have logged something, "" for the log of another tool."""
    return f" (pass {keyword}= to log_step)" if is_own(origin) else ""
