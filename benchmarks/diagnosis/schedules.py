"""Learning rates beside the configuration that asks for them: as it does, and otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.diagnosis.faults import Fault, Faulty, Strength, base_of, of_strength
from benchmarks.diagnosis.healthy import Family, Log, along
from benchmarks.diagnosis.noise import Floats, Generator

SCHEDULES = ("linear", "cosine", "polynomial", "constant", "constant_with_warmup", "inverse_sqrt", "cosine_with_restarts")
STEPS_A_ROW = 10


def rate_of(name: str, t: Floats, warm: float) -> Floats:
    """Return a schedule of transformers in parts of its height, where a share of the plan is over; [n]."""
    after = np.clip((t - warm) / (1 - warm), 0, 1)
    falling: dict[str, Floats] = {
        "linear": 1 - after,
        "cosine": 0.5 * (1 + np.cos(np.pi * after)),
        "polynomial": (1 - after) + 1e-3 * after,
        "inverse_sqrt": np.sqrt(0.05 / (0.05 + after)),
        "cosine_with_restarts": np.where(after < 1, 0.5 * (1 + np.cos(np.pi * (3 * after % 1))), 0.0),
    }
    rising: Floats = np.minimum(t / warm, 1.0) if warm and name != "constant" else np.ones(len(t))
    return rising * falling.get(name, np.ones(len(t)))


def configured(rng: Generator, made: Log, name: str, warm: float) -> tuple[Log, float]:
    """Return a log with the configuration of a Trainer that plans its rows, and the height of its learning rate."""
    height, steps = float(10 ** rng.uniform(-6, -3)), STEPS_A_ROW * made.rows
    config: dict[str, Any] = {
        "per_device_train_batch_size": 1, "learning_rate": height, "lr_scheduler_type": name, "max_steps": steps,
        "warmup_steps": round(warm * steps) if rng.random() < 0.5 else 0, "warmup_ratio": 0.0,
    }  # fmt: skip
    if not config["warmup_steps"]:
        config["warmup_ratio"] = warm
    return replace(made, config=config), height


def _warm(rng: Generator) -> float:
    return float(rng.choice([0.0, 0.0, 0.03, 0.1]))


def as_configured(rng: Generator) -> Log:
    """A rate that follows its schedule, logged in full or with three digits."""
    name, warm = str(rng.choice(SCHEDULES)), _warm(rng)
    made, height = configured(rng, base_of(rng), name, 0.0 if name == "constant" else warm)
    rate = height * rate_of(name, along(made.rows), 0.0 if name == "constant" else warm)
    if rng.random() < 0.5:
        rate = np.array([float(f"{each:.2e}") for each in rate])
    return replace(made, family="rate as configured", rate=rate)


def skipped_at_first(rng: Generator) -> Log:
    """A schedule that stands at 0 for the first steps, which a loss scaler skips."""
    name, warm = str(rng.choice(SCHEDULES[:3])), 0.05
    made, height = configured(rng, base_of(rng), name, warm)
    rate = height * rate_of(name, np.maximum(along(made.rows) - rng.uniform(0, 6) / made.rows, 0), warm)
    return replace(made, family="rate begins late", rate=rate)


def stopped_early(rng: Generator) -> Log:
    """A training that is stopped on the way, or goes on a little beyond its plan."""
    name = str(rng.choice(SCHEDULES[:3]))
    made, height = configured(rng, base_of(rng), name, 0.0)
    planned = made.rows * rng.uniform(0.95, 4)
    rate = height * rate_of(name, np.minimum(np.arange(made.rows) / planned, 1), 0.0)
    config = {**made.config, "max_steps": int(STEPS_A_ROW * planned)}
    return replace(made, family="stopped early", rate=rate, config=config)


def never_falls(rng: Generator, strength: Strength) -> Faulty:
    """A rate that is the same on every row, though a schedule is configured."""
    made, height = configured(rng, base_of(rng), str(rng.choice(SCHEDULES[:3])), of_strength(strength, 0.1, 0.0, 0.0))
    return Faulty("learning_rate", strength, replace(made, rate=np.full(made.rows, height)), 0)


def is_zero(rng: Generator, strength: Strength) -> Faulty:
    """A rate of 0: at its mildest from half of the run on, because its schedule was made too short."""
    made, height = configured(rng, base_of(rng), "linear", 0.0)
    onset = {"mild": made.rows // 2, "moderate": made.rows // 4, "severe": 0}[strength]
    rate = height * rate_of("linear", np.minimum(np.arange(made.rows) / max(1, onset), 1), 0.0)
    return Faulty("learning_rate", strength, replace(made, rate=rate if onset else np.zeros(made.rows)), onset)


def still_high(rng: Generator, strength: Strength) -> Faulty:
    """A schedule that was made for two, three or ten times the plan."""
    made, height = configured(rng, base_of(rng), str(rng.choice(SCHEDULES[:3])), 0.0)
    rate = height * rate_of("linear", along(made.rows) / of_strength(strength, 2.2, 3.0, 10.0), 0.0)
    return Faulty("learning_rate", strength, replace(made, rate=rate), int(0.9 * made.rows))


FAMILIES: tuple[Family, ...] = (as_configured, skipped_at_first, stopped_early)
GROWING_FAULTS: tuple[Fault, ...] = (never_falls, is_zero, still_high)
