"""Faults of reinforcement and preference tuning that begin anywhere in a run, late ones too, and are there in full at its end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.diagnosis.faults import Fault, Faulty, Strength, of_strength
from benchmarks.diagnosis.healthy import Log
from benchmarks.diagnosis.noise import Floats, Generator, noise
from benchmarks.diagnosis.onsets import onset_of, ramp_of
from benchmarks.diagnosis.rewarded import answers, dpo, episodes, grpo, heavy, pairs, ppo, shares


def _with(made: Log, column: str, values: Floats) -> Log:
    return replace(made, extra={**made.extra, column: values})


def _column(made: Log, *names: str) -> str:
    return next(name for name in names if name in made.extra)


def _level(values: Floats, onset: int) -> float:
    """Return what something was just before a fault began."""
    return float(np.median(values[max(0, onset - 15) : onset + 1]))


def _trl(rng: Generator, **settings: float) -> Log:
    """Return a GRPO run that TRL logged, with a KL."""
    while True:
        made = answers(rng, "GRPO", **settings)
        if "frac_reward_zero_std" in made.extra and "kl" in made.extra:
            return made


def rewards_alike(rng: Generator, strength: Strength) -> Faulty:
    """Rewards that come to be the same for all answers to a prompt, and low."""
    made = _trl(rng, start=0.3, best=0.4)
    onset = onset_of(rng, made.rows)
    ramp = ramp_of(rng, made.rows, onset)
    usual, share = made.extra["frac_reward_zero_std"], of_strength(strength, 0.95, 0.985, 1.0)
    chance = _level(usual, onset) + (share - _level(usual, onset)) * ramp
    made = _with(made, "frac_reward_zero_std", np.where(ramp > 0, shares(rng, chance, 32), usual))
    spread = made.extra["reward_std"] * (1 - of_strength(strength, 0.95, 0.99, 1.0) * ramp)
    made = _with(_with(made, "reward_std", spread), "reward", made.extra["reward"] * (1 - 0.9 * ramp))
    if rng.random() < 0.3:  # an older TRL logs no share
        made = replace(made, extra={name: values for name, values in made.extra.items() if name != "frac_reward_zero_std"})
    return Faulty("rewards_alike", strength, made, onset)


def entropy_collapse(rng: Generator, strength: Strength) -> Faulty:
    """An entropy that falls to nearly nothing while the reward comes to rest."""
    made = grpo(rng) if rng.random() < 0.7 else ppo(rng)
    name = _column(made, "entropy", "actor/entropy", "policy/entropy_avg")
    onset = onset_of(rng, made.rows)
    ramp, left = ramp_of(rng, made.rows, onset), of_strength(strength, 0.2, 0.08, 0.01)
    reward = _column(made, "reward", "critic/score/mean", "objective/rlhf_reward")
    still = np.where(np.arange(made.rows) < onset, made.extra[reward], made.extra[reward] - _rise(made.extra[reward], onset))
    highest = float(np.max(made.extra[name][: onset + 1]))
    fallen = made.extra[name] * (left * highest / _level(made.extra[name], onset)) ** ramp
    return Faulty("entropy_collapse", strength, _with(_with(made, name, fallen), reward, still), onset)


def _rise(values: Floats, onset: int) -> Floats:
    """Return by how much the level of something has risen since a row, by its running mean; [rows]."""
    smooth = np.convolve(np.pad(values, 10, mode="edge"), np.ones(21) / 21, mode="valid")
    return np.asarray(smooth - smooth[onset], dtype=np.float64)


def kl_runaway(rng: Generator, strength: Strength) -> Faulty:
    """A KL that grows by the same factor again and again."""
    made = {0: _trl, 1: ppo, 2: episodes}[int(rng.choice([0, 0, 1, 2]))](rng)
    name = _column(made, "kl", "objective/kl", "train/approx_kl")
    onset = onset_of(rng, made.rows)
    end = of_strength(strength, 1.0, 3.0, 20.0) * {"kl": 1, "objective/kl": 100, "train/approx_kl": 0.5}[name]
    before = np.where(np.arange(made.rows) < onset, made.extra[name], _level(made.extra[name], onset))
    ramp = ramp_of(rng, made.rows, onset)
    grown = before * (max(end, 8 * before[-1]) / before[-1]) ** ramp
    return Faulty("kl_runaway", strength, _with(made, name, np.where(ramp > 0, heavy(rng, grown, 0.2), before)), onset)


def completions_cut_off(rng: Generator, strength: Strength) -> Faulty:
    """Answers that grow until nearly all of them reach the limit."""
    made = grpo(rng)
    name = _column(made, "completions/clipped_ratio", "response_length/clip_ratio")
    onset = onset_of(rng, made.rows)
    usual = _level(made.extra[name], onset)
    chance = usual + (of_strength(strength, 0.92, 0.96, 1.0) - usual) * ramp_of(rng, made.rows, onset)
    cut = np.where(np.arange(made.rows) < onset, made.extra[name], shares(rng, chance, 64))
    return Faulty("completions_cut_off", strength, _with(made, name, cut), onset)


def reward_collapse(rng: Generator, strength: Strength) -> Faulty:
    """A reward that loses what it had gained."""
    made = grpo(rng) if rng.random() < 0.6 else episodes(rng)
    name = _column(made, "reward", "critic/score/mean", "rollout/ep_rew_mean")
    values = made.extra[name]
    onset = max(onset_of(rng, made.rows), int(0.3 * made.rows))
    start, there = float(np.median(values[:5])), _level(values, onset)
    gained = max(there - start, 0.5 * float(np.ptp(values)))
    lost = of_strength(strength, 0.65, 0.9, 1.2) * gained * ramp_of(rng, made.rows, onset)
    after = np.where(np.arange(made.rows) < onset, values, there - lost + (values - there - _rise(values, onset)))
    return Faulty("reward_collapse", strength, _with(made, name, after), onset)


def likelihood_displacement(rng: Generator, strength: Strength) -> Faulty:
    """Chosen rewards that begin to fall with the rejected ones, far more than the margin grows."""
    made = dpo(rng)
    onset = onset_of(rng, made.rows)
    margin = max(_level(made.extra["rewards/margins"], onset), 0.4)
    fall = of_strength(strength, 3.5, 6.0, 15.0) * margin * ramp_of(rng, made.rows, onset)
    moved = {name: made.extra[name] - fall for name in ("rewards/chosen", "rewards/rejected")}
    return Faulty("likelihood_displacement", strength, replace(made, extra={**made.extra, **moved}), onset)


def preference_at_chance(rng: Generator, strength: Strength) -> Faulty:
    """Preferences that are never learned, or are lost again."""
    if rng.random() < 0.4:
        never = pairs(rng, "DPO, nothing learned", 0.5, 0.0)
        none = {name: 0.02 * noise(rng, never.rows) for name in ("rewards/margins", "rewards/chosen", "rewards/rejected")}
        return Faulty("preference_at_chance", strength, replace(never, extra={**never.extra, **none}))
    made = pairs(rng, "DPO", rng.uniform(0.75, 0.95), 0.5)
    onset = max(onset_of(rng, made.rows), int(0.3 * made.rows))
    ramp, usual = ramp_of(rng, made.rows, onset), made.extra["rewards/accuracies"]
    chance = _level(usual, onset) + (of_strength(strength, 0.53, 0.5, 0.45) - _level(usual, onset)) * ramp
    made = _with(made, "rewards/accuracies", np.where(ramp > 0, shares(rng, chance, 64), usual))
    return Faulty("preference_at_chance", strength, made, onset)


GROWING_FAULTS: tuple[Fault, ...] = (
    rewards_alike, entropy_collapse, kl_runaway, completions_cut_off, reward_collapse, likelihood_displacement,
    preference_at_chance,
)  # fmt: skip
