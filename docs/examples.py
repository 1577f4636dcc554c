"""A small training for each finding of the diagnosis, made from a seed: what docs/DIAGNOSIS.md draws and quotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from benchmarks.diagnosis.as_run import START, run_of_columns, samples_of
from benchmarks.diagnosis.noise import Floats, Generator
from trainmon.analysis import Analysis, analyse
from trainmon.diagnosis.finding import Finding
from trainmon.runs.run import Checkpoint, End, Plan

SEED = 7
ROWS, STEPS, SECONDS = 200, 10, 3.0  # steps and seconds from row to row
T = np.linspace(0, 1, ROWS)


@dataclass(frozen=True, eq=False)
class Training:
    """Columns with a value a row (NaN = blank), and what lies beside the rows.

    There are so many `seconds` from row to row, and it is looked at `quiet` seconds after its end. `samples` are readings of the
    machine, one at the time of each row.
    """

    columns: dict[str, Floats]
    saved: tuple[Checkpoint, ...] = ()
    end: End | None = "finished"
    quiet: float = 1e6
    seconds: float = SECONDS
    plan: Plan = Plan()
    config: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, Floats] = field(default_factory=dict)


def analysed(kind: str) -> tuple[Analysis, Finding]:
    """Return the analysis of the example of a kind and its finding of that kind; raises ValueError where it has none."""
    made = EXAMPLES[kind](np.random.default_rng(SEED))
    columns = {"step": STEPS * np.arange(1.0, ROWS + 1), **made.columns}
    cells = {name: (values, (~np.isnan(values)).astype(np.float64)) for name, values in columns.items()}
    time = START + made.seconds * np.arange(float(ROWS))
    bare = run_of_columns(cells, time, made.saved, made.end)
    run = replace(bare, plan=made.plan, config=made.config, samples=samples_of(made.samples, time))
    analysis = analyse(run, now=START + made.seconds * ROWS + made.quiet)
    found = next((each for each in analysis.diagnosis.findings if each.kind == kind), None)
    if found is None:
        raise ValueError(f"the example of {kind} has no such finding, but {[each.kind for each in analysis.diagnosis.findings]}")
    return analysis, found


def noisy(rng: Generator, clean: Floats, relative: float = 0.03) -> Floats:
    """Return a curve with noise in parts of its height."""
    return clean * np.exp(relative * rng.standard_normal(len(clean)))


def falling(rng: Generator, floor: float = 0.5) -> Floats:
    """Return a healthy loss."""
    return noisy(rng, floor + 2 * np.exp(-5 * T))


def validated(values: Floats, every: int = 10) -> Floats:
    """Return a validation on each so many rows, out of one value for each row."""
    return np.where(np.arange(1, ROWS + 1) % every == 0, values, np.nan)


def always(value: float) -> Floats:
    """Return the same value on every row."""
    return np.full(ROWS, value)


def readings(rng: Generator, clean: Floats) -> Floats:
    """Return readings of memory around a curve, in MB."""
    return clean + 60 * rng.standard_normal(ROWS)


def _non_finite(rng: Generator) -> Training:
    """A gradient norm that runs away before the loss does."""
    gone = T > 0.7
    norms = noisy(rng, 1 + 40 * np.clip(T - 0.6, 0, None), 0.1)
    losses = np.where(gone, np.inf, falling(rng))
    return Training({"loss": losses, "learning_rate": always(5e-4), "grad_norm": np.where(gone, np.inf, norms)})


def _diverging(rng: Generator) -> Training:
    after = np.clip((T - 0.55) / 0.45, 0, 1)
    return Training({"loss": noisy(rng, 0.5 + 2 * np.exp(-6 * T) + 1.6 * after**0.8), "learning_rate": always(1e-3)})


def _not_learning(rng: Generator) -> Training:
    """A loss that stays at the entropy of a guess among ten."""
    return Training({"loss": noisy(rng, always(np.log(10))), "learning_rate": always(1e-6)})


def _overfitting(rng: Generator) -> Training:
    before, after = np.clip(0.4 - T, 0, None) / 0.4, np.clip(T - 0.4, 0, None) / 0.6
    validation = noisy(rng, 0.95 + 1.3 * before**2 + 0.26 * after, 0.01)
    return Training({"loss": noisy(rng, 0.8 + 1.5 * np.exp(-5 * T)), "val_loss": validated(validation)})


def _train_val_gap(rng: Generator) -> Training:
    train = 0.25 + 2 * np.exp(-6 * T)
    validation = noisy(rng, np.maximum(0.85 + 0.1 * np.exp(-5 * T), 1.05 * train), 0.01)
    return Training({"loss": noisy(rng, train), "val_loss": validated(validation)})


def _spikes(rng: Generator) -> Training:
    losses = falling(rng)
    losses[[62, 97, 140, 171]] *= (2.6, 3.4, 2.9, 2.2)
    return Training({"loss": losses})


def _grad_explosion(rng: Generator) -> Training:
    """A norm that runs away from two thirds of the run on, and the loss after it."""
    after = np.clip((T - 0.65) / 0.35, 0, None)
    losses = noisy(rng, (0.5 + 2 * np.exp(-5 * T)) * (1 + 0.9 * after**2))
    return Training({"loss": losses, "learning_rate": always(3e-4), "grad_norm": noisy(rng, 0.9 * 40**after, 0.2)})


def _jump_at_resume(rng: Generator) -> Training:
    """A training that was taken up without the state of its optimizer, twenty rows before it broke off."""
    rows, again = np.arange(ROWS), 120
    after = np.where(rows >= again, np.exp(-np.maximum(rows - again, 0) / 200), 0.0)
    losses = noisy(rng, (0.5 + 2 * np.exp(-8 * T)) * (1 + 0.6 * after))
    return Training({"step": STEPS * (rows + 1.0 - 20 * (rows >= again)), "loss": losses}, end=None)


def _learning_rate(rng: Generator) -> Training:
    """A schedule that was given too few steps, and ended at three fifths of the training."""
    config = {"per_device_train_batch_size": 4, "learning_rate": 2e-4, "lr_scheduler_type": "linear"}
    rate = 2e-4 * np.clip(1 - T / 0.6, 0, None)
    return Training({"loss": falling(rng), "learning_rate": rate}, plan=Plan(total_steps=STEPS * 250), config=config)


def _plateau(rng: Generator) -> Training:
    return Training({"loss": noisy(rng, 0.8 + 1.6 * np.exp(-12 * T), 0.02), "learning_rate": always(1e-4)})


def _still_improving(rng: Generator) -> Training:
    validation = 2.9 * np.exp(-0.9 * T)
    return Training({"loss": noisy(rng, 2.8 * np.exp(-T)), "val_loss": validated(noisy(rng, validation, 0.01))})


def _low_improvement(rng: Generator) -> Training:
    """Continued pre-training: a healthy loss that cannot fall far."""
    return Training({"loss": noisy(rng, 2.2 * (1 - 0.06 * (1 - np.exp(-3 * T))), 0.006)})


def _memorising(rng: Generator) -> Training:
    return Training({"loss": noisy(rng, 2.2 * 0.5 ** np.floor(3.999 * T)), "learning_rate": always(2e-4)})


def _memory_leak(rng: Generator) -> Training:
    return Training({"loss": falling(rng), "memory_mb": readings(rng, 12_000 - 8_000 * np.clip(T - 0.45, 0, None))})


def _low_memory(rng: Generator) -> Training:
    return Training({"loss": falling(rng), "memory_mb": readings(rng, always(820.0))})


def _memory_swings(rng: Generator) -> Training:
    """Batches of very different length."""
    return Training({"loss": falling(rng), "memory_mb": readings(rng, 9_000 - 3_000 * rng.random(ROWS) ** 2)})


def _slow_throughput(rng: Generator) -> Training:
    return Training({"loss": falling(rng), "samples_per_second": noisy(rng, always(18.0))})


def _throughput_drop(rng: Generator) -> Training:
    return Training({"loss": falling(rng), "samples_per_second": noisy(rng, np.where(T < 0.6, 240.0, 150.0))})


def _throttled(rng: Generator) -> Training:
    """A laptop that gets hot and lowers its clock."""
    hot = T >= 0.6
    degrees = np.where(hot, 88.0, 76.0) + rng.normal(0, 0.6, ROWS)
    samples = {"gpu0_temperature_c": degrees, "gpu0_slowed_by_heat": hot.astype(np.float64)}
    return Training({"loss": falling(rng), "samples_per_second": noisy(rng, np.where(hot, 150.0, 240.0))}, samples=samples)


def _swapping(rng: Generator) -> Training:
    """A batch size that no longer fits where the GPU shares the memory of the machine."""
    over = np.clip((T - 0.6) / 0.1, 0, 1)
    speed = noisy(rng, np.where(T < 0.6, 60.0, 22.0))
    return Training({"loss": falling(rng), "samples_per_second": speed}, samples={"swap_mb": 900 + 6_000 * over})


def _starved(rng: Generator) -> Training:
    """A data loader that prepares its samples more slowly than the GPU uses them."""
    bursts = np.where(rng.random(ROWS) < 0.3, rng.uniform(85, 99, ROWS), rng.uniform(0, 6, ROWS))
    samples = {"gpu0_utilisation_percent": bursts, "cpu_percent": rng.uniform(92, 100, ROWS)}
    return Training({"loss": falling(rng), "samples_per_second": noisy(rng, always(140.0))}, samples=samples)


def _missing_checkpoint(rng: Generator) -> Training:
    """A model saved at each fourth validation, the best of which was deleted to make room."""
    losses, validation = (
        falling(rng, 0.8),
        validated(1.0 + 1.2 * np.clip(0.6 - T, 0, None) ** 2 + 0.1 * np.clip(T - 0.6, 0, None)),
    )
    rows = [row for row in range(39, ROWS, 40) if row != 119]
    saved = tuple(Checkpoint(f"checkpoint-{STEPS * (row + 1)}", None, STEPS * (row + 1), START + SECONDS * row) for row in rows)
    return Training({"loss": losses, "val_loss": validation}, saved)


def _missing_loss(rng: Generator) -> Training:
    """Validations alone, of a training that has a plan."""
    return Training({"val_loss": validated(falling(rng))}, plan=Plan(total_steps=STEPS * ROWS))


def _work_at_risk(rng: Generator) -> Training:
    """A model at every twentieth row, until the disk was full."""
    rows = range(19, 100, 20)
    saved = tuple(Checkpoint(f"checkpoint-{STEPS * (row + 1)}", None, STEPS * (row + 1), START + 90 * row) for row in rows)
    return Training({"loss": falling(rng)}, saved, end=None, quiet=60.0, seconds=90.0)


def _silent(rng: Generator) -> Training:
    return Training({"loss": falling(rng)}, end=None, quiet=900.0)


def _memory_crash(rng: Generator) -> Training:
    left = np.where(np.arange(ROWS) < ROWS - 4, 9_000.0, 300.0)
    return Training({"loss": falling(rng), "memory_mb": readings(rng, left)}, end="failed")


def _answers(rng: Generator, **columns: Floats) -> Training:
    """GRPO as TRL logs it: a reward that rises, and some columns that go another way."""
    usual = {
        "loss": 0.02 * rng.standard_normal(ROWS), "reward": 0.2 + 0.5 * (1 - np.exp(-4 * T)) + 0.04 * rng.standard_normal(ROWS),
        "reward_std": noisy(rng, always(0.3), 0.1),
        "frac_reward_zero_std": np.clip(always(0.2) + 0.06 * rng.standard_normal(ROWS), 0, 1),
        "kl": noisy(rng, 0.002 + 0.08 * T, 0.2), "entropy": noisy(rng, 0.9 - 0.4 * T, 0.05),
        "completions/clipped_ratio": np.clip(0.1 + 0.03 * rng.standard_normal(ROWS), 0, 1),
        "completions/mean_length": noisy(rng, 220 + 100 * T, 0.05),
    }  # fmt: skip
    return Training({**usual, "learning_rate": always(1e-6), **columns})


def _from(share: float, length: float) -> Floats:
    """Return 0 up to a share of the run, 1 a length of it later, and a line between them."""
    return np.clip((T - share) / length, 0, 1)


def _reward_collapse(rng: Generator) -> Training:
    reward = 0.2 + 0.5 * (1 - np.exp(-4 * T)) - 0.5 * _from(0.6, 0.15) + 0.04 * rng.standard_normal(ROWS)
    return _answers(rng, reward=reward)


def _kl_runaway(rng: Generator) -> Training:
    return _answers(rng, kl=noisy(rng, (0.002 + 0.08 * T) * 60 ** _from(0.65, 0.3), 0.2))


def _entropy_collapse(rng: Generator) -> Training:
    still = np.minimum(0.2 + 0.5 * (1 - np.exp(-4 * T)), 0.55) + 0.04 * rng.standard_normal(ROWS)
    return _answers(rng, entropy=noisy(rng, (0.9 - 0.4 * T) * 0.03 ** _from(0.45, 0.3), 0.05), reward=still)


def _rewards_alike(rng: Generator) -> Training:
    """A reward function that sees no difference any more."""
    share = np.clip(0.2 + 0.8 * _from(0.5, 0.2) + 0.04 * rng.standard_normal(ROWS), 0, 1)
    reward = 0.3 - 0.2 * _from(0.5, 0.2) + 0.03 * rng.standard_normal(ROWS)
    return _answers(rng, frac_reward_zero_std=share, reward=reward)


def _completions_cut_off(rng: Generator) -> Training:
    share = np.clip(0.1 + 0.88 * _from(0.5, 0.25) + 0.02 * rng.standard_normal(ROWS), 0, 1)
    return _answers(rng, **{"completions/clipped_ratio": share, "completions/mean_length": 220 + 290 * _from(0.5, 0.25)})


def _pairs(rng: Generator, chosen: Floats, rejected: Floats, accuracy: Floats) -> Training:
    """DPO as TRL logs it."""
    one, other = chosen + 0.08 * rng.standard_normal(ROWS), rejected + 0.08 * rng.standard_normal(ROWS)
    loss = noisy(rng, np.log1p(np.exp(rejected - chosen)))
    columns = {"rewards/chosen": one, "rewards/rejected": other, "rewards/margins": one - other, "rewards/accuracies": accuracy}
    return Training({"loss": loss, "learning_rate": always(5e-7), **columns})


def _preference_at_chance(rng: Generator) -> Training:
    """Chosen and rejected answers that were mixed up."""
    return _pairs(rng, always(0.0), always(0.0), rng.binomial(32, 0.5, ROWS) / 32)


def _likelihood_displacement(rng: Generator) -> Training:
    margin, fall = 1.2 * (1 - np.exp(-5 * T)), 9 * _from(0.4, 0.5)
    return _pairs(rng, -0.3 * margin - fall, -1.3 * margin - fall, rng.binomial(32, 0.5 + 0.3 * (1 - np.exp(-5 * T))) / 32)


EXAMPLES: dict[str, Callable[[Generator], Training]] = {
    "non_finite": _non_finite,
    "diverging": _diverging,
    "not_learning": _not_learning,
    "overfitting": _overfitting,
    "train_val_gap": _train_val_gap,
    "spikes": _spikes,
    "grad_explosion": _grad_explosion,
    "jump_at_resume": _jump_at_resume,
    "learning_rate": _learning_rate,
    "reward_collapse": _reward_collapse,
    "kl_runaway": _kl_runaway,
    "entropy_collapse": _entropy_collapse,
    "rewards_alike": _rewards_alike,
    "completions_cut_off": _completions_cut_off,
    "preference_at_chance": _preference_at_chance,
    "likelihood_displacement": _likelihood_displacement,
    "plateau": _plateau,
    "still_improving": _still_improving,
    "low_improvement": _low_improvement,
    "memorising": _memorising,
    "memory_leak": _memory_leak,
    "low_memory": _low_memory,
    "memory_swings": _memory_swings,
    "slow_throughput": _slow_throughput,
    "throttled": _throttled,
    "swapping": _swapping,
    "starved": _starved,
    "throughput_drop": _throughput_drop,
    "missing_checkpoint": _missing_checkpoint,
    "missing_loss": _missing_loss,
    "work_at_risk": _work_at_risk,
    "silent": _silent,
    "memory_crash": _memory_crash,
}
