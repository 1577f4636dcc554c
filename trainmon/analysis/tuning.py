"""Reinforcement and preference tuning, recognised by the columns: which training it is, and which of its columns count.

The names are those of TRL's documentation (GRPO, RLOO, PPO, DPO and its kin), verl's metric_utils.py, OpenRLHF's trainers,
Stable-Baselines3's logger page, RLlib's result keys and CleanRL's scripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trainmon.analysis.series import Stretch
from trainmon.diagnosis.inputs import MEASURES, Part

Method = Literal[
    "grpo", "rloo", "group", "ppo", "episodes", "reward", "dpo", "ipo", "simpo", "cpo", "orpo", "kto", "online", "preference"
]

# What a column is by its name without a prefix of its phase; of two columns for a part, the one named first is judged.
PARTS: dict[str, Part] = {
    "reward": "reward",
    "rewards": "reward",
    "rewards/mean": "reward",
    "objective/rlhf_reward": "reward",
    "objective/scores": "reward",
    "env/reward_mean": "reward",
    "ppo/mean_scores": "reward",
    "critic/score/mean": "reward",
    "critic/rewards/mean": "reward",
    "rollout/ep_rew_mean": "reward",
    "env_runners/episode_return_mean": "reward",
    "env_runners/episode_reward_mean": "reward",
    "episode_reward_mean": "reward",
    "charts/episodic_return": "reward",
    "frac_reward_zero_std": "unvaried",
    "reward_std": "spread",
    "rewards/margins": "margins",
    "rewards/accuracies": "accuracies",
    "rewards/chosen": "chosen",
    "rewards/rejected": "rejected",
    "chosen_reward": "chosen",
    "reject_reward": "rejected",
    "logps/chosen": "chosen_logps",
    "logps/rejected": "rejected_logps",
    "kl": "kl",
    "actor/kl_loss": "kl",
    "objective/kl": "summed_kl",
    "policy/approxkl_avg": "update_kl",
    "ppo/policy/approxkl": "update_kl",
    "actor/ppo_kl": "update_kl",
    "approx_kl": "update_kl",
    "losses/approx_kl": "update_kl",
    "entropy": "entropy",
    "policy/entropy_avg": "entropy",
    "ppo/policy/entropy": "entropy",
    "actor/entropy": "entropy",
    "actor/entropy_loss": "entropy",
    "losses/entropy": "entropy",
    "entropy_loss": "entropy",
    "completions/clipped_ratio": "cut_off",
    "response_length/clip_ratio": "cut_off",
    "completions/mean_length": "length",
    "completion_length": "length",
    "response_length/mean": "length",
    "response_length": "length",
    "clip_ratio/region_mean": "clipped",
    "clip_ratio": "clipped",
    "policy/clipfrac_avg": "clipped",
    "actor/pg_clipfrac": "clipped",
    "clip_fraction": "clipped",
    "losses/clipfrac": "clipped",
}
OF_TRAINING, OF_VALIDATION = ("train/", "train_"), ("eval/", "eval_")
NEGATED = "entropy_loss"  # Stable-Baselines3 logs the entropy with a minus sign
PREFERENCES: tuple[Part, ...] = ("margins", "accuracies", "chosen", "rejected")
TELLING: tuple[Part, ...] = ("reward", *PREFERENCES)  # without one of these, a column such as "entropy" tells nothing
BY_EPISODE = ("rollout/ep_rew_mean", "env_runners/", "episode_reward_mean", "charts/episodic_return")
WITH_VALUES = ("loss/value_avg", "ppo/", "critic/vf_loss", "val/ratio", "policy/approxkl_avg")  # PPO's, and no group method's
OF_LOSS_TYPE: dict[str, Method] = {
    "sigmoid": "dpo", "ipo": "ipo", "simpo": "simpo", "kto": "kto", "orpo": "orpo", "grpo": "grpo", "dr_grpo": "grpo",
    "bnpo": "grpo", "dapo": "grpo",
}  # fmt: skip


@dataclass(frozen=True)
class Recognised:
    """A column that says something of such a training: which part of it, and whether of the validation."""

    metric: str
    part: Part
    of_validation: bool = False

    @property
    def negated(self) -> bool:
        """True where the column holds the part with the other sign."""
        return _plain(self.metric)[0] == NEGATED


@dataclass(frozen=True)
class Tuning:
    """Which reinforcement or preference tuning a training is, and its recognised columns in the order in which they count."""

    method: Method
    columns: tuple[Recognised, ...]

    @property
    def preferences(self) -> bool:
        """True where pairs of answers are compared, False where answers or episodes are rewarded."""
        return any(each.part in PREFERENCES for each in self.columns)

    @property
    def judged(self) -> tuple[Recognised, ...]:
        """One column for each part that there is: that of the training, else that of the validation."""
        first: dict[Part, Recognised] = {}
        for each in sorted(self.columns, key=lambda column: column.of_validation):
            first.setdefault(each.part, each)
        return tuple(first.values())

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that such a training is judged by, the first one first."""
        by_part = {each.part: each.metric for each in self.judged}
        found = tuple(by_part[part] for part in MEASURES if part in by_part)
        return found or tuple(by_part[part] for part in TELLING if part in by_part)


def tuning_of(stretch: Stretch) -> Tuning | None:
    """Return which tuning a stretch is, None where its columns say nothing of one; worked out once a revision."""
    return stretch.memo.once(_Found, lambda: _Found(tuning(stretch.metrics(), stretch.config)), stretch.label).tuning


@dataclass(frozen=True)
class _Found:
    tuning: Tuning | None


def tuning(names: Iterable[str], config: Mapping[str, Any]) -> Tuning | None:
    """Return which tuning some columns and a configuration tell of, None where they tell of none."""
    known = [(each, *_plain(each)) for each in names]
    found = [Recognised(name, PARTS[plain], of_eval) for name, plain, of_eval in known if plain in PARTS]
    if not any(each.part in TELLING for each in found):
        return None
    order = list(PARTS)
    found.sort(key=lambda each: (each.of_validation, order.index(_plain(each.metric)[0])))
    return Tuning(_method({plain for _, plain, _ in known}, {each.part for each in found}, config), tuple(found))


def _plain(name: str) -> tuple[str, bool]:
    """Return a column's name without the prefix of its phase, and whether that is the validation's."""
    lower = name.lower()
    for prefixes, of_validation in ((OF_TRAINING, False), (OF_VALIDATION, True)):
        for prefix in prefixes:
            if lower.startswith(prefix):
                return lower.removeprefix(prefix), of_validation
    return lower, False


def _method(plain: set[str], parts: set[Part], config: Mapping[str, Any]) -> Method:
    """Return the method, by the columns that only one has, then by the configuration; else the family's name."""
    if parts & set(PREFERENCES):
        return _preference(plain, parts, config)
    if any(name.startswith(BY_EPISODE) for name in plain):
        return "episodes"
    if "rloo_k" in config or "normalize_advantages" in config:
        return "rloo"
    if any(name.startswith(WITH_VALUES) for name in plain):
        return "ppo"
    if "scale_rewards" in config or _by_loss_type(config) == "grpo":
        return "grpo"
    return "group" if parts & {"unvaried", "spread"} else "reward"


def _preference(plain: set[str], parts: set[Part], config: Mapping[str, Any]) -> Method:
    if any(name.startswith("objective/") for name in plain):
        return "online"
    if "log_odds_ratio" in plain:
        return "orpo"
    if "kl" in parts or "desirable_weight" in config:
        return "kto"
    of_loss = _by_loss_type(config)
    if "cpo_alpha" in config:
        return "simpo" if of_loss == "simpo" else "cpo"
    return of_loss if of_loss is not None and of_loss != "grpo" else "preference"


def _by_loss_type(config: Mapping[str, Any]) -> Method | None:
    """Return the method that TRL's loss_type names; newer versions of it give a list."""
    value = config.get("loss_type")
    first = value[0] if isinstance(value, list) and value else value
    return OF_LOSS_TYPE.get(first) if isinstance(first, str) else None
