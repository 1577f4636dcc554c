"""Every limit of every check, with its reason and where it is from; trainmon.toml changes them, or switches a check off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, get_args

from trainmon.diagnosis.finding import Kind

KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True)
class Limits:
    """The limits of the checks. "Trials": chosen on real logs and synthetic curves, see benchmarks/diagnosis.

    Shares are of the rows, percentages of the level (the median of the loss; its range where it is not positive).
    """

    off: frozenset[str] = field(default_factory=frozenset)  # kinds that are not looked for

    # How much data a check needs
    fewest_rows: int = 20  # for a trend; below it the trials gave verdicts that another seed reversed
    fewest_for_spikes: int = 12  # two windows of 4 around a value, and something to compare with
    fewest_evaluations: int = 4  # three epochs give three validations: no trend can be told from chance
    fewest_for_error: int = 5  # evaluations: an error needs more than a warning
    fewest_constant: int = 5  # equal values: four can be rounding
    second_look_share: float = 0.05  # a warning has to hold without the last rows too: live, it must not come and go
    warm_up_share: float = 0.05  # the first rows fall fast in every training; at least 3 rows

    # The loss: constant, flat, rising
    constant: float = 1e-9  # range in parts of the level: the precision of a printed float
    flat_percent: float = 2.0  # continued pre-training falls by 5 to 15 % and is healthy, true failures by below 1 % (trials)
    flat_noises: float = 4.0  # standard errors that a fall has to exceed where it is not significant
    untold_percent: float = 10.0  # a larger fall is not flat, and a larger standard error tells nothing (trials)
    fell_fast_percent: float = 10.0  # from the first rows to the end: it learned early and converged
    trend_z: float = 2.33  # Mann-Kendall at 1 %, one-sided
    rise_percent: float = 10.0  # above the lowest running median: less is drift and noise (trials)
    rise_noises: float = 4.0  # times the noise of a running median: its lowest point is chosen, hence more than 3
    rise_smooth_noises: float = 2.5  # times its noise from window to window, which the trend inflates
    rise_z: float = 1.64  # 5 %: the size of the rise has been judged already
    step_up_percent: float = 30.0  # a jump that stays is a divergence without a trend
    shift_percent: float = 15.0  # and so is a lower one, where the loss does not fall again after it
    much_percent: float = 20.0  # above where it began and by so much: an error, it has lost what it learned
    twice_percent: float = 100.0  # from here the model is worth less than half: an error

    # Validation
    worse_percent: float = 5.0  # Prechelt 1998 (Neural Networks 11): generalisation loss of 5 % is his coarsest limit
    much_worse_percent: float = 20.0  # from here the last checkpoint is not worth keeping: an error
    few_worse_percent: float = 1.0  # with two or three validations this is worth a notice
    worse_tau: float = 0.3  # Kendall's tau after the best: it goes up rather than to and fro (trials)
    worse_noises: float = 2.5  # times the noise of the validations: the best of many is lowest by chance, too
    train_fell_percent: float = 2.0  # while validation rises: otherwise nothing is being learned by heart
    gap_ratio: float = 1.5  # validation over train; 1.1 to 1.3 is normal in real logs
    wide_gap_ratio: float = 3.0  # from here a warning; the guide says "Val >> Train"

    # Spikes
    spike_noises: float = 7.0  # times the local noise, above both sides; 3 flags 56 of 71 healthy real runs
    spike_percent: float = 10.0  # less is seen by nobody on a chart
    spike_high_noises: float = 10.0  # a group of spikes counts from here ...
    spike_high_percent: float = 50.0  # ... or from here
    spike_warning_percent: float = 100.0  # a loss that doubles for a moment: worth looking at the batch
    spike_warning_groups: int = 3  # one or two are an accident
    most_spike_groups: int = 8  # or 3 % of the rows: more is a noisy loss, not a spiky one
    spike_tail: float = 2.0  # times the deepest dip: noise with heavy tails reaches as far down as up

    # The end of the run
    plateau_percent: float = 1.0  # change over the last third
    plateau_noises: float = 3.0  # or within so many standard errors of the slope, where no trend is significant ...
    plateau_noise_percent: float = 8.0  # ... up to this: with more noise, nothing can be told
    plateau_of_fall_percent: float = 2.0  # or this part of the whole fall
    decayed_share: float = 0.05  # of the highest learning rate: the schedule is at its end
    improving_percent: float = 3.0  # fall over the last quarter
    low_improvement_percent: float = 10.0  # the guide's table: below 10 % is bad

    # Speed
    slow_samples_per_second: float = 50.0  # the guide's table
    slower_percent: float = 15.0  # a fall from here is a warning
    bit_slower_percent: float = 8.0  # and from here a notice: a laptop's clock moves by a few percent

    # Available memory
    low_memory_mb: float = 1024.0  # the guide: "nunca deve cair abaixo de 1GB"
    very_low_memory_mb: float = 256.0  # the next allocation fails
    leak_percent: float = 10.0  # of the start, over the run; page caches take and give back about 5
    leak_z: float = 3.0  # a leak goes one way
    leak_tau: float = 0.6  # and does so all along
    late_leak_rows: int = 80  # so many are needed to look at the last quarter alone
    swings_percent: float = 15.0  # from the 5th to the 95th percentile around the running median
    wide_swings_percent: float = 40.0  # from here an error: the next larger batch does not fit
    crash_memory_mb: float = 1024.0  # a run that broke off with less than this ran out of it


def limits_from(settings: Mapping[str, Any]) -> tuple[Limits, tuple[str, ...]]:
    """Return the limits with the changes of a [diagnosis] table, and the entries that say nothing to it.

    `off` lists kinds of findings that are not wanted; every other entry is a limit by its name here, a number of at least 0.
    """
    known = {each.name: each.default for each in fields(Limits) if each.name != "off"}
    changes: dict[str, Any] = {}
    wrong = []
    for name, value in settings.items():
        if name == "off" and isinstance(value, list) and all(kind in KINDS for kind in value):
            changes["off"] = frozenset(value)
        elif name in known and isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf"):
            changes[name] = int(value) if isinstance(known[name], int) else float(value)
        else:
            wrong.append(f"{name} = {value!r}")
    return replace(Limits(), **changes), tuple(wrong)
