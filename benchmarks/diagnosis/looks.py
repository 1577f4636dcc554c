"""A run that is looked at again and again while it grows: what alarms wrongly, and how soon a fault is noticed.

`python -m benchmarks.diagnosis.looks [--curves N] [--seed S] [--jobs J] [--only KIND ...]` prints the README's tables of it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from benchmarks.diagnosis import gradients, resuming, rewarded, rewarded_faults, saving, schedules
from benchmarks.diagnosis.as_run import START, run_of
from benchmarks.diagnosis.faults import STRENGTHS, Fault, Strength
from benchmarks.diagnosis.growing_faults import GROWING_FAULTS
from benchmarks.diagnosis.growing_healthy import GROWING_FAMILIES
from benchmarks.diagnosis.healthy import FAMILIES, Family, Log
from benchmarks.diagnosis.healthy_machine import MACHINE_FAMILIES
from benchmarks.diagnosis.held_out_growing import HELD_OUT_GROWING, HELD_OUT_MACHINES
from benchmarks.diagnosis.held_out_healthy import HELD_OUT_FAMILIES
from benchmarks.diagnosis.rivals import RIVALS
from benchmarks.diagnosis.scores import CurveSet
from trainmon.analysis import analyse

LOOKS = 40  # at a run from its first fortieth to its end
LATE = 0.8  # of the run: a fault that begins after it
OURS = "trainmon"
RULES = (OURS, *RIVALS)
MORE = (gradients, resuming, schedules, saving)  # families and faults of one kind of finding each
KNOWN = CurveSet(
    "known",
    (*GROWING_FAULTS, *(fault for each in (*MORE, rewarded_faults) for fault in each.GROWING_FAULTS)),
    (*FAMILIES, *MACHINE_FAMILIES, *(family for each in (*MORE, rewarded) for family in each.FAMILIES), *GROWING_FAMILIES),
)
HELD_OUT = CurveSet("held out", HELD_OUT_GROWING, (*HELD_OUT_FAMILIES, *HELD_OUT_MACHINES))
SETS = {each.name: each for each in (KNOWN, HELD_OUT)}
RATES = (0.05, 0.01)  # of fault-free runs that alarm at any look: what rules are put to before their delays are compared

Kinds = frozenset[str]


@dataclass(frozen=True)
class Watched:
    """What was said of a run of `rows` rows at each look, the kinds that were `noticed` and those that `alarmed`, by rule.

    `stops` are how many rows there were at each look. `kind` and `onset` are those of its fault, "" and -1 where it has none.
    """

    family: str
    rows: int
    stops: tuple[int, ...]
    noticed: dict[str, tuple[Kinds, ...]]
    alarmed: dict[str, tuple[Kinds, ...]]
    kind: str = ""
    onset: int = -1
    strength: str = ""

    def ever(self, said: dict[str, tuple[Kinds, ...]], rule: str = OURS, patience: int = 1) -> Kinds:
        """Return the kinds that a rule said at so many looks in a row; `said` is what was noticed, or alarmed."""
        return frozenset().union(*_lasting(said[rule], patience))

    def delay(self, rule: str = OURS, patience: int = 1, *, alarmed: bool = False) -> float | None:
        """Return the share of the run from the onset to the first look that says it, None where none does."""
        said = _lasting((self.alarmed if alarmed else self.noticed)[rule], patience)
        found = [stop for stop, kinds in zip(self.stops, said, strict=True) if self.kind in kinds and stop > self.onset]
        return (found[0] - self.onset) / self.rows if found else None


def _lasting(said: Sequence[Kinds], patience: int) -> list[Kinds]:
    """Return at each look the kinds that were said at it and at the looks before it, `patience` in all."""
    enough = range(patience, len(said) + 1)
    return [frozenset()] * min(patience - 1, len(said)) + [frozenset.intersection(*said[at - patience : at]) for at in enough]


def watch(log: Log, looks: int = LOOKS) -> Watched:
    """Return what is said of a run at each look; that it failed or was silent is known at the last alone."""
    stops = tuple(dict.fromkeys(int(stop) for stop in np.ceil(np.linspace(0, 1, looks + 1)[1:] * log.rows)))
    noticed: dict[str, list[Kinds]] = {rule: [] for rule in RULES}
    alarmed: dict[str, list[Kinds]] = {rule: [] for rule in RULES}
    for stop in stops:
        now = START + float(log.seconds[stop - 1])
        saved = tuple(each for each in log.saved if each.written is not None and each.written <= now)
        run = run_of(log if stop == log.rows else replace(log, saved=saved, end=None), rows=slice(0, stop))
        findings = analyse(run, now=now).diagnosis.findings
        noticed[OURS].append(frozenset(each.kind for each in findings if each.severity != "info"))
        alarmed[OURS].append(frozenset(each.kind for each in findings if each.alarms))
        for name, rule in RIVALS.items():
            said = frozenset(rule(run))
            noticed[name].append(said)
            alarmed[name].append(said)
    return Watched(log.family, log.rows, stops, _closed(noticed), _closed(alarmed))


def _closed(said: dict[str, list[Kinds]]) -> dict[str, tuple[Kinds, ...]]:
    return {rule: tuple(kinds) for rule, kinds in said.items()}


def watch_healthy(seed: int, family: tuple[int, Family], curve: int) -> Watched:
    """Return what is said of one curve of a fault-free family; `family` is its number and its generator."""
    return watch(family[1](np.random.default_rng([seed, 500 + family[0], curve])))


def watch_fault(seed: int, fault: tuple[int, Fault], strength: Strength, curve: int) -> Watched:
    """Return what is said of one curve with a fault; `fault` is its number and its generator."""
    made = fault[1](np.random.default_rng([seed, 600 + fault[0], curve, STRENGTHS.index(strength)]), strength)
    return replace(watch(made.log), kind=made.kind, onset=-1 if made.onset is None else made.onset, strength=strength)


def main() -> None:
    """Print the alarms on fault-free runs, how soon faults are noticed, and both beside the rivals'."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--curves", type=int, default=10, help="how many of each family, and of each fault and strength (10)")
    parser.add_argument("--seed", type=int, default=2026, help="the seed of all curves (2026)")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes (1)")
    parser.add_argument("--only", nargs="*", default=[], help="kinds of findings: faults of these, and alarms of these")
    parser.add_argument("--sets", nargs="*", default=list(SETS), help=f"of curves: {', '.join(SETS)} (all)")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs) as pool:
        for curves in (SETS[name] for name in options.sets):
            healthy = _healthy(pool.map, options.seed, curves.families, options.curves)
            faulty = _faulty(pool.map, options.seed, curves.faults, options.curves, options.only)
            parts = (
                alarm_table(curves.name, healthy, options.only),
                delay_table(curves.name, faulty),
                rival_table(healthy, faulty),
            )
            sys.stdout.write("\n".join([line for part in parts for line in (*part, "\n")]))


Map = Callable[..., Iterable[Watched]]


def _healthy(run: Map, seed: int, families: Sequence[Family], curves: int) -> list[Watched]:
    numbered = [(each, curve) for each in enumerate(families) for curve in range(curves)]
    return list(run(partial(watch_healthy, seed), *zip(*numbered, strict=True)))


def _faulty(run: Map, seed: int, faults: Sequence[Fault], curves: int, only: Sequence[str]) -> list[Watched]:
    made = [(each, strength, curve) for each in enumerate(faults) for strength in STRENGTHS for curve in range(curves)]
    found = [each for each in made if not only or each[0][1](np.random.default_rng(0), "mild").kind in only]
    return list(run(partial(watch_fault, seed), *zip(*found, strict=True)))


def alarm_table(name: str, healthy: Sequence[Watched], only: Sequence[str] = ()) -> Iterator[str]:
    """Yield how many fault-free runs of a set of curves alarmed at any look, or were noticed for something, by family."""
    yield f"| fault-free runs at every look ({name}) | runs | that alarmed | of what | of which more was said | what |"
    yield "|---|---|---|---|---|---|"
    for family in dict.fromkeys(each.family for each in healthy):
        yield _alarm_row(family, [each for each in healthy if each.family == family], only)
    yield _alarm_row("all", healthy, only)


def _alarm_row(name: str, watched: Sequence[Watched], only: Sequence[str]) -> str:
    alarmed = [each.ever(each.alarmed) for each in watched]
    noticed = [each.ever(each.noticed) - kinds for each, kinds in zip(watched, alarmed, strict=True)]
    cells = [cell for said in (alarmed, noticed) for cell in _counted([kinds & frozenset(only or kinds) for kinds in said])]
    return f"| {name} | {len(watched)} | {' | '.join(cells)} |"


def _counted(said: Sequence[Kinds]) -> tuple[str, str]:
    """Return of how many runs something was said, and how often each kind."""
    kinds = [kind for each in said for kind in each]
    return str(sum(map(bool, said))), ", ".join(f"{kind} {kinds.count(kind)}" for kind in sorted(set(kinds)))


def delay_table(name: str, faulty: Sequence[Watched]) -> Iterator[str]:
    """Yield for each kind how many faults are noticed, after how much of the run, and of how many late ones nothing is said."""
    yield f"| fault that begins on the way ({name}) | runs | noticed | after, median | 90 % | alarm after | late | never |"
    yield "|---|---|---|---|---|---|---|---|"
    for kind in dict.fromkeys(each.kind for each in faulty):
        of_kind = [each for each in faulty if each.kind == kind]
        for name, some in ((kind, of_kind), *((f"{kind}, {s}", [e for e in of_kind if e.strength == s]) for s in STRENGTHS)):
            late = [each for each in some if each.onset > LATE * each.rows]
            never = sum(each.delay() is None for each in late)
            found = [each.delay() for each in some if each.delay() is not None]
            cells = [len(some), len(found), _quantile(some, 0.5), _quantile(some, 0.9), _quantile(some, 0.5, alarmed=True)]
            yield f"| {name} | {' | '.join(map(str, cells))} | {len(late)} | {never} |"


def _quantile(watched: Sequence[Watched], share: float, rule: str = OURS, patience: int = 1, *, alarmed: bool = False) -> str:
    """Return after which share of the run so many of all are noticed, "never" where they are not."""
    delays = [each.delay(rule, patience, alarmed=alarmed) for each in watched]
    at = (
        float(np.quantile([np.inf if delay is None else delay for delay in delays], share, method="higher")) if delays else np.inf
    )
    return f"{at:.3f}" if np.isfinite(at) else "never"


def rival_table(healthy: Sequence[Watched], faulty: Sequence[Watched]) -> Iterator[str]:
    """Yield, for each rule, how many looks in a row it needs for a rate of false alarms, and how soon it then alarms."""
    yield (
        "| rule | runs that alarmed wrongly | "
        + " | ".join(f"at {100 * rate:.0f} %: looks needed | alarm after" for rate in RATES)
        + " |"
    )
    yield "|---" * (2 + 2 * len(RATES)) + "|"
    for rule in RULES:
        cells = [f"{sum(bool(each.ever(each.alarmed, rule)) for each in healthy)} of {len(healthy)}"]
        for rate in RATES:
            patience = next((k for k in range(1, LOOKS + 1) if _wrong(healthy, rule, k) <= rate), None)
            late = "never" if patience is None else _quantile(faulty, 0.5, rule, patience, alarmed=True)
            cells += [str(patience or "none is enough"), late]
        yield f"| {rule} | {' | '.join(cells)} |"


def _wrong(healthy: Sequence[Watched], rule: str, patience: int) -> float:
    return float(np.mean([bool(each.ever(each.alarmed, rule, patience)) for each in healthy]))


if __name__ == "__main__":
    main()
