"""What `status` prints for a person: a block for one run, a table for several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.figures import Figures
from trainmon.analysis.progress import Progress
from trainmon.comparison.labels import labels_of
from trainmon.reports.role_table import role_line
from trainmon.reports.standing import without_fraction
from trainmon.runs.run import Run

LABEL_WIDTH = 12
MOST_PROBLEMS = 5  # after these a count says how many more there are
MOST_LETTERS = 44  # of a run's name: the middle of a longer one gives way
COLUMNS = ("run", "state", "progress", "rows", "train loss", "best", "validation", "best")


def status_text(analyses: Sequence[Analysis]) -> str:
    """Return the text for one or several runs."""
    if len(analyses) == 1:
        return "\n".join(_block(analyses[0]))
    return "\n".join(_table(analyses))


def _block(analysis: Analysis) -> Iterator[str]:
    run = analysis.run
    missing = (each for each in analysis.diagnosis.findings if each.kind == "missing_loss")
    yield ": ".join([run.name, *(wording.finding_words(each).title for each in missing)])
    yield _line("id", run.id)
    yield _line("path", str(run.path))
    yield _line("state", f"{analysis.state.word}: {analysis.state.evidence}")
    yield _line("rows", f"{wording.count(run.rows.count)}, {_attempts(run)}")
    if (chain := analysis.chain) and len(run.chains) > 1:
        yield _line("judged", f"chain {chain.number} of {len(run.chains)}, {wording.count(chain.row_count)} rows")
    if analysis.run_state is not analysis.state:
        yield _line("newest", f"{analysis.run_state.word}: {analysis.run_state.evidence}")
    yield _line("train loss", _figures(analysis.train, run))
    yield _line("validation", _figures(analysis.eval, run))
    yield _line("progress", _progress(analysis.progress) or without_fraction(analysis) or wording.NOT_LOGGED)
    if analysis.eta is not None:
        eta = analysis.eta
        yield _line("time left", " to ".join(dict.fromkeys((wording.duration(eta.low), wording.duration(eta.high)))))
    if (columns := role_line(run)) != "":
        yield _line("columns", columns)
    if analysis.non_finite:
        yield _line("not finite", f"{wording.count(analysis.non_finite)} values")
    for notice in analysis.notices:
        yield _line("note", notice)
    yield from _problems(run)


def _attempts(run: Run) -> str:
    return f"{len(run.attempts)} attempt{'' if len(run.attempts) == 1 else 's'}"


def _figures(figures: Figures | None, run: Run) -> str:
    if figures is None:
        return wording.NOT_LOGGED
    text = f"first {wording.loss(figures.first)}, final {wording.loss(figures.final)}"
    if figures.best is None or figures.best_row is None:
        return f"{text}, no best: it was never filled" if figures.never_filled else text
    return f"{text}, best {wording.loss(figures.best)} at {_place(figures, figures.best_row, run)}"


def _place(figures: Figures, row: int, run: Run) -> str:
    epoch = run.rows.values("epoch")[row]
    parts = [f"epoch {epoch:g}"] if epoch == epoch else []  # NaN where not logged
    if figures.best_step is not None and figures.counted != "epoch":
        parts.append(wording.at_number(figures.best_step, figures.counted))
    if figures.best_global_step not in (None, figures.best_step) and figures.counted == "step":
        parts.append(f"global step {wording.count(figures.best_global_step)}")
    return ", ".join(parts) or f"row {row + 1}"


def _progress(progress: Progress) -> str:
    if progress.fraction is None:
        return ""
    percent = f"{100 * progress.fraction:.0f} %"
    if not (progress.epoch_count and progress.total_epochs):
        return percent
    return f"{percent}, epoch {progress.epoch_count} of {progress.total_epochs:g}"


def _problems(run: Run) -> Iterator[str]:
    for problem in run.problems[:MOST_PROBLEMS]:
        yield _line("problem", wording.problem_line(problem.file, problem.line, problem.reason))
    if len(run.problems) > MOST_PROBLEMS:
        yield _line("", f"and {len(run.problems) - MOST_PROBLEMS} more")


def _line(label: str, text: str) -> str:
    return f"  {label:<{LABEL_WIDTH}}{text}"


def _table(analyses: Sequence[Analysis]) -> Iterator[str]:
    labels = [wording.short_name(label, MOST_LETTERS) for label in labels_of(analyses)]
    rows = [COLUMNS, *(_table_row(label, analysis) for label, analysis in zip(labels, analyses, strict=True))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    for label, analysis in zip(labels, analyses, strict=True):
        if analysis.run.problems:
            yield f"\n{label}"
            yield from _problems(analysis.run)


def _table_row(label: str, analysis: Analysis) -> tuple[str, ...]:
    train, evaluation = analysis.train, analysis.eval
    return (
        label,
        analysis.state.word,
        _progress(analysis.progress) or "-",
        wording.count(analysis.run.rows.count),
        wording.loss(train.final) if train else "-",
        wording.loss(train.best) if train else "-",
        wording.loss(evaluation.final) if evaluation else "-",
        wording.loss(evaluation.best) if evaluation else "-",
    )
