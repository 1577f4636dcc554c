"""The report that a terminal prints: the guide's sections, in its words and number formats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.lasting import lasting
from trainmon.analysis.memory_words import memory_line
from trainmon.analysis.story import story_of
from trainmon.comparison.configuration import settings_of
from trainmon.reports.guidance import guide_to_rows
from trainmon.reports.role_table import role_table
from trainmon.reports.sections import attempts, final_loss, findings, further_metrics, steps_taken
from trainmon.reports.told import taken_back
from trainmon.reports.usual_settings import told_and_usual
from trainmon.reports.verdict import verdict
from trainmon.stats.improvement import Improvement

WIDTH = 70
SMALLEST_PLAIN = 1e-12  # below this a number written out is a row of zeros
Lines = Iterator[str]


def report_text(analysis: Analysis) -> str:
    """Return the report; where the run has no rows, what is missing and what to check."""
    analysis = lasting(analysis)
    lines = ["=" * WIDTH, f"{'TRAINING REPORT':>36}", "=" * WIDTH, *_about(analysis)]
    if not analysis.run.rows.count:
        return "\n".join([*lines, *_nothing(analysis)])
    lines += _section("🩺 VERDICT", iter(verdict(analysis)))
    lines += _section("📊 TIMING", _timing(analysis))
    lines += _section("📈 ITERATIONS", _iterations(analysis))
    lines += _section("📉 LOSS METRICS", _losses(analysis))
    lines += _section("🎯 BEST CHECKPOINT", _best(analysis))
    lines += _section("⚙️  CONFIGURATION", _configuration(analysis))
    lines += _section("🔤 COLUMNS", _columns(analysis))
    lines += _section("📏 KEY METRICS", _grades(analysis))
    lines += _section("📐 FURTHER METRICS", _further(analysis))
    lines += _section("🔎 FINDINGS", _findings(analysis))
    lines += _section("↩️  TAKEN BACK", _taken_back(analysis))
    lines += _section("🔁 ATTEMPTS", _attempts(analysis))
    return "\n".join(lines)


def plain(value: Any) -> str:
    """Return a setting in the guide's format: 1e-05 as 0.00001, everything else as it is."""
    if isinstance(value, float) and np.isfinite(value) and (value == 0 or abs(value) >= SMALLEST_PLAIN):
        return wording.figure(str(np.format_float_positional(value, trim="-")))
    return "not set" if value is None else wording.figure(str(value)) if isinstance(value, int) else str(value)


def _section(heading: str, lines: Lines) -> Lines:
    found = [f"  {line}" for line in lines]
    if found:
        yield from ("", heading, *found)


def _about(analysis: Analysis) -> Lines:
    yield f"Run: {analysis.run.name} ({analysis.state.label}: {analysis.state.evidence})"
    if analysis.stretch is not None and analysis.stretch.label:
        yield f"About: {analysis.stretch.label}"
    yield f"Made: {wording.clock(analysis.now)}"
    yield from analysis.notices


def _nothing(analysis: Analysis) -> Lines:
    guidance = guide_to_rows(analysis.run)
    yield from ("", guidance.title, *(f"  looked for {place}" for place in guidance.looked_for))
    yield from (f"  {number}. {check}" for number, check in enumerate(guidance.checks, start=1))


def _timing(analysis: Analysis) -> Lines:
    seconds, overall = analysis.timing.elapsed, analysis.timing.overall
    yield "Total Time: " + (f"{seconds / 3600:.2f} hours ({seconds:.0f}s)" if seconds is not None else wording.NOT_LOGGED)
    if overall is None:
        yield f"Samples/second: {wording.NOT_LOGGED}"
        return
    slow = f" ({wording.throughput(overall.value)})" if overall.value < 1 else ""
    yield f"Samples/second: {overall.value:.2f}{slow}, {overall.source}"


def _iterations(analysis: Analysis) -> Lines:
    taken, logged = steps_taken(analysis)
    if analysis.progress.counted != "epoch":
        steps = wording.steps_logged(taken, logged) if taken is not None and taken > logged else logged
        yield f"{wording.total_of(analysis.progress.counted).title()}: {steps}"
    yield f"Total Epochs: {_whole(analysis.progress.epoch_count)}"
    yield f"Total Samples: {_whole(analysis.total_samples)}"


def _losses(analysis: Analysis) -> Lines:
    train, validation = analysis.train, analysis.eval
    yield f"Best Train Loss: {wording.loss(train.best if train else None)}"
    yield f"Final Train Loss: {final_loss(analysis, 'train_loss')}"
    fell = analysis.improvement
    known = fell is not None and np.isfinite(fell.absolute)
    yield f"Loss Improvement: {wording.without_not_finite(_improvement(fell), train.non_finite if train and known else 0)}"
    yield f"Best Val Loss: {wording.loss(validation.best if validation else None)}"
    yield f"Final Val Loss: {final_loss(analysis, 'eval_loss')}"


def _improvement(fell: Improvement | None) -> str:
    if fell is None or not np.isfinite(fell.absolute):
        return wording.NOT_LOGGED
    share = f" ({wording.figure(f'{fell.percent:.1f}%')})" if np.isfinite(fell.percent) else ""
    return wording.figure(f"{fell.absolute:.4f}") + share


def _best(analysis: Analysis) -> Lines:
    best, raw = analysis.best, analysis.raw_best
    if best is None:
        yield wording.NOT_LOGGED
        return
    yield f"Epoch: {_whole(best.epoch)}"
    if best.counted != "epoch":
        yield f"{best.counted.capitalize()}: {wording.steps(best.step, best.global_step)}"
    yield f"Loss: {wording.loss(best.value)} (by {best.by})"
    if best.on_disk is not None:
        yield f"On disk: {best.on_disk.name}"
    if raw is not None and raw.row != best.row:
        yield f"Lowest train loss: {wording.loss(raw.value)} ({raw.place})"


def _configuration(analysis: Analysis) -> Lines:
    told, usual = told_and_usual(settings_of(analysis))
    yield from (f"{name}: {plain(value)}" for name, value in told.items())
    if usual:
        yield wording.usual_settings(len(usual))
    if not told and not usual:
        yield wording.no_configuration(analysis.run.origin)


def _columns(analysis: Analysis) -> Lines:
    table = role_table(analysis)
    yield from (f"{part}: {column} ({why})" for part, column, why in table.rows)
    if table.hint:
        yield table.hint


def _grades(analysis: Analysis) -> Lines:
    for grade in analysis.grades:
        yield f"{grade.name}: {grade.value} [{grade.grade or 'not graded'}: {grade.why}]"
    if analysis.memory is not None and analysis.memory.outlook is not None:
        yield memory_line(analysis.memory, over=analysis.state.over)


def _further(analysis: Analysis) -> Lines:
    for name, first, last, best in further_metrics(analysis).rows:
        yield f"{name}: first {first}, last {last}, best {best}".replace(wording.THIN_SPACE, ",")


def _findings(analysis: Analysis) -> Lines:
    for severity, title, advice, caveat in findings(analysis).rows:
        yield f"{severity}: {title}"
        yield f"  try: {advice}"
        yield f"  but: {caveat}"


def _taken_back(analysis: Analysis) -> Lines:
    for severity, name, said in taken_back(story_of(analysis)).rows:
        yield f"{name}: {severity} {said}"


def _attempts(analysis: Analysis) -> Lines:
    for number, rows, began, first, last, end in attempts(analysis).rows:
        yield f"{number}. rows {rows}, {began}, {first} to {last}, end {end}"


def _whole(value: float | None) -> str:
    return wording.NOT_LOGGED if value is None else f"{value:g}" if isinstance(value, float) else str(value)
