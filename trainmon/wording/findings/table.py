"""The sentences of every kind of finding: a new kind is one line here."""

from __future__ import annotations

from trainmon.wording.findings import gradients, loss, machine, memory, progress, rates, resuming, rewards, validation
from trainmon.wording.findings.sentences import Sentences

FINDINGS: dict[str, Sentences] = {
    "non_finite": loss.NON_FINITE,
    "not_learning": loss.NOT_LEARNING,
    "diverging": loss.DIVERGING,
    "overfitting": validation.OVERFITTING,
    "train_val_gap": validation.TRAIN_VAL_GAP,
    "spikes": loss.SPIKES,
    "grad_explosion": gradients.GRAD_EXPLOSION,
    "jump_at_resume": resuming.JUMP_AT_RESUME,
    "learning_rate": rates.LEARNING_RATE,
    "reward_collapse": rewards.REWARD_COLLAPSE,
    "kl_runaway": rewards.KL_RUNAWAY,
    "entropy_collapse": rewards.ENTROPY_COLLAPSE,
    "rewards_alike": rewards.REWARDS_ALIKE,
    "completions_cut_off": rewards.COMPLETIONS_CUT_OFF,
    "preference_at_chance": rewards.PREFERENCE_AT_CHANCE,
    "likelihood_displacement": rewards.LIKELIHOOD_DISPLACEMENT,
    "plateau": loss.PLATEAU,
    "still_improving": loss.STILL_IMPROVING,
    "low_improvement": loss.LOW_IMPROVEMENT,
    "memorising": loss.MEMORISING,
    "low_memory": memory.LOW_MEMORY,
    "memory_leak": memory.MEMORY_LEAK,
    "memory_swings": memory.MEMORY_SWINGS,
    "memory_crash": memory.MEMORY_CRASH,
    "slow_throughput": progress.SLOW_THROUGHPUT,
    "throughput_drop": progress.THROUGHPUT_DROP,
    "throttled": machine.THROTTLED,
    "swapping": machine.SWAPPING,
    "starved": machine.STARVED,
    "silent": progress.SILENT,
    "missing_loss": progress.MISSING_LOSS,
    "missing_checkpoint": progress.MISSING_CHECKPOINT,
    "work_at_risk": progress.WORK_AT_RISK,
}
