"""What is said of reinforcement and preference tuning: its name, and what its columns are."""

from __future__ import annotations

from collections.abc import Sequence

_METHODS = {
    "grpo": "GRPO",
    "rloo": "RLOO",
    "group": "GRPO or RLOO",
    "ppo": "PPO",
    "episodes": "by episodes",
    "reward": "",
    "dpo": "DPO",
    "ipo": "IPO",
    "simpo": "SimPO",
    "cpo": "CPO",
    "orpo": "ORPO",
    "kto": "KTO",
    "online": "online, as Online DPO",
    "preference": "DPO or one of its kind",
}
_PARTS = {
    "reward": "the reward, which should rise",
    "unvaried": "the share of groups whose answers all got the same reward: nothing is learned from these",
    "spread": "how far the rewards within a group lie apart: at 0 nothing is learned",
    "margins": "how far the chosen answers are ahead of the rejected ones, which should rise",
    "accuracies": "how often the chosen answer is ahead of the rejected one: 0.5 is a guess",
    "chosen": "the reward of the chosen answers, which should not fall far",
    "rejected": "the reward of the rejected answers",
    "chosen_logps": "how likely the chosen answers are",
    "rejected_logps": "how likely the rejected answers are",
    "kl": "how far the model is from its reference, a token",
    "summed_kl": "how far the model is from its reference, an answer",
    "update_kl": "how far one update moves the model",
    "entropy": "how open the model's choices are: near 0 it tries nothing new",
    "cut_off": "the share of answers that were cut off at the length limit",
    "length": "how long the answers are",
    "clipped": "the share of the update that was clipped",
}


def tuning_name(method: str, preferences: bool) -> str:
    """Return what a training is called: "Preference tuning (DPO)"."""
    family = "Preference tuning" if preferences else "Reinforcement learning"
    return f"{family} ({_METHODS[method]})" if _METHODS[method] else family


def tuning_notice(method: str, preferences: bool, measures: Sequence[str]) -> str:
    """Return in a sentence what a training is and what it is judged by."""
    loss = "its loss says little" if preferences else "its loss may stay near 0 or rise, and is no measure"
    return f"{tuning_name(method, preferences)}: judged by {' and '.join(measures)}; {loss}."


def part_of_tuning(part: str) -> str:
    """Return what a recognised column is."""
    return _PARTS[part]
