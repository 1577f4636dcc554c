"""Score the diagnosis and its rivals: `python -m benchmarks.diagnosis [--curves N] [--seed S]` prints the README's tables."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from benchmarks.diagnosis import real
from benchmarks.diagnosis.as_run import run_of
from benchmarks.diagnosis.faults import FAULTS, STRENGTHS, Faulty
from benchmarks.diagnosis.healthy import FAMILIES
from benchmarks.diagnosis.rivals import guide, sagemaker
from trainmon.analysis import analyse
from trainmon.diagnosis.finding import Diagnosis
from trainmon.run import Run

ONSET_TOLERANCE = 0.1  # of the run
WITH_ONSET = ("diverging", "overfitting", "non_finite")
LONG_AGO = 1e12  # seconds: no run is silent any more


def main() -> None:
    """Print recall and onset for each kind, false alarms for each family, and the real logs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", type=int, default=20, help="how many of each family and strength (20)")
    parser.add_argument("--seed", type=int, default=2026, help="the seed of all curves (2026)")
    arguments = parser.parse_args()
    lines = [*_faults(arguments.curves, arguments.seed), "", *_healthy(arguments.curves, arguments.seed), "", *_real()]
    sys.stdout.write("\n".join([*lines, ""]))


def diagnosed(run: Run) -> Diagnosis:
    """Return the diagnosis of a run as it is read long after its end."""
    return analyse(run, now=LONG_AGO).diagnosis


def _faults(curves: int, seed: int) -> Iterable[str]:
    yield "| fault | mild | moderate | severe | onset within 10 % | guide, literally | SageMaker |"
    yield "|---|---|---|---|---|---|---|"
    for number, fault in enumerate(FAULTS):
        found, theirs, onsets = defaultdict(list), defaultdict(list), []
        for strength in STRENGTHS:
            for curve in range(curves):
                made = fault(np.random.default_rng([seed, 100 + number, curve, STRENGTHS.index(strength)]), strength)
                run = run_of(made.log)
                hits = [each for each in diagnosed(run).findings if each.kind == made.kind]
                found[strength].append(bool(hits))
                if hits and made.kind in WITH_ONSET:
                    onsets.append(_near(hits[0].rows, made))
                for name, rule in RIVALS.items():
                    theirs[name].append(made.kind in rule(run))
        shares = [f"{np.mean(found[strength]):.2f}" for strength in STRENGTHS]
        onset = f"{np.mean(onsets):.2f}" if onsets else ""
        others = [f"{np.mean(theirs[name]):.2f}" for name in RIVALS]
        yield f"| `{made.kind}` | {' | '.join([*shares, onset, *others])} |"


def _near(rows: tuple[int, ...], made: Faulty) -> bool:
    return bool(rows) and made.onset is not None and abs(rows[0] - made.onset) <= ONSET_TOLERANCE * made.log.rows


def _healthy(curves: int, seed: int) -> Iterable[str]:
    counts: dict[str, list[list[int]]] = {}
    for number, family in enumerate(FAMILIES):
        for curve in range(curves):
            log = family(np.random.default_rng([seed, number, curve]))
            run = run_of(log)
            alarms = [any(each.alarms for each in diagnosed(run).findings), *(bool(rule(run)) for rule in RIVALS.values())]
            counts.setdefault(log.family, []).append([1, *map(int, alarms)])
    yield "| fault-free curves | curves | trainmon | guide, literally | SageMaker |"
    yield "|---|---|---|---|---|"
    for name, row in counts.items():
        yield f"| {name} | {' | '.join(map(str, np.sum(row, axis=0)))} |"
    yield f"| all | {' | '.join(map(str, np.sum([each for row in counts.values() for each in row], axis=0)))} |"


def _real() -> Iterable[str]:
    rows = [_score(label, run) for label, run in real.labelled_runs()]
    if not rows:
        yield "The labelled real logs are not beside this checkout."
        return
    yield "| real logs | trainmon | guide, literally | SageMaker |"
    yield "|---|---|---|---|"
    for name in ("clear faults found", "of clear faults", "alarms outside may_report on healthy logs", "errors on healthy logs"):
        yield f"| {name} | {' | '.join(str(sum(each[name][rule] for each in rows)) for rule in range(3))} |"


def _score(label: real.Label, run: Run) -> dict[str, list[int]]:
    findings = diagnosed(run).findings
    named: list[set[str]] = [{each.kind for each in findings}, *(rule(run) for rule in RIVALS.values())]
    alarmed: list[set[str]] = [{each.kind for each in findings if each.alarms}, *named[1:]]
    errors: list[set[str]] = [{each.kind for each in findings if each.severity == "error"}, set(), set()]
    judged = label.clear and not label.fine and "healthy" not in label.one_of
    expected = label.must or label.one_of
    found = [judged and (label.must <= kinds and (not label.one_of or bool(label.one_of & kinds))) for kinds in named]
    return {
        "clear faults found": [int(each) for each in found],
        "of clear faults": [int(judged and bool(expected))] * 3,
        "alarms outside may_report on healthy logs": [len(kinds - label.may) if label.fine else 0 for kinds in alarmed],
        "errors on healthy logs": [len(kinds) if label.fine else 0 for kinds in errors],
    }


RIVALS: dict[str, Callable[[Run], set[str]]] = {"guide": guide, "sagemaker": sagemaker}

if __name__ == "__main__":
    main()
