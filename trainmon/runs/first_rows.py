"""A run as it was when it had fewer rows: what came later is in none of its parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trainmon.files.format import SETTINGS_TOML
from trainmon.runs.attempts import find_attempts, global_steps
from trainmon.runs.readers.run_record import plan_of
from trainmon.runs.run import Attempt, AttemptRecord, Chain, Checkpoint, Observation, Rows, Run, Samples
from trainmon.stats.arrays import Floats
from trainmon.stats.extremes import last_finite


def first_rows_of(run: Run, count: int) -> Run:
    """Return the run as it was when its row `count` was logged: no later attempt, end, summary, saved model or sample.

    What was wrong with its files is not taken back, nor what people say of it in trainmon.toml.
    """
    if count >= run.rows.count:
        return run
    rows = run.rows.head(count)
    attempts, chains = find_attempts(rows, _records(run, count))
    return _with_rows(run, rows, attempts, chains, global_steps(rows, chains))


def cut_rows_of(run: Run, count: int) -> Run:
    """Return what `first_rows_of` does, without texts and by the attempts that all rows fall into: that costs next to nothing."""
    if count >= run.rows.count:
        return run
    attempts = tuple(_cut(each, count) for each in run.attempts if each.start < count)
    chains = tuple(_cut_chain(each, attempts, count) for each in run.chains if each.start < count)
    return _with_rows(run, replace(run.rows, texts={}).head(count), attempts, chains, run.global_step[:count])


def _cut(attempt: Attempt, count: int) -> Attempt:
    """Return an attempt as it was at a row: it had not ended where that is one of its own."""
    record = attempt.record
    if attempt.stop >= count and record is not None:
        record = replace(record, end=None, ended=None, reason=None)
    return replace(attempt, stop=min(attempt.stop, count), record=record)


def _cut_chain(chain: Chain, attempts: tuple[Attempt, ...], count: int) -> Chain:
    line, ghosts = (rows[: np.searchsorted(rows, count)] for rows in (chain.line, chain.ghosts))
    return Chain(chain.number, tuple(each for each in attempts if each.chain == chain.number), line, ghosts)


def _with_rows(run: Run, rows: Rows, attempts: tuple[Attempt, ...], chains: tuple[Chain, ...], steps: Floats) -> Run:
    count, last_row = rows.count, last_finite(rows.time)
    records = _records(run, count)
    known = replace(run, config=records[-1].config if records else {}) if _is_changed_later(run, count) else run
    plan = run.plan if known is run or run.plan.source == SETTINGS_TOML else plan_of(records, known.config, {})
    return replace(
        known, rows=rows, attempts=attempts, chains=chains, global_step=steps, plan=plan,
        summary={}, summary_time=None, observation=Observation(),
        checkpoints=_saved_until(run.checkpoints, last_row), samples=_sampled_until(run.samples, last_row),
    )  # fmt: skip


def _records(run: Run, count: int) -> list[AttemptRecord]:
    """Return what was recorded of the attempts by then; the one that logged the last row had not ended."""
    begun = [(each, each.record) for each in run.attempts if each.record is not None and each.start < count]
    return [r if each.stop < count else replace(r, end=None, ended=None, reason=None) for each, r in begun]


def _is_changed_later(run: Run, count: int) -> bool:
    """Return whether a later attempt brought a configuration and a plan of its own, which the run has from its newest one."""
    return any(attempt.record is not None for attempt in run.attempts if attempt.start >= count)


def _saved_until(saved: tuple[Checkpoint, ...], last_row: float | None) -> tuple[Checkpoint, ...]:
    """Return the models that were written up to the last row; without a time nothing tells which these are."""
    return tuple(each for each in saved if last_row is not None and each.written is not None and each.written <= last_row)


def _sampled_until(samples: Samples, last_row: float | None) -> Samples:
    """Return the samples up to the last row, all of them where no row has a time."""
    return samples.until(last_row) if last_row is not None else samples
