"""One run that is followed: its reader, and what was made of its files last."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from trainmon.files.process_identity import process_alive
from trainmon.runs.growth import Growth
from trainmon.runs.ids import run_id
from trainmon.runs.memo import Growing, Memo
from trainmon.runs.readers.contents import Contents, Reader
from trainmon.runs.run import Observation, Run

# Runs that may grow are looked at every few seconds: after a pause of minutes the watching host itself must have slept.
ASLEEP_SECONDS = 300.0
MOST_GROWTHS = 50  # by which the rhythm and the pace of a log without times are known


class Revision(NamedTuple):
    """A run as it was read, and what is remembered of it for as long as nothing newer is read."""

    run: Run
    memo: Memo


class WatchedRun:
    """One run that is followed: its reader, and the revision that was made of its files last.

    `came` says that it was not there at the look before: all that it holds has grown since.
    """

    def __init__(self, path: Path, reader: Reader, *, came: bool = False) -> None:
        self.path = path
        self._reader = reader
        self._came = came
        self._id = run_id(path)
        self._first = True
        self._looked_at: float | None = None
        self._observation = Observation()
        self._revision = 0
        self._growth = Growth()
        self._growing = Growing()
        self.newest = Revision(self._build(), Memo(self._growing))

    @property
    def run(self) -> Run:
        """The run as it was read last."""
        return self.newest.run

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        changed = self._reader.refresh()
        observation = self._observe(changed)
        if not changed and observation == self._observation and not self._first:
            return False
        self._observation, self._first = observation, False
        self._revision += 1
        run = self._build() if changed and not self._only_sampled else self._with_samples()
        self.newest = Revision(run, Memo(self._growing))
        return True

    @property
    def may_grow(self) -> bool:
        """True where the run should be looked at often: no end is known, and it lived within a day."""
        last = self.run.attempts[-1].record if self.run.attempts else None
        if last is not None and last.end:
            return False
        rows = self.run.rows
        signs = [float(rows.time[-1]) if rows.count else None, self._observation.grew_at]
        newest = max((sign for sign in signs if sign is not None and sign == sign), default=None)
        return newest is None or time.time() - newest < 86_400

    @property
    def _only_sampled(self) -> bool:
        return self._reader.contents().only_sampled

    def _with_samples(self) -> Run:
        """Return the run with the samples of now: its rows, which cost more, are as they were."""
        found = self._reader.contents()
        seen, revision = self._observation, self._revision
        return replace(self.run, samples=found.samples, problems=found.problems, observation=seen, revision=revision)

    def _observe(self, changed: bool) -> Observation:
        records = self._reader.contents().records
        last = records[-1] if records and records[-1].end is None else None
        alive = process_alive(last.host, last.boot_id, last.pid, last.process_started) if last else None
        now, before = time.time(), self._observation
        slept = self._looked_at is not None and now - self._looked_at > ASLEEP_SECONDS
        self._looked_at = now
        grew = changed and (self._came or not self._first) and _signs_of_life(self._reader.contents()) != _signs_of_life(self.run)
        growths = (*before.growths, (now, self._reader.contents().rows.count))[-MOST_GROWTHS:] if grew else before.growths
        return Observation(alive, growths, now if slept else before.awake_since)

    def _build(self) -> Run:
        found = self._reader.contents()
        structure = self._growth.structure(found.rows, found.records)
        return Run(
            id=self._id,
            name=found.name or self.path.resolve().name,
            path=self.path.resolve(),
            format=self._reader.format,
            rows=found.rows,
            attempts=structure.attempts,
            chains=structure.chains,
            global_step=structure.steps if found.global_step is None else found.global_step,
            config=found.config,
            summary=found.summary,
            summary_time=found.summary_time,
            plan=found.plan,
            checkpoints=found.checkpoints,
            problems=found.problems,
            observation=self._observation,
            tags=found.tags,
            notes=found.notes,
            diagnosis_settings=found.diagnosis_settings,
            samples=found.samples,
            hidden=found.hidden,
            revision=self._revision,
            entries=found.entries,
            origin=found.origin or self._reader.format,
        )


def _signs_of_life(seen: Contents | Run) -> tuple[object, ...]:
    """Return what a training changes in its files; trainmon.toml is changed by people."""
    return seen.rows.count, seen.checkpoints, seen.summary
