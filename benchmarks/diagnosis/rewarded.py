"""Fault-free reinforcement and preference tuning: noisy rewards, a KL that grows, an entropy that falls, a loss of no use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.healthy import Family, Log, along, log
from benchmarks.diagnosis.noise import Floats, Generator, noise

GROUPS = (1, 4, 8, 16, 32)  # prompts in a row: of so many groups the share without difference is counted


def rows_of(rng: Generator) -> int:
    """Return a usual number of rows: such runs log every step, or every tenth, of a few hundred or thousand."""
    return int(rng.choice([80, 150, 300, 800, 2000]))


def shares(rng: Generator, chance: Floats, among: int) -> Floats:
    """Return the share of `among` that have a property, each with a chance of its own row; [rows]."""
    return rng.binomial(among, np.clip(chance, 0, 1)) / among


def heavy(rng: Generator, clean: Floats, spread: float) -> Floats:
    """Return an estimate of something above 0: noisy by its logarithm, and far off on a few rows."""
    far = np.where(rng.random(len(clean)) < 0.01, rng.uniform(3, 20, len(clean)), 1.0)
    return clean * far * np.exp(spread * noise(rng, len(clean)))


def learning(rng: Generator, count: int, flat: float = 0.0) -> Floats:
    """Return 0 to 1 along a reward that rises: from the start or after a flat part of the run, in a curve or an S; [rows]."""
    t = np.clip((along(count) - flat) / (1 - flat), 0, 1)
    if rng.random() < 0.5:
        return 1 - np.exp(-rng.uniform(2, 6) * t)
    middle, steep = rng.uniform(0.2, 0.6), rng.uniform(8, 20)
    return 1 / (1 + np.exp(-steep * (t - middle)))


def answers(rng: Generator, family: str, flat: float = 0.0, start: float | None = None, best: float | None = None) -> Log:
    """Return a GRPO run as TRL or verl logs it: a reward from `start` to `best`, after a `flat` part of the run."""
    count = rows_of(rng)
    t, risen = along(count), learning(rng, count, flat)
    start = rng.uniform(0.05, 0.5) if start is None else start
    right = start + (rng.uniform(start, 0.95) - start if best is None else best - start) * risen
    reward = right + rng.uniform(0.02, 0.1) * noise(rng, count)
    unvaried = shares(rng, 0.95 * np.abs(2 * right - 1) ** rng.uniform(1.5, 4), int(rng.choice(GROUPS)))
    entropy = rng.uniform(0.2, 1.5) * (rng.uniform(0.28, 0.8) ** (t ** rng.uniform(0.4, 1.2)))
    kl = heavy(rng, rng.uniform(0.01, 0.4) * (0.01 + 0.3 * t + 0.7 * risen * t), rng.uniform(0.1, 0.5))
    cut = shares(rng, rng.uniform(0, 0.5) * (1 - rng.uniform(-0.3, 0.9) * t), int(rng.choice((8, 64))))
    length = rng.uniform(100, 900) * np.exp(rng.uniform(-0.3, 0.6) * risen + 0.05 * noise(rng, count))
    loss = np.round(rng.choice([0.0, 0.04]) * kl + rng.choice([0.0, 0.01]) * noise(rng, count), 4)
    verl = rng.random() < 0.25
    names = ("critic/score/mean", "actor/entropy", "actor/kl_loss", "response_length/clip_ratio", "response_length/mean")
    trl = ("reward", "entropy", "kl", "completions/clipped_ratio", "completions/mean_length")
    logged = (reward, entropy * np.exp(0.08 * noise(rng, count)), kl, cut, length)
    extra = dict(zip(names if verl else trl, logged, strict=True))
    if not verl:
        extra |= {"frac_reward_zero_std": unvaried, "reward_std": 0.4 * (1 - unvaried) * np.exp(0.2 * noise(rng, count))}
    if rng.random() < 0.3:  # no penalty, no KL
        extra.pop("actor/kl_loss" if verl else "kl")
    made = log(rng, family, np.ones(count), evaluations=0, rate=1e-6 * np.minimum(1, t / 0.05 + 1e-3))
    return replace(made, loss=loss, extra=extra)


def grpo(rng: Generator) -> Log:
    """A reward that rises from the start."""
    return answers(rng, "GRPO")


def grpo_hard(rng: Generator) -> Log:
    """A hard task: hardly a right answer for the first part of the run."""
    return answers(rng, "GRPO, hard task", flat=rng.uniform(0.1, 0.4), start=rng.uniform(0.02, 0.06))


def grpo_flat(rng: Generator) -> Log:
    """A reward that hardly rises: noise is all that it does."""
    start = rng.uniform(0.2, 0.7)
    return answers(rng, "GRPO, small gain", start=start, best=start + rng.uniform(0.0, 0.05))


def grpo_ends(rng: Generator) -> Log:
    """A base model that learns to end its answers: nearly all are cut off at first."""
    made = answers(rng, "GRPO, learns to end")
    cut = shares(rng, 0.02 + 0.93 * np.exp(-rng.uniform(5, 30) * along(made.rows)), 64)
    column = next(name for name in made.extra if name.endswith(("clipped_ratio", "clip_ratio")))
    return replace(made, extra={**made.extra, column: cut})


def ppo(rng: Generator) -> Log:
    """TRL's PPO: sums over an answer."""
    count = rows_of(rng)
    t, risen = along(count), learning(rng, count)
    scores = rng.uniform(-2, 1) + rng.uniform(0.5, 4) * risen + rng.uniform(0.1, 0.6) * noise(rng, count)
    kl = heavy(rng, rng.uniform(3, 15) * (0.01 + t ** rng.uniform(0.4, 1.0)), 0.15)
    entropy = rng.uniform(20, 120) * (1 - rng.uniform(0.1, 0.7) * risen) * np.exp(0.05 * noise(rng, count))
    extra = {
        "objective/rlhf_reward": scores - 0.05 * kl, "objective/scores": scores, "objective/kl": kl, "objective/entropy": entropy,
        "policy/approxkl_avg": heavy(rng, np.full(count, rng.uniform(0.001, 0.02)), 0.4), "policy/entropy_avg": entropy / 60,
        "loss/value_avg": heavy(rng, 0.1 + 0.5 * np.exp(-8 * t), 0.3), "val/ratio": 1 + 0.01 * noise(rng, count),
    }  # fmt: skip
    made = log(rng, "PPO", np.ones(count), evaluations=0)
    return replace(made, loss=np.full(count, np.nan), extra=extra)


def episodes(rng: Generator) -> Log:
    """Stable-Baselines3: a mean over a hundred episodes that swings and dips, any scale, an entropy that ends low."""
    count = rows_of(rng)
    risen, scale = learning(rng, count, flat=rng.choice([0.0, 0.2])), float(rng.choice([1.0, 20.0, 500.0, 2000.0]))
    slow = np.convolve(noise(rng, count + 20), np.ones(20) / np.sqrt(20), mode="same")[10:-10]
    dips = np.ones(count)
    for start in rng.integers(int(0.3 * count), count, size=int(rng.integers(0, 3))):
        dips[start : start + max(2, int(0.015 * count))] -= rng.uniform(0.1, 0.35)
    reward = scale * (rng.choice([-1.0, 0.0, 0.1]) + risen * dips + 0.03 * slow)
    entropy = np.log(rng.integers(2, 18)) * (1 - rng.uniform(0.2, 0.99) * risen)
    extra = {
        "rollout/ep_rew_mean": reward,
        "train/entropy_loss": -entropy * np.exp(0.03 * noise(rng, count)),
        "train/approx_kl": heavy(rng, np.full(count, rng.uniform(0.003, 0.03)), 0.4),
        "train/clip_fraction": np.clip(0.1 + 0.03 * noise(rng, count), 0, 1),
        "train/value_loss": heavy(rng, scale * (0.1 + 0.2 * risen), 0.4),
    }  # fmt: skip
    made = log(rng, "RL by episodes", np.ones(count), evaluations=0)
    loss = scale * 0.1 * (1 + risen) * np.exp(0.3 * noise(rng, count))
    return replace(made, loss=loss, extra=extra)


def pairs(rng: Generator, family: str, accuracy: float, fall: float, late: float = 0.0) -> Log:
    """Return a DPO run: up to `accuracy`, chosen rewards that fall by `fall` times what the margin gains, `late` to begin."""
    count = rows_of(rng)
    t = along(count)
    risen = 1 - np.exp(-rng.uniform(3, 8) * np.maximum(t - late, 0))
    rate = 5e-7 * (np.minimum(1, t / late) if late else 1 - 0.9 * t)
    among, size = int(rng.choice([2, 8, 16, 64, 160])), rng.uniform(0.4, 4)
    margin = size * risen * (1 + 0.1 * t)
    chosen = -fall * margin + 0.15 * size * noise(rng, count) / np.sqrt(among / 8)
    margins = margin + 0.3 * size * (0.1 + risen) * noise(rng, count) / np.sqrt(among / 8)
    accuracies = shares(rng, 0.5 + (accuracy - 0.5) * risen, among)
    accuracies[0] = 0.0  # equal rewards: none is ahead
    extra = {
        "rewards/chosen": chosen, "rewards/rejected": chosen - margins, "rewards/margins": margins,
        "rewards/accuracies": accuracies,
        "logps/chosen": 10 * chosen - 250, "logps/rejected": 10 * (chosen - margins) - 240,
    }  # fmt: skip
    at = np.zeros(count, dtype=np.bool_)
    at[np.unique(np.linspace(count / 8, count, 8).astype(int) - 1)] = True
    for name in ("rewards/accuracies", "rewards/margins"):
        extra[f"eval_{name}"] = np.where(at, extra[name], np.nan)
    made = log(rng, family, np.log1p(np.exp(-margin)), relative=0.06, evaluations=8, rate=rate)
    return replace(made, extra=extra)


def dpo(rng: Generator) -> Log:
    """Usual pairs; the chosen answers fall a little, or rise."""
    return pairs(rng, "DPO", rng.uniform(0.65, 0.98), rng.uniform(-0.5, 1.4))


def dpo_weak(rng: Generator) -> Log:
    """Pairs about which people disagree."""
    return pairs(rng, "DPO, hard pairs", rng.uniform(0.6, 0.66), rng.uniform(-0.3, 1.0))


def dpo_late(rng: Generator) -> Log:
    """A long warm-up in which nothing is learned."""
    return pairs(rng, "DPO, long warm-up", rng.uniform(0.68, 0.9), rng.uniform(-0.3, 1.0), late=rng.uniform(0.1, 0.25))


def orpo(rng: Generator) -> Log:
    """ORPO: rewards are log-probabilities, far below 0 from the start, and the chosen ones rise."""
    made = pairs(rng, "ORPO", rng.uniform(0.6, 0.85), rng.uniform(-1.0, -0.2))
    offset = rng.uniform(0.1, 2)
    moved = {
        name: values - offset if name in ("rewards/chosen", "rewards/rejected") else values for name, values in made.extra.items()
    }
    return replace(made, extra={**moved, "log_odds_ratio": -0.6 + 0.1 * noise(rng, made.rows), "nll_loss": made.loss + 1})


FAMILIES: tuple[Family, ...] = (
    grpo, grpo_hard, grpo_flat, grpo_ends, ppo, episodes, dpo, dpo_weak, dpo_late, orpo,
)  # fmt: skip
