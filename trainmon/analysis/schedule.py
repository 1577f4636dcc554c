"""What the configuration of a training says of its learning rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trainmon.analysis.progress import Progress
from trainmon.analysis.series import Stretch
from trainmon.diagnosis.inputs import Schedule

RATES = ("learning_rate", "lr", "lr0")
SCHEDULES = ("lr_scheduler_type", "lr_scheduler", "lr_schedule", "scheduler")
# Schedules that fall from the end of the warm-up on, as transformers names them; the first ones fall to 0.
TO_ZERO = frozenset({"linear", "cosine", "polynomial"})
FALLING = TO_ZERO | {"inverse_sqrt", "cosine_with_min_lr", "cosine_warmup_with_min_lr", "cosine_with_restarts"}
OF_MLX = frozenset({"cosine_decay", "exponential_decay"})
OF_KERAS = frozenset({"CosineDecay", "PolynomialDecay", "ExponentialDecay", "InverseTimeDecay"})
OF_TRAINER = "per_device_train_batch_size"  # only the Trainer's schedules are known to end where the plan ends
LOW_END = 0.1  # of the first learning rate: a schedule of Ultralytics that ends so low ends near 0
Config = Mapping[str, Any]


def schedule_of(stretch: Stretch, progress: Progress) -> Schedule | None:
    """Return what the configuration says of the learning rate, None where it says nothing."""
    found = _schedule(stretch.config, progress)
    return None if found is None else replace(found, plan_done=math.nan if progress.fraction is None else progress.fraction)


def _schedule(config: Config, progress: Progress) -> Schedule | None:
    optimizer, fraction = config.get("optimizer"), math.nan if progress.fraction is None else progress.fraction
    named = next((config[key] for key in SCHEDULES if config.get(key)), None)
    if isinstance(named, Mapping):
        return _of_mlx(config, named, progress)
    if isinstance(optimizer, Mapping):
        return _of_keras(optimizer, progress)
    if (end := _number(config.get("lrf"))) is not None and "lr0" in config:
        return Schedule(_rate(config), falls=end < 1, to_zero=end <= LOW_END, done=fraction)
    planned = progress.total_steps
    warm_up, known = _warm_up(config, planned), isinstance(named, str)
    if not known and not warm_up and _rate(config) is None:
        return None
    falls, ends = known and named in FALLING, known and named in TO_ZERO and OF_TRAINER in config
    return Schedule(_rate(config), warm_up, warm_up / planned if planned else 0.0, falls, ends, fraction)


def _of_mlx(config: Config, named: Config, progress: Progress) -> Schedule:
    """Return the schedule of MLX-LM: {"name", "warmup", "arguments": [first rate, steps, ...]}; it knows no plan."""
    arguments = named.get("arguments")
    length = _number(arguments[1]) if isinstance(arguments, list) and len(arguments) > 1 else None
    warm_up = _number(named.get("warmup")) or 0.0
    whole = warm_up + (length or math.nan)
    done = (progress.global_step or math.nan) / whole
    return Schedule(_rate(config), warm_up, warm_up / whole, named.get("name") in OF_MLX, done=done)


def _of_keras(optimizer: Config, progress: Progress) -> Schedule:
    """Return the schedule of a Keras optimizer as it describes itself: a number, or {"class_name", "config"}."""
    rate = optimizer.get("learning_rate")
    if not isinstance(rate, Mapping):
        return Schedule(_number(rate))
    inner = rate.get("config")
    length = _number(inner.get("decay_steps")) if isinstance(inner, Mapping) else None
    return Schedule(falls=rate.get("class_name") in OF_KERAS, done=(progress.global_step or math.nan) / (length or math.nan))


def _warm_up(config: Config, planned: int | None) -> float:
    """Return the steps of a warm-up: as many as are given, else a share of the plan, which transformers 5 takes as steps too."""
    steps, share = _number(config.get("warmup_steps")) or 0.0, _number(config.get("warmup_ratio")) or 0.0
    if steps >= 1:
        return steps
    return max(0.0, steps or share) * (planned or 0)


def _rate(config: Config) -> float | None:
    return next((rate for key in RATES if (rate := _number(config.get(key))) is not None), None)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None
