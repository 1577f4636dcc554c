"""What a report says of a run, as tables of words: the same in HTML, in Markdown, on the dashboard and on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.memory_words import memory_trend
from trainmon.analysis.recent import Recent, recent
from trainmon.analysis.story import story_of
from trainmon.charts.loss import point_words
from trainmon.comparison.configuration import Settings, settings_of
from trainmon.comparison.metrics import Metric, better_high, figures_of
from trainmon.reports.usual_settings import told_and_usual
from trainmon.runs.run import AttemptRecord

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A titled table of words; without a `head` it holds names and their values. `note` stands where it has no rows.

    `folded` rows are for those who ask for them: a form that cannot fold says how many there are. A `hint` stands below the rows.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()
    note: str = ""
    folded: Pairs = ()
    hint: str = ""

    def pairs(self) -> dict[str, str]:
        """Return names and their values, of a table without a head."""
        return {name: value for name, value in self.rows}  # noqa: C416 - as a dict of pairs, whatever the rows' length


def sections(analysis: Analysis) -> tuple[Table, ...]:
    """Return the guide's figures: timing, iterations, loss metrics, best checkpoint."""
    return (
        Table("Timing", _timing(analysis)),
        Table("Iterations", _iterations(analysis)),
        Table("Loss metrics", _losses(analysis)),
        Table("Best checkpoint", _best(analysis)),
    )


def further_metrics(analysis: Analysis) -> Table:
    """Return first, last and best value of each metric that has no place of its own in the report."""
    head = ("Metric", "First", "Last", "Best")
    return Table("Further metrics", tuple(_further(analysis, name) for name in _further_names(analysis)), head)


def _further_names(analysis: Analysis) -> list[str]:
    stretch = analysis.stretch
    if stretch is None:
        return []
    elsewhere = {name for role, name in stretch.run.rows.roles.items() if role != "grad_norm"}
    return [name for name in stretch.metrics() if name not in elsewhere]


def _further(analysis: Analysis, name: str) -> tuple[str, str, str, str]:
    high = better_high(name)
    found = figures_of(analysis, Metric(name, better_high=high))
    if found is None:
        return name, wording.NOT_FINITE, wording.NOT_FINITE, wording.NOT_FINITE
    best = wording.best_of(found.best, found.at_best)
    if high is None or found.best is None:
        best = wording.lowest_and_highest(*sorted((found.worst, found.best if found.best is not None else found.worst)))
    return name, wording.number(found.first), wording.number(found.final), best


def key_metrics(analysis: Analysis) -> Table:
    """Return the guide's four key metrics with their grades."""
    rows = tuple((grade.name, grade.value, grade.grade or "not graded", grade.why) for grade in analysis.grades)
    return Table("Key metrics", rows, ("Metric", "Value", "Grade", "Why"))


def findings(analysis: Analysis) -> Table:
    """Return what is worth knowing about the training, with what to try and why it might be a false alarm."""
    story = story_of(analysis)
    said = [(each.severity, wording.finding_words(each), story.of(each)) for each in analysis.diagnosis.findings]
    rows = tuple(
        (severity, wording.side_by_side(words.title, wording.known_since(told)), "; ".join(words.advice), words.caveat)
        for severity, words, told in said
    )
    head = ("Severity", "Finding", "What to try", "Why it might be a false alarm")
    return Table("Findings", rows, head, wording.verdict_line(analysis.diagnosis))


def configuration(analysis: Analysis) -> Table:
    """Return the configuration of the training that the report is about, nested names joined by dots, the usual folded."""
    told, usual = (_pairs(each) for each in told_and_usual(settings_of(analysis)))
    return Table("Configuration", told, note=wording.no_configuration(analysis.run.origin), folded=usual)


def attempts(analysis: Analysis) -> Table:
    """Return where each attempt begins and how it ended; without rows where there is only one."""
    run = analysis.run
    rows = tuple(
        (
            str(one.number),
            wording.row_range(one.start, one.stop),
            wording.attempt_kind(one.resumed),
            wording.moment(run.rows.time[one.start]),
            wording.moment(run.rows.time[one.stop - 1]),
            (one.record.end or "" if one.record else "") or wording.NOT_RECORDED,
        )
        for one in run.attempts
    )
    head = ("Attempt", "Rows", "Began as", "First row", "Last row", "End")
    return Table("Attempts", rows if len(rows) > 1 else (), head)


def environment(analysis: Analysis) -> Table:
    """Return what the training ran on, as its newest attempt recorded it."""
    recorded = [one.record for one in (analysis.stretch.attempts if analysis.stretch else ()) if one.record is not None]
    rows = _environment(recorded[-1]) if recorded else ()
    return Table("Environment", rows, note=wording.no_environment(analysis.run.origin))


def problems(analysis: Analysis) -> Table:
    """Return what was wrong with the run's files."""
    rows = tuple((wording.problem_line(each.file, each.line, each.reason),) for each in analysis.run.problems)
    return Table("Problems met while reading", rows)


def summary(analysis: Analysis) -> Pairs:
    """Return the figures that sum the training up, for a place that has room for a dozen lines."""
    train, validation, best, overall = analysis.train, analysis.eval, analysis.best, analysis.timing.overall
    fell = analysis.improvement if train is not None and not train.non_finite else None
    pairs = (
        ("Total time", wording.duration(analysis.timing.elapsed)),
        ("Epochs", wording.epochs_done(analysis.progress.epoch_count, analysis.progress.total_epochs)),
        *_total_steps(analysis),
        ("Samples per second", wording.throughput(overall.value if overall else None)),
        ("Best train loss", wording.loss(train.best if train else None)),
        ("Final train loss", final_loss(analysis, "train_loss")),
        ("Loss improvement", wording.percent(fell.percent if fell else None)),
        ("Best validation loss", wording.loss(validation.best if validation else None)),
        ("Final validation loss", final_loss(analysis, "eval_loss")),
        ("Best checkpoint", best.place if best else wording.NOT_LOGGED),
        ("Lowest memory", wording.memory(analysis.memory.lowest if analysis.memory else None)),
        ("Memory trend", memory_trend(analysis.memory) if analysis.memory else wording.NOT_LOGGED),
        ("Learning rate", wording.learning_rate(analysis.learning_rate)),
    )
    return tuple(pair for pair in pairs if pair[1] != wording.NOT_LOGGED)


def final_loss(analysis: Analysis, role: Literal["train_loss", "eval_loss"], nothing: str = wording.NOT_LOGGED) -> str:
    """Return the last value of a loss, or since when it is none and what it was before; `nothing` where it was not logged."""
    found = analysis.train if role == "train_loss" else analysis.eval
    seen = recent(analysis.stretch, role) if analysis.stretch is not None else Recent()
    if seen.not_finite:
        return wording.not_finite_any_more(seen.since, found.final if found else None, analysis.progress.counted)
    return wording.loss(found.final) if found is not None else nothing


def samples_per_second(analysis: Analysis) -> str:
    """Return the speed of the whole training, and what it was taken from."""
    overall = analysis.timing.overall
    return wording.speed_of(wording.throughput(overall.value), overall.source) if overall is not None else wording.NOT_LOGGED


def steps_taken(analysis: Analysis) -> tuple[int | None, int]:
    """Return how many steps the training took (None = no steps are known), and how many of them were logged."""
    logged = analysis.train.count + analysis.train.non_finite if analysis.train else 0
    progress, plan = analysis.progress, analysis.run.plan
    if plan.total_steps and progress.fraction is not None and progress.fraction >= 1:
        return plan.total_steps, logged
    series = analysis.stretch.by_role("train_loss") if analysis.stretch else None
    reached = progress.global_step
    if series is None or reached is None:
        return reached, logged
    return max(reached, logged) if reached - logged <= 1 else reached, logged  # steps that count from 0 end one lower


def total_steps(analysis: Analysis) -> str:
    """Return the steps taken, and how many rows stand for them where not each was logged."""
    taken, logged = steps_taken(analysis)
    if taken is None:
        return wording.count(logged or None)
    return wording.steps_logged(taken, logged) if taken > logged else wording.count(taken)


def _total_steps(analysis: Analysis) -> Pairs:
    """Return the steps taken, or the rows of a log that counts nothing else; the epochs have their own line."""
    counted = analysis.progress.counted
    return ((wording.total_of(counted), total_steps(analysis)),) if counted != "epoch" else ()


def _pairs(settings: Settings) -> Pairs:
    return tuple((name, wording.setting(value)) for name, value in settings.items())


def _timing(analysis: Analysis) -> Pairs:
    timing = analysis.timing
    return (
        ("Total time", wording.duration(timing.elapsed)),
        ("Started", wording.clock(timing.started)),
        ("Last row", wording.clock(timing.last_row)),
        ("Samples per second", samples_per_second(analysis)),
        (wording.speed_name(analysis.progress.counted), wording.speed(timing.steps_per_second, analysis.progress.counted)),
    )


def _iterations(analysis: Analysis) -> Pairs:
    return (
        *_total_steps(analysis),
        ("Total epochs", wording.epochs_done(analysis.progress.epoch_count, analysis.progress.total_epochs)),
        ("Total samples", wording.count(analysis.total_samples)),
        ("Rows", wording.count(analysis.chain.row_count if analysis.chain else None)),
    )


def _losses(analysis: Analysis) -> Pairs:
    train, validation, fell = analysis.train, analysis.eval, analysis.improvement
    improved = wording.improvement(fell.absolute if fell else None, fell.percent if fell else None)
    return (
        ("Best train loss", wording.loss(train.best if train else None)),
        ("Final train loss", final_loss(analysis, "train_loss")),
        ("Loss improvement", wording.without_not_finite(improved, train.non_finite if train and fell else 0)),
        ("Best validation loss", wording.loss(validation.best) if validation else wording.NO_VALIDATION),
        ("Final validation loss", final_loss(analysis, "eval_loss", wording.NO_VALIDATION)),
    )


def _best(analysis: Analysis) -> Pairs:
    best, raw = analysis.best, analysis.raw_best
    if best is None:
        return (("Best checkpoint", wording.NOT_LOGGED),)
    lowest = point_words(raw) if raw else wording.NOT_LOGGED
    return (
        ("Epoch", wording.number(best.epoch)),
        *(((best.counted.capitalize(), wording.steps(best.step, best.global_step)),) if best.counted != "epoch" else ()),
        ("Loss", f"{wording.loss(best.value)} ({best.by})"),
        ("Lowest logged", lowest),
        ("On disk", wording.on_disk(best.on_disk.name if best.on_disk else None)),
    )


def _environment(record: AttemptRecord) -> Pairs:
    found, git = record.environment, record.environment.get("git")
    commit = wording.commit(str(git.get("commit") or ""), bool(git.get("dirty"))) if isinstance(git, dict) else ""
    packages = found.get("packages")
    versions = [f"{name} {version}" for name, version in packages.items()] if isinstance(packages, dict) else []
    pairs = (
        ("Host", record.host or ""),
        ("Python", str(found.get("python") or "")),
        ("Packages", ", ".join(versions)),
        ("Memory", wording.memory(record.memory_mb) if record.memory_mb else ""),
        ("GPU", str(found.get("gpu") or "")),
        ("Code", commit),
    )
    return tuple(pair for pair in pairs if pair[1])
