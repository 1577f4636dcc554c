"""Rewards that no longer differ within a group of answers: then nothing is learned from it (GRPO, RLOO).

An answer is compared with the others to the same prompt. Where all of them got the same reward there is no better and no worse
one, and the group adds nothing to the update. It is said where this is so for 95 % of the groups (frac_reward_zero_std, the
mean over twelve rows), or, where that was not logged, where reward_std is down to 4 % of what it was: a notice at first, a
warning where it stays. It is a notice from 85 % on where the share was below 65 % before, and below 10 % of the spread. A run
that begins so is given 120 values. It stays a notice where the reward has risen and is at its best: the prompts are solved.
Source: Yu et al. 2025 (DAPO), who leave such groups out.

When it is wrong: a hard task may begin like this for long, until the first answer succeeds, and prompts that are solved have
nothing left to teach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.curve import Curve
from trainmon.diagnosis.finding import Evidence, Finding, Severity
from trainmon.diagnosis.holding import lasting, lasting_share
from trainmon.diagnosis.inputs import Inputs
from trainmon.diagnosis.limits import limit

KIND = "rewards_alike"
TINY = 1e-300  # a spread that was never anything but 0 is below it
NEAR_BEST = 0.9  # of the way from the first reward to the best one: there the prompts are solved


@dataclass(frozen=True)
class RewardsAlikeLimits:
    """From where on rewards are alike."""

    many_alike_share: float = limit(0.85, "of the groups", "a notice from here, where it was well below")
    alike_share: float = limit(0.95, "of the groups", "more of them with one reward for all answers leave nothing to learn from")
    low_spread_percent: float = limit(10.0, "% of the largest spread", "a notice below, where the share was not logged")
    alike_spread_percent: float = limit(4.0, "% of the largest spread", "a smaller spread of the rewards is none")


def find_rewards_alike(inputs: Inputs) -> Iterator[Finding]:
    """Yield that the answers to a prompt all get the same reward."""
    curve = inputs.tuned.get("unvaried", inputs.tuned.get("spread"))
    if curve is None or not len(curve):
        return
    limits, shares = inputs.limits.of(RewardsAlikeLimits), "unvaried" in inputs.tuned
    if shares:
        found = lasting_share(curve, limits.many_alike_share, limits.alike_share)
    else:
        left = 100 * curve.smooth / max(float(curve.smooth.max()), TINY)
        found = lasting(curve, left <= limits.low_spread_percent, left <= limits.alike_spread_percent)
    if found is None:
        return
    solved = _is_solved(inputs.tuned.get("reward"))
    evidence = {"now": Evidence(float(curve.values[-1])), "values": Evidence(float(found.length * curve.size), "values")}
    severity: Severity = "notice" if solved else found.severity
    yield Finding(KIND, severity, curve.metric, (found.onset,), evidence, _case(shares, solved))


def _case(shares: bool, solved: bool) -> str:
    return "spread" if not shares else "solved" if solved else ""


def _is_solved(reward: Curve | None) -> bool:
    """Return whether the reward has risen and is where it was best."""
    if reward is None or not len(reward):
        return False
    start, best = reward.start(), float(reward.smooth.max())
    risen = best - start > 4 * reward.smooth_noise and best > start
    return bool(risen and reward.end() >= start + NEAR_BEST * (best - start))


CHECK = Check(KIND, ("warning", "notice"), find_rewards_alike, RewardsAlikeLimits, asks="rows once")
