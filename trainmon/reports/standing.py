"""How a run stands at this moment, in words: the guide's live screen for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.figures import whole
from trainmon.analysis.recent import Recent, recent
from trainmon.runs.counted import any_finite

Figure = tuple[str, str, str]  # label, value, and what stands below
GOES_ON = ("running", "silent")
BROKEN_OFF = ("failed", "interrupted")


def verdict_words(analysis: Analysis) -> str:
    """Return whether the run is all right in one line: why it looks healthy, the headline finding, or how it broke off."""
    diagnosis, state = analysis.diagnosis, analysis.state
    if state.word in BROKEN_OFF:
        return lead(analysis)
    if diagnosis.verdict != "healthy":
        return wording.verdict_line(diagnosis)
    grades = {grade.name: grade.grade or "" for grade in analysis.grades}
    fell, values = (analysis.smoothed.fall.percent, analysis.smoothed.values) if analysis.smoothed else (None, 0)
    validation, memory = grades.get("Validation vs train", ""), grades.get("Memory stable", "")
    return wording.healthy(fell, values, validation, memory, goes_on=state.word in GOES_ON)


def lead(analysis: Analysis) -> str:
    """Return what to know first as a sentence: how the run broke off where it did, else the verdict."""
    state, short = analysis.state, wording.short_verdict(analysis.diagnosis)
    if state.word not in BROKEN_OFF:
        return short
    record = analysis.run.attempts[-1].record if analysis.run.attempts else None
    return wording.broken_off(state.word, record.reason if record else None, short)


def progress_words(analysis: Analysis) -> str:
    """Return how far it is and when it ends, what would tell, or that it is over."""
    done = analysis.progress
    if done.fraction is None:
        return without_fraction(analysis)
    by_epoch = done.counted == "epoch"
    at = (done.epoch_count, done.total_epochs) if by_epoch else (done.global_step, done.total_steps)
    return wording.how_far(done.fraction, at, done.counted, *_forecast(analysis, done.fraction))


def without_fraction(analysis: Analysis) -> str:
    """Return what would tell how far a run is, or how far it came where it is over: a plan is of no use to it any more."""
    done, state = analysis.progress, analysis.state
    if not state.over:
        return done.why_unknown
    place = whole(done.epoch) if done.counted == "epoch" and done.epoch is not None else done.step
    return wording.over_without_plan(state.word, place, done.global_step, done.counted)


def _forecast(analysis: Analysis, fraction: float) -> Iterator[str]:
    eta, state, slower = analysis.eta, analysis.state, analysis.timing.slower_than_before
    past = bool(state.place)
    if eta is not None and state.word == "running":
        yield wording.ends_about((eta.seconds, eta.low, eta.high), analysis.moment, past=past)
    if slower is not None and state.word == "running":
        yield wording.slower_than_before(slower, past=past)
    if fraction < 1 and state.word == "silent":
        yield wording.SILENT_NO_FORECAST
    elif fraction < 1 and state.word == "running" and eta is None:
        timed = any_finite(analysis.run.rows.time) or analysis.timing.elapsed is not None
        yield wording.NO_FORECAST_YET if timed else wording.NO_TIMES_NO_FORECAST


def figures(analysis: Analysis) -> list[Figure]:
    """Return the guide's figures, in its order."""
    done, timing, train, validation = analysis.progress, analysis.timing, analysis.train, analysis.eval
    available, least = (analysis.memory.latest, analysis.memory.lowest) if analysis.memory else (None, None)
    return [
        ("Epoch", wording.epochs_done(done.epoch_count, done.total_epochs), wording.logged_as(done.epoch)),
        *_step(analysis),
        ("Elapsed", wording.duration(timing.elapsed), wording.started(timing.started, analysis.moment)),
        _loss(analysis),
        (
            "Best loss",
            wording.loss(train.best if train else None),
            train.at_best if train else "",
        ),
        (
            "Validation",
            wording.loss(validation.final) if validation else wording.NO_VALIDATION,
            wording.best_value(validation.best, validation.at_best) if validation else "",
        ),
        ("Memory available", wording.memory(available), wording.lowest_memory(least)),
        _speed(analysis),
    ]


def _step(analysis: Analysis) -> Iterator[Figure]:
    """Yield the step, or the row of a log that counts nothing else; one that counts epochs alone has no further position."""
    done = analysis.progress
    if done.counted != "epoch":
        below = wording.global_position(done.global_step, done.total_steps, done.counted)
        yield done.counted.capitalize(), wording.count(done.step), below


def best_checkpoint(analysis: Analysis) -> Mapping[str, str]:
    """Return the best checkpoint and the models on disk, by name."""
    best, raw, saved = analysis.best, analysis.raw_best, analysis.saved
    said: dict[str, str] = {}
    if best is not None:
        said["Loss"] = f"{wording.loss(best.value)} ({best.by})"
        said["At"] = best.place
        said["On disk"] = best.on_disk.name if best.on_disk else wording.NOT_SAVED
        if raw is not None and raw.row != best.row:
            said["Lowest logged"] = f"{wording.loss(raw.value)} at {raw.place}"
    if saved is not None:
        said["Saved models"] = wording.saved_models(saved.count, saved.usual_gap, saved.counted)
        said["Newest"] = saved.newest.name
        if saved.best is not None and (best is None or best.on_disk is None):
            said["Best of them"] = wording.best_saved(saved)
    return said


def loss_statistics(analysis: Analysis) -> Mapping[str, str]:
    """Return what the train loss did so far, by name; empty where none was logged."""
    train, fell, validation = analysis.train, analysis.improvement, analysis.eval
    if train is None:
        return {}
    said = {wording.with_values(train.counted): wording.count(train.count), "Range": wording.loss_range(train.best, train.worst)}
    if fell is not None:
        grade = next((each.grade for each in analysis.grades if each.name == "Loss improvement"), None)
        improved = wording.without_not_finite(wording.improvement(fell.absolute, fell.percent), train.non_finite)
        said["Improvement"] = wording.graded(improved, grade)
    if train.non_finite:
        said["Not finite"] = wording.not_finite_values(train.non_finite, train.count + train.non_finite)
    if validation is not None:
        said["Validations"] = wording.validations(validation.count, validation.best, validation.at_best)
    return said


def _loss(analysis: Analysis) -> Figure:
    train = analysis.train
    seen = recent(analysis.stretch) if analysis.stretch else Recent()
    if seen.not_finite:
        since = wording.not_finite_since(seen.since, train.final if train else None, analysis.progress.counted)
        return "Loss", wording.NOT_FINITE, since
    if train is not None and train.never_filled:
        return "Loss", wording.NEVER_FILLED, ""
    below = wording.loss_change(seen.change, seen.rows) or (train.at_final if train else "")
    return "Loss", wording.loss(train.final if train else None), below


def _speed(analysis: Analysis) -> Figure:
    """Return the speed with its unit in the label: a card has no room for both on a phone."""
    timing, rate = analysis.timing, wording.rate_line(analysis.learning_rate)
    steps, samples = (
        wording.speed(timing.steps_per_second, analysis.progress.counted),
        wording.throughput(timing.samples_per_second),
    )
    value, below = (steps, rate) if samples == wording.NOT_LOGGED else (samples, wording.side_by_side(steps, rate))
    if value == wording.NOT_LOGGED:
        return "Speed", value, ""
    amount, _, unit = value.partition(" ")
    return f"Speed, {unit}", amount, below.removeprefix(f"{wording.NOT_LOGGED} · ")
