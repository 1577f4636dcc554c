"""The terminal monitor: the guide's screen, drawn again whenever something changed."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from trainmon import wording
from trainmon.analysis import Analysis, analyse
from trainmon.analysis.figures import Best, Figures
from trainmon.analysis.memory_words import memory_line
from trainmon.analysis.story import story_of
from trainmon.commands.layout import Section, laid_out
from trainmon.reports.guidance import guide_to_rows, guide_to_runs
from trainmon.runs.library import Library
from trainmon.wording import Guidance

TITLE, WIDTH = "TRAINING MONITOR", 78  # the guide's
OTHER_FOLDER = "python -m trainmon monitor FOLDER"
GOES_ON = (
    "This screen goes on by itself as soon as data appears. Nothing to watch? `python -m trainmon demo` trains something small."
)
Lines = Iterator[str]


def watch(directory: Path, console: Console, *, refresh: float, once: bool = False) -> None:
    """Show the run in `directory`, else the newest below it; look again every `refresh` seconds, wait where there is none."""
    library = Library([directory.absolute()])
    library.refresh()
    if once:
        console.print(_draw(library, console))
        return
    if not console.is_terminal:
        _print_changes(library, console, refresh)
        return
    try:
        with Live(_draw(library, console, console.height), console=console, screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(refresh)
                library.refresh()
                live.update(_draw(library, console, console.height), refresh=True)
    finally:
        console.print(_draw(library, console))  # the other screen is gone: leave the last figures behind


def _print_changes(library: Library, console: Console, refresh: float) -> None:
    """Print a new screen below the last whenever something changed, for a file or a pipe."""
    changed = True
    while True:
        if changed:
            console.print(_draw(library, console))
        time.sleep(refresh)
        changed = library.refresh()


def _draw(library: Library, console: Console, height: int | None = None) -> Text:
    now, width = time.time(), max(20, min(console.width, WIDTH))
    run = library.nearest()
    if run is None:
        return waiting_screen(guide_to_runs(library, OTHER_FOLDER), now, width, height)
    analysis = analyse(run, now=now, which="newest", memo=library.memo_of(run))
    return screen(analysis, others=len(library.runs()) - 1, width=width, height=height)


def screen(analysis: Analysis, *, others: int = 0, width: int = WIDTH, height: int | None = None) -> Text:
    """Return the screen of a run; `others` is how many more runs lie beside it, `height` how many lines there are."""
    sections = [_waiting(guide_to_rows(analysis.run))]
    if analysis.run.rows.count:
        sections = [
            Section("📊 CURRENT STATUS", tuple(_status(analysis)), tuple(_health(analysis))),
            Section("📈 LOSS STATISTICS", tuple(_losses(analysis))),
            Section("🎯 VALIDATION", tuple(_validation(analysis.eval))),
            Section("🏆 BEST CHECKPOINT", tuple(_best(analysis.best))),
        ]
    sections.append(Section("📁 RUN", tuple(_run(analysis, others))))
    return _text(laid_out(TITLE, analysis.now, sections, width, height))


def waiting_screen(guidance: Guidance, now: float, width: int = WIDTH, height: int | None = None) -> Text:
    """Return the screen for where there is nothing to read yet: what is looked for, where, and what to check."""
    return _text(laid_out(TITLE, now, [_waiting(guidance)], width, height))


def _text(screen: str) -> Text:
    return Text(screen, overflow="fold")


def _waiting(guidance: Guidance) -> Section:
    lines = ["Looked for:", *(f"- {place}" for place in guidance.looked_for), "", "Check:"]
    lines += [f"{number}. {check}" for number, check in enumerate(guidance.checks, start=1)]
    lines += ["", guidance.next_step, f"  {guidance.command}", "", GOES_ON]
    return Section(f"⏳ {guidance.title.upper()}", tuple(lines))


def _status(analysis: Analysis) -> Lines:
    progress, train = analysis.progress, analysis.train
    elapsed = _elapsed(analysis.timing.elapsed)
    step = "" if progress.counted == "epoch" else f"{progress.counted.capitalize()}: {_position(progress.step)}  |  "
    yield f"Epoch: {_position(progress.epoch)}  |  {step}Elapsed: {elapsed}"
    if train is not None:
        yield f"Current Loss: {wording.loss(train.final)}  |  Best Loss: {wording.loss(train.best)}"
    if analysis.memory is not None:
        yield f"Memory Available: {analysis.memory.latest:.0f}MB"
        if analysis.memory.outlook is not None:
            yield f"Memory Trend: {memory_line(analysis.memory, over=analysis.state.over)}"
    if progress.fraction is not None:
        left = f"  |  Time left: {_elapsed(analysis.eta.seconds)}" if analysis.eta is not None else ""
        yield f"Progress: {100 * progress.fraction:.0f}%{left}"
    if analysis.non_finite:
        yield f"Not finite: {analysis.non_finite} values"
    yield f"State: {analysis.state.word} ({analysis.state.evidence})"


def _health(analysis: Analysis) -> Lines:
    """Yield the verdict, since when its headline is known, and what was said last and taken back."""
    story, headline = story_of(analysis), analysis.diagnosis.headline
    yield f"Health: {wording.verdict_line(analysis.diagnosis)}"
    if headline is not None and (since := wording.known_since(story.of(headline))):
        yield wording.capital(since)
    if story.taken_back:
        last = max(story.taken_back, key=lambda said: said.until.row if said.until else -1)
        yield wording.taken_back_last(last, len(story.taken_back))


def _losses(analysis: Analysis) -> Lines:
    train, gain = analysis.train, analysis.improvement
    if train is None:
        yield "No training loss was logged yet."
        return
    yield f"{wording.with_values(train.counted)}: {train.count}"
    if train.best is not None:
        yield f"Loss range: {wording.loss(train.best)} - {wording.loss(train.worst)}"
    if gain is not None and not math.isnan(gain.absolute):
        percent = "" if math.isnan(gain.percent) else f" ({wording.figure(f'{gain.percent:+.1f}%')})"
        yield f"Improvement: {wording.figure(f'{gain.absolute:.4f}')}{percent}"


def _validation(figures: Figures | None) -> Lines:
    if figures is None:
        yield "No validation yet."
        return
    yield f"Best Val Loss: {wording.loss(figures.best)}"
    yield f"Latest Val Loss: {wording.loss(figures.final)}"


def _best(best: Best | None) -> Lines:
    if best is None:
        yield "None yet."
        return
    yield f"Epoch: {_position(best.epoch)}"
    if best.counted != "epoch":
        yield f"{best.counted.capitalize()}: {_position(best.step)}"
    yield f"Loss: {wording.loss(best.value)} (by {best.by})"
    if best.on_disk is not None:
        yield f"On disk: {best.on_disk.name}"


def _run(analysis: Analysis, others: int) -> Lines:
    run = analysis.run
    if run.name != run.path.name:
        yield f"{run.name} (id {run.id})"
    yield str(run.path)
    if analysis.chain is not None:
        attempts = f"{len(run.attempts)} {'attempt' if len(run.attempts) == 1 else 'attempts'}"
        rows = f"{analysis.chain.row_count} of {run.rows.count} rows"
        yield f"Chain {analysis.chain.number} of {len(run.chains)}, {rows}, {attempts}"
    yield from analysis.notices
    if run.problems:
        first = run.problems[0]
        place = wording.problem_line(first.file, first.line, first.reason)
        yield f"Problems in the files: {len(run.problems)}. The first: {place}"
    if others:
        yield f"{others} more {'run lies' if others == 1 else 'runs lie'} in this folder: name one to see it."


def _position(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:g}" if isinstance(value, float) else str(value)


def _elapsed(seconds: float | None) -> str:
    """Return a duration as the guide does, "2.3h", in smaller units below an hour."""
    if seconds is None or not math.isfinite(seconds):
        return "-"
    if seconds < 60:
        return f"{seconds:.0f}s"
    return f"{seconds / 3600:.1f}h" if seconds >= 3600 else f"{seconds / 60:.1f}min"
