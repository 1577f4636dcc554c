"""How a run stands at this moment, in words: the guide's live screen for a page."""

from __future__ import annotations

from collections.abc import Mapping

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.recent import Recent, recent

Figure = tuple[str, str, str]  # label, value, and what stands below
GOES_ON = ("running", "silent")
BROKEN_OFF = ("failed", "interrupted")


def verdict_words(analysis: Analysis) -> str:
    """Return whether the run is all right in one line: why it looks healthy, the headline finding, or how it broke off."""
    diagnosis, state = analysis.diagnosis, analysis.state
    if state.word in BROKEN_OFF:
        record = analysis.run.attempts[-1].record if analysis.run.attempts else None
        return wording.broken_off(state.word, record.reason if record else None, wording.short_verdict(diagnosis))
    if diagnosis.verdict != "healthy":
        return wording.verdict_line(diagnosis)
    grades = {grade.name: grade.grade or "" for grade in analysis.grades}
    fell = analysis.improvement.percent if analysis.improvement else None
    validation, memory = grades.get("Validation vs train", ""), grades.get("Memory stable", "")
    return wording.healthy(fell, validation, memory, goes_on=state.word in GOES_ON)


def progress_words(analysis: Analysis) -> str:
    """Return how far it is and when it ends, or what would tell."""
    done, eta, state = analysis.progress, analysis.eta, analysis.state.word
    if done.fraction is None:
        return done.why_unknown
    left = (eta.seconds, eta.low, eta.high) if eta and state == "running" else None
    position = (done.global_step, done.total_steps)
    return wording.how_far(done.fraction, position, left, analysis.timing.slower_than_before, analysis.now, state)


def figures(analysis: Analysis) -> list[Figure]:
    """Return the guide's figures, in its order."""
    done, timing, train, validation = analysis.progress, analysis.timing, analysis.train, analysis.eval
    available, least = (analysis.memory.latest, analysis.memory.lowest) if analysis.memory else (None, None)
    return [
        ("Epoch", wording.epochs_done(done.epoch_count, done.total_epochs), wording.logged_as(done.epoch)),
        ("Step", wording.count(done.step), wording.global_position(done.global_step, done.total_steps)),
        ("Elapsed", wording.duration(timing.elapsed), wording.started(timing.started, analysis.now)),
        _loss(analysis),
        ("Best loss", wording.loss(train.best if train else None), wording.at_step(train.best_step if train else None)),
        (
            "Validation",
            wording.loss(validation.final) if validation else wording.NO_VALIDATION,
            wording.best_value(validation.best, validation.best_step) if validation else "",
        ),
        ("Memory available", wording.memory(available), wording.lowest_memory(least)),
        _speed(analysis),
    ]


def best_checkpoint(analysis: Analysis) -> Mapping[str, str]:
    """Return the best checkpoint and the models on disk, by name."""
    best, raw, saved = analysis.best, analysis.raw_best, analysis.saved
    said: dict[str, str] = {}
    if best is not None:
        said["Loss"] = f"{wording.loss(best.value)} ({best.by})"
        said["At"] = wording.position(best.epoch, best.step)
        said["On disk"] = best.on_disk.name if best.on_disk else wording.NOT_SAVED
        if raw is not None and raw.row != best.row:
            said["Lowest logged"] = f"{wording.loss(raw.value)} at {wording.position(raw.epoch, raw.step)}"
    if saved is not None:
        said["Saved models"] = wording.saved_models(saved.count, saved.usual_gap)
        said["Newest"] = saved.newest.name
        if saved.best is not None and (best is None or best.on_disk is None):
            said["Best of them"] = wording.best_saved(saved)
    return said


def loss_statistics(analysis: Analysis) -> Mapping[str, str]:
    """Return what the train loss did so far, by name; empty where none was logged."""
    train, fell, validation = analysis.train, analysis.improvement, analysis.eval
    if train is None:
        return {}
    said = {"Steps with data": wording.count(train.count), "Range": wording.loss_range(train.best, train.worst)}
    if fell is not None:
        grade = next((each.grade for each in analysis.grades if each.name == "Loss improvement"), None)
        said["Improvement"] = wording.graded(wording.improvement(fell.absolute, fell.percent), grade)
    if train.non_finite:
        said["Not finite"] = wording.not_finite_values(train.non_finite, train.count + train.non_finite)
    if validation is not None:
        said["Validations"] = wording.validations(validation.count, validation.best, validation.best_step)
    return said


def _loss(analysis: Analysis) -> Figure:
    train = analysis.train
    seen = recent(analysis.stretch) if analysis.stretch else Recent()
    if seen.not_finite:
        return "Loss", wording.NOT_FINITE, wording.not_finite_since(seen.since, train.final if train else None)
    if train is not None and train.never_filled:
        return "Loss", wording.NEVER_FILLED, ""
    below = wording.loss_change(seen.change, seen.rows) or wording.at_step(train.final_step if train else None)
    return "Loss", wording.loss(train.final if train else None), below


def _speed(analysis: Analysis) -> Figure:
    """Return the speed with its unit in the label: a card has no room for both on a phone."""
    timing, rate = analysis.timing, wording.rate_line(analysis.learning_rate)
    steps, samples = wording.speed(timing.steps_per_second), wording.throughput(timing.samples_per_second)
    value, below = (steps, rate) if samples == wording.NOT_LOGGED else (samples, wording.side_by_side(steps, rate))
    if value == wording.NOT_LOGGED:
        return "Speed", value, ""
    amount, _, unit = value.partition(" ")
    return f"Speed, {unit}", amount, below.removeprefix(f"{wording.NOT_LOGGED} · ")
