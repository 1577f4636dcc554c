"""The guide's four key metrics of a training, each with its grade and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trainmon import wording
from trainmon.analysis.figures import Figures
from trainmon.analysis.memory import Memory
from trainmon.analysis.recent import recent
from trainmon.analysis.reward import Reward
from trainmon.analysis.series import Stretch
from trainmon.analysis.timing import Timing
from trainmon.runs.run import Role
from trainmon.stats.grades import grade_improvement, grade_memory, grade_samples_per_second, grade_validation
from trainmon.stats.improvement import improvement

Grading = Literal["good", "between", "bad"]
LAST_VALIDATIONS = 3  # whose median is the validation level: one evaluation alone may be an outlier
LEVEL_SHARE = 0.05  # of the train rows: their median at the end is the train level
LOSSES: Mapping[Role, str] = {"train_loss": "the train loss", "eval_loss": "the validation loss"}


@dataclass(frozen=True)
class Grade:
    """One of the guide's four key metrics: its value as text, its grade (None = cannot be graded) and why."""

    name: str
    value: str
    grade: Grading | None
    why: str


def grades_of(
    stretch: Stretch,
    train: Figures | None,
    evaluation: Figures | None,
    timing: Timing,
    memory: Memory | None,
    reward: Reward | None = None,
) -> tuple[Grade, ...]:
    """Return the grades of loss improvement, validation against train, samples/s and memory; of the reward where there is one."""
    if reward is not None:
        return (_rise(reward), _throughput(timing), _memory(memory))
    return (_improvement(stretch, train), _validation(stretch, evaluation), _throughput(timing), _memory(memory))


def _rise(reward: Reward) -> Grade:
    grades: dict[int | None, Grading | None] = {1: "good", 0: "between", -1: "bad", None: None}
    return Grade("Reward", wording.from_to(reward.first, reward.last), grades[reward.trend], wording.why_reward(reward.trend))


def _improvement(stretch: Stretch, train: Figures | None) -> Grade:
    lost = recent(stretch).not_finite
    if lost:
        return Grade("Loss improvement", wording.NOT_FINITE, None, wording.ends_not_finite("the train loss", lost))
    if train is None or train.never_filled:
        why = "the loss column was never filled" if train else "no train loss was logged"
        return Grade("Loss improvement", wording.NOT_LOGGED, None, why)
    percent = improvement(train.first, train.final).percent
    why = "above 50 % is good, below 10 % is bad"
    return Grade("Loss improvement", wording.percent(percent), grade_improvement(percent), why)


def _validation(stretch: Stretch, evaluation: Figures | None) -> Grade:
    name, series, losses = "Validation vs train", stretch.by_role("eval_loss"), stretch.by_role("train_loss")
    if evaluation is None or series is None or losses is None:
        return Grade(name, wording.NOT_LOGGED, None, "no validation loss was logged")
    for role, words in LOSSES.items():
        if lost := recent(stretch, role).not_finite:
            return Grade(name, wording.NOT_FINITE, None, wording.ends_not_finite(words, lost))
    level = float(np.median(series.values[np.isfinite(series.values)][-LAST_VALIDATIONS:]))
    known = np.isfinite(losses.values)
    finite = losses.values if known.all() else losses.values[known]
    train_level = float(np.median(finite[-max(1, int(LEVEL_SHARE * len(finite))) :])) if len(finite) else np.nan
    grade = grade_validation(level, train_level)
    ratio = f"{level / train_level:.2f} x" if grade else wording.NOT_LOGGED
    return Grade(name, ratio, grade, "similar is good, three times the train loss is bad" if grade else "needs losses above 0")


def _throughput(timing: Timing) -> Grade:
    value = timing.samples_per_second
    limits = "above 100 samples/s is good, below 50 slow; large models are slower"
    why = f"{limits} ({timing.samples_source})" if value else "samples/s were not logged"
    return Grade("Samples per second", wording.throughput(value), grade_samples_per_second(value), why)


def _memory(memory: Memory | None) -> Grade:
    grade = grade_memory(memory.outlook.line if memory is not None and memory.outlook is not None else None)
    value = {"good": "stable", "between": "falling a little", "bad": "trending down", None: wording.NOT_LOGGED}[grade]
    why = "available memory should not trend down"
    if grade is None:
        why = "too few readings to see a trend" if memory is not None else "no memory was logged"
        value = "too little data" if memory is not None else value
    return Grade("Memory stable", value, grade, why)
