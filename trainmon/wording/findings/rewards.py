"""What is said of reinforcement and preference tuning: rewards, entropy, KL, and which answers are preferred."""

from __future__ import annotations

from trainmon.wording.findings.actions import lower_rate
from trainmon.wording.findings.sentences import Lines, Sentences, count_of, loss_of, percent_of, restart, since
from trainmon.wording.findings.values import Found
from trainmon.wording.formats import number, percent


def _share(found: Found, name: str) -> str:
    """Return a share of 0 to 1 in percent."""
    value = found.value(name)
    return percent(100 * value if value is not None else None)


def _rewards_alike(found: Found) -> str:
    if found.case == "spread":
        return f"{found.metric} is down to {loss_of(found, 'now')}{since(found)}: all answers to a prompt get the same reward"
    solved = ": the prompts are solved, and nothing is left to learn from them" if found.case == "solved" else ""
    return f"all answers get the same reward in {_share(found, 'now')} of the groups{since(found)}{solved}"


def _about_rewards_alike(found: Found) -> Lines:
    if found.case == "solved":
        return ("stop here, or go on with harder prompts",)
    return (
        "look at some answers and their rewards: are they all right, all wrong, or does the reward function see no difference",
        "take prompts that the model solves now and then (neither always nor never)",
        "sample more answers for each prompt (num_generations), at a higher temperature",
        "reward parts of the way as well, not only the right end",
    )


REWARDS_ALIKE = Sentences(
    "Rewards without difference",
    _rewards_alike,
    _about_rewards_alike,
    "a hard task may begin like this for long, and solved prompts have nothing left to teach",
    short="Rewards alike",
)


def _entropy_collapse(found: Found) -> str:
    values = f"from {loss_of(found, 'highest')} to {loss_of(found, 'now')}"
    return f"{found.metric} is down to {percent_of(found, 'left')} of its highest{since(found)}: {values}"


def _about_entropy_collapse(found: Found) -> Lines:
    return (
        "clip the upper side less (epsilon_high 0.28), or add a bonus for entropy (ent_coef, entropy_coeff)",
        lower_rate(found),
        "keep a KL penalty to the reference (beta above 0), or raise it",
        restart(found),
    )


ENTROPY_COLLAPSE = Sentences(
    "Entropy collapse",
    _entropy_collapse,
    _about_entropy_collapse,
    "an entropy falls in every such training, and a task with one right answer leaves none",
)


def _kl_runaway(found: Found) -> str:
    whose = "one update moves the model too far" if found.case == "update" else "the model leaves its reference"
    return f"{found.metric} runs away{since(found)}: {loss_of(found, 'now')} where {loss_of(found, 'usual')} was usual; {whose}"


def _about_kl_runaway(found: Found) -> Lines:
    if found.case == "update":
        return (lower_rate(found), "make fewer updates with the same answers, or set target_kl", restart(found))
    return (
        "raise the KL penalty (beta, kl_coef)",
        lower_rate(found),
        "read some answers: a reward that rises with the KL may be won by a trick",
        restart(found),
    )


KL_RUNAWAY = Sentences(
    "KL runs away",
    _kl_runaway,
    _about_kl_runaway,
    "a training without a KL penalty may go far on purpose",
)


def _completions_cut_off(found: Found) -> str:
    length = found.value("length")
    at = f" (mean length {number(length)} tokens)" if length is not None else ""
    return f"{percent_of(found, 'now')} of the answers are cut off at the length limit{since(found)}{at}"


def _about_completions_cut_off(found: Found) -> Lines:
    first = "raise the limit (max_completion_length, max_response_length)"
    ends = "check that the model can end an answer: chat template, end-of-sequence token, stop words"
    rest = ("punish length in the reward, or leave cut-off answers out of the loss (mask_truncated_completions)",)
    return (ends, first, *rest) if found.case == "from start" else (first, *rest, "read some answers: do they repeat themselves")


COMPLETIONS_CUT_OFF = Sentences(
    "Answers cut off",
    _completions_cut_off,
    _about_completions_cut_off,
    "a base model has to learn to end its answers, and may need longer for it",
)


def _reward_collapse(found: Found) -> str:
    values = f"{loss_of(found, 'now')} after {loss_of(found, 'best')} (it began at {loss_of(found, 'first')})"
    return f"{found.metric} has fallen far below its best{since(found)}: {values}"


def _about_reward_collapse(found: Found) -> Lines:
    return (
        restart(found),
        lower_rate(found),
        "look at KL, entropy and length of the answers just before it",
        "check that the reward function and the data did not change there",
    )


REWARD_COLLAPSE = Sentences(
    "Reward collapse",
    _reward_collapse,
    _about_reward_collapse,
    "rewards by episodes swing and come back, and harder data lowers them",
)


def _likelihood_displacement(found: Found) -> str:
    chosen = f"chosen from {loss_of(found, 'chosen_first')} to {loss_of(found, 'chosen_now')}"
    rejected = f"rejected from {loss_of(found, 'rejected_first')} to {loss_of(found, 'rejected_now')}"
    gained = f"the margin gained {loss_of(found, 'margin_gained')} by it"
    return f"chosen and rejected answers both become less likely{since(found)}: {chosen}, {rejected}; {gained}"


def _about_likelihood_displacement(found: Found) -> Lines:
    return (
        "read what the model writes: the likelihood has gone to other answers",
        lower_rate(found),
        "raise beta, or add the loss of the chosen answers (rpo_alpha, loss_type sigmoid with sft)",
        "leave out pairs whose two answers are nearly the same",
        restart(found),
    )


LIKELIHOOD_DISPLACEMENT = Sentences(
    "Chosen answers fall too",
    _likelihood_displacement,
    _about_likelihood_displacement,
    "chosen answers that were not the model's own may lose likelihood without harm",
)


def _preference_at_chance(found: Found) -> str:
    if found.case == "lost":
        return f"{found.metric} is back at {loss_of(found, 'now')}{since(found)}, after a best of {loss_of(found, 'best')}"
    return f"{found.metric} is {loss_of(found, 'now')} after {count_of(found, 'values')} values: no better than a guess"


def _about_preference_at_chance(found: Found) -> Lines:
    if found.case == "lost":
        return (restart(found), lower_rate(found), "check that the data did not change there")
    rate = found.value("learning_rate")
    raised = f"the learning rate ({number(rate)}) may be too low: try ten times it" if rate else "try a higher learning rate"
    return (
        "check that chosen and rejected are not mixed up, and differ at all",
        raised,
        "check that the right parameters are trainable (LoRA targets, frozen layers)",
        "check that the prompts and answers are not cut off (max_length)",
    )


PREFERENCE_AT_CHANCE = Sentences(
    "Preferences at chance",
    _preference_at_chance,
    _about_preference_at_chance,
    "a small learning rate needs longer, and where people disagree about the pairs, 0.6 is all that there is",
)
