"""What the diagnosis and its rivals say of seeded curves: faults found, false alarms, and whether a verdict stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.diagnosis import rewarded
from benchmarks.diagnosis.as_run import START, run_of
from benchmarks.diagnosis.faults import FAULTS, STRENGTHS, Fault, Faulty
from benchmarks.diagnosis.growing_healthy import GROWING_FAMILIES
from benchmarks.diagnosis.healthy import FAMILIES, Family, Log
from benchmarks.diagnosis.healthy_machine import MACHINE_FAMILIES
from benchmarks.diagnosis.held_out_faults import HELD_OUT_FAULTS
from benchmarks.diagnosis.held_out_healthy import HELD_OUT_FAMILIES
from benchmarks.diagnosis.machine_faults import MACHINE_FAULTS
from benchmarks.diagnosis.rivals import RIVALS
from trainmon.analysis import analyse
from trainmon.diagnosis.finding import Diagnosis

ONSET_TOLERANCE = 0.1  # of the run
WITH_ONSET = ("diverging", "overfitting", "non_finite")
PARTS = (0.25, 0.5, 0.75)  # of a fault-free run, looked at while it grows
FACTOR = 1000.0


@dataclass(frozen=True)
class CurveSet:
    """Generators of curves with a known fault and of such without."""

    name: str
    faults: Sequence[Fault]
    families: Sequence[Family]


KNOWN = CurveSet(
    "known",
    (*FAULTS, *MACHINE_FAULTS),
    (*FAMILIES, *MACHINE_FAMILIES, *rewarded.FAMILIES, *GROWING_FAMILIES),
)
HELD_OUT = CurveSet("held out", HELD_OUT_FAULTS, HELD_OUT_FAMILIES)


@dataclass(frozen=True)
class FaultScore:
    """Was a fault found, near its onset (None = has none, or not found), and by which rivals."""

    made: Faulty
    found: bool
    near: bool | None
    rivals: tuple[bool, ...]


@dataclass(frozen=True)
class Stability:
    """What changed on a fault-free curve that must not: verdicts, findings, and alarms on its first parts."""

    every_second_row: bool
    unit: bool
    part_alarms: int
    part_errors: int


def diagnosed(log: Log, **changes: slice | float) -> Diagnosis:
    """Return the diagnosis of a log as it is read some time after its last row."""
    run = run_of(log, **changes)  # type: ignore[arg-type]
    return analyse(run, now=START + float(log.seconds[-1]) + log.read_after).diagnosis


def faulty(curves: CurveSet, count: int, seed: int) -> Iterator[Faulty]:
    """Yield `count` curves of each fault and strength."""
    for number, fault in enumerate(curves.faults):
        for strength in STRENGTHS:
            for curve in range(count):
                yield fault(np.random.default_rng([seed, 100 + number, curve, STRENGTHS.index(strength)]), strength)


def fault_free(curves: CurveSet, count: int, seed: int) -> Iterator[Log]:
    """Yield `count` curves of each family."""
    for number, family in enumerate(curves.families):
        for curve in range(count):
            yield family(np.random.default_rng([seed, number, curve]))


def fault_score(made: Faulty) -> FaultScore:
    """Return what is said of a curve with a fault."""
    hits = [each for each in diagnosed(made.log).findings if each.kind == made.kind]
    near = _near(hits[0].rows, made) if hits and made.kind in WITH_ONSET else None
    run = run_of(made.log)
    return FaultScore(made, bool(hits), near, tuple(made.kind in rule(run) for rule in RIVALS.values()))


def _near(rows: tuple[int, ...], made: Faulty) -> bool:
    return bool(rows) and made.onset is not None and abs(rows[0] - made.onset) <= ONSET_TOLERANCE * made.log.rows


def alarms(log: Log) -> tuple[bool, ...]:
    """Return whether trainmon and each rival raise an alarm on a curve."""
    run = run_of(log)
    return (any(each.alarms for each in diagnosed(log).findings), *(bool(rule(run)) for rule in RIVALS.values()))


def stability(log: Log) -> Stability:
    """Return what changes on a fault-free curve where every second row, another unit or a part of it is looked at."""
    whole = diagnosed(log)
    halved = diagnosed(log, rows=slice(None, None, 2))
    scaled = diagnosed(log, factor=FACTOR)
    parts = [diagnosed(log, rows=slice(0, int(part * log.rows))) for part in PARTS]
    return Stability(
        _judged(whole) != _judged(halved),
        _said(whole) != _said(scaled),
        sum(any(each.alarms for each in part.findings) for part in parts),
        sum(part.verdict == "error" for part in parts),
    )


def _judged(diagnosis: Diagnosis) -> str:
    return "healthy" if diagnosis.verdict == "not_enough_data" else diagnosis.verdict


def _said(diagnosis: Diagnosis) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(each.kind, each.severity, each.rows) for each in diagnosis.findings]
