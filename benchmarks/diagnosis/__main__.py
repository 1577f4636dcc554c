"""Score the diagnosis and its rivals: `python -m benchmarks.diagnosis [--curves N] [--seed S]` prints the README's tables."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks.diagnosis import real
from benchmarks.diagnosis.faults import STRENGTHS
from benchmarks.diagnosis.rivals import RIVALS
from benchmarks.diagnosis.scores import HELD_OUT, KNOWN, FaultScore, alarms, fault_free, fault_score, faulty, stability
from trainmon.analysis import analyse
from trainmon.diagnosis.finding import Diagnosis
from trainmon.runs.run import Run

SETS = (KNOWN, HELD_OUT)
LONG_AGO = 1e12  # seconds: no run is silent any more


def main() -> None:
    """Print recall and onset for each kind, false alarms for each family, how stable verdicts are, and the real logs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--curves", type=int, default=20, help="how many of each family and strength (20)")
    parser.add_argument("--seed", type=int, default=2026, help="the seed of all curves (2026)")
    options = parser.parse_args()
    parts = (_faults(options.curves, options.seed), _healthy(options.curves, options.seed), _stable(options.curves, options.seed))
    sys.stdout.write("\n".join([line for part in (*parts, _real()) for line in (*part, "")]))


def _faults(curves: int, seed: int) -> Iterator[str]:
    scored = {each.name: [fault_score(made) for made in faulty(each, curves, seed)] for each in SETS}
    yield "| fault | mild | moderate | severe | onset | held out: mild | moderate | severe | onset | guide | SageMaker |"
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    kinds = dict.fromkeys(score.made.kind for scores in scored.values() for score in scores)
    for kind in kinds:
        of_kind = {name: [each for each in scores if each.made.kind == kind] for name, scores in scored.items()}
        cells = [cell for scores in of_kind.values() for cell in _recall(scores)]
        rivals = [_share([each.rivals[rule] for scores in of_kind.values() for each in scores]) for rule in range(len(RIVALS))]
        yield f"| `{kind}` | {' | '.join([*cells, *rivals])} |"


def _recall(scores: Sequence[FaultScore]) -> list[str]:
    """Return the share found of each strength, and of the found ones the share near their onset; empty where there are none."""
    found = [_share([each.found for each in scores if each.made.strength == strength]) for strength in STRENGTHS]
    return [*found, _share([each.near for each in scores if each.near is not None])]


def _share(hits: Sequence[bool]) -> str:
    return f"{np.mean(hits):.2f}" if hits else ""


def _healthy(curves: int, seed: int) -> Iterator[str]:
    yield "| fault-free curves | curves | trainmon | guide, literally | SageMaker |"
    yield "|---|---|---|---|---|"
    for each in SETS:
        counts: dict[str, list[tuple[int, ...]]] = {}
        for log in fault_free(each, curves, seed):
            counts.setdefault(log.family, []).append((1, *map(int, alarms(log))))
        for name, rows in counts.items():
            yield f"| {name} | {' | '.join(map(str, np.sum(rows, axis=0)))} |"
        together = [row for rows in counts.values() for row in rows]
        yield f"| all, {each.name} | {' | '.join(map(str, np.sum(together, axis=0)))} |"


def _stable(curves: int, seed: int) -> Iterator[str]:
    yield "| fault-free curves | curves | another verdict by every second row | in thousandths | alarms on parts | errors |"
    yield "|---|---|---|---|---|---|"
    for each in SETS:
        seen = [stability(log) for log in fault_free(each, curves, seed)]
        counts = [(s.every_second_row, s.unit, s.part_alarms, s.part_errors) for s in seen]
        yield f"| {each.name} | {len(seen)} | {' | '.join(map(str, np.sum(counts, axis=0)))} |"


def _real() -> Iterator[str]:
    rows = [_score(label, run) for label, run in real.labelled_runs()]
    if not rows:
        yield "The labelled real logs are not beside this checkout."
        return
    yield "| real logs | trainmon | guide, literally | SageMaker |"
    yield "|---|---|---|---|"
    for name in ("clear faults found", "of clear faults", "alarms outside may_report on healthy logs", "errors on healthy logs"):
        yield f"| {name} | {' | '.join(str(sum(each[name][rule] for each in rows)) for rule in range(3))} |"


def diagnosed(run: Run) -> Diagnosis:
    """Return the diagnosis of a run as it is read long after its end."""
    return analyse(run, now=LONG_AGO).diagnosis


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


if __name__ == "__main__":
    main()
