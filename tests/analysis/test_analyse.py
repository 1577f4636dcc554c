"""The one value that every view takes: figures, best point, progress, forecast, grades."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.logs import HEADER, epoch_row, run_of, train, write_log
from tests.real_data import COACH, needs_real_logs
from tests.rows import falling
from trainmon.analysis import Analysis, analyse
from trainmon.errors import UnknownRunError
from trainmon.runs.memo import Memo
from trainmon.runs.opening import open_run
from trainmon.runs.run import Run
from trainmon.wording import finding_words

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def analysed(run: Run, after: float = 0.0) -> Analysis:
    return analyse(run, now=START + after)


def with_config(directory: Path, **config: object) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "training_summary.json").write_text(json.dumps({"training_config": config}))
    return directory


@needs_real_logs
def test_the_original_systems_run_is_judged_by_its_second_training() -> None:
    analysis = analyse(open_run(COACH), now=START)
    train_loss, evaluation = analysis.train, analysis.eval
    assert train_loss is not None
    assert evaluation is not None
    assert [attempt.start for attempt in analysis.run.attempts] == [0, 303, 606, 609]
    assert (analysis.chain, analysis.run.rows.count) == (analysis.run.chains[1], 612)
    assert (train_loss.count, train_loss.first, train_loss.final) == (300, 5.543410077326832, 1.0028308164208954)
    assert (train_loss.best, train_loss.best_step, train_loss.best_global_step) == (0.8977861075833811, 94, 294)
    assert (evaluation.count, evaluation.best, evaluation.final) == (33, 1.0397878665414593, 1.5305960171024653)
    assert analysis.checkpoints == ()  # written days before the first row


@needs_real_logs
def test_a_loss_column_that_was_never_filled_has_no_best_and_says_so() -> None:
    newest = analyse(open_run(COACH), now=START, which="newest")
    assert newest.train is not None
    assert (newest.train.count, newest.train.final, newest.train.best) == (3, 0.0, None)
    assert (newest.best, newest.raw_best, newest.improvement) == (None, None, None)
    assert [finding_words(each).title for each in newest.diagnosis.findings] == [
        "loss is 0 on all 3 rows: it was not logged, or every label is masked"
    ]


def test_a_run_without_rows_has_no_figures_and_raises_nothing(tmp_path: Path) -> None:
    analysis = analysed(run_of(tmp_path, []))
    assert (analysis.train, analysis.eval, analysis.best, analysis.memory, analysis.eta) == (None,) * 5
    assert (analysis.stretch, analysis.progress.fraction) == (None, None)


def test_non_finite_values_are_counted_and_never_best_or_final(tmp_path: Path) -> None:
    analysis = analysed(run_of(tmp_path, [train(0, s, loss) for s, loss in enumerate([2.0, "nan", 1.0, "-inf", "inf"])]))
    assert analysis.train is not None
    assert (analysis.train.best, analysis.train.final, analysis.train.non_finite) == (1.0, 1.0, 3)
    assert analysis.non_finite == 3


def test_epoch_rows_serve_as_train_loss_where_no_step_was_logged(tmp_path: Path) -> None:
    analysis = analysed(run_of(tmp_path, [epoch_row(epoch, 3.0 - epoch, 4.0 - epoch) for epoch in range(3)]))
    assert analysis.train is not None
    assert (analysis.train.count, analysis.train.best) == (3, 1.0)
    assert analysis.best is not None
    assert (analysis.best.by, analysis.best.value, analysis.best.epoch) == ("validation loss", 2.0, 2.0)


def test_the_best_point_is_by_smoothed_train_loss_below_two_validations_with_the_raw_one_beside_it(tmp_path: Path) -> None:
    losses = [3.0, 2.5, 2.0, 0.5, 2.0, 1.5, 1.2, 1.1, 1.0, 1.0]
    analysis = analysed(run_of(tmp_path, [train(0, step, loss) for step, loss in enumerate(losses)]))
    assert analysis.best is not None
    assert analysis.raw_best is not None
    assert (analysis.best.by, analysis.best.step) == ("smoothed train loss", 9)
    assert (analysis.raw_best.value, analysis.raw_best.step) == (0.5, 3)


def test_the_saved_model_of_the_best_point_is_named(tmp_path: Path) -> None:
    rows = [train(0, step, 3.0 - step, at=step) for step in range(3)]
    directory = write_log(tmp_path, rows)
    (directory / "checkpoint_epoch0_step2").mkdir()
    info = {"timestamp": "2026-01-01T00:00:02+00:00", "loss": 0}
    (directory / "checkpoint_epoch0_step2" / "checkpoint_info.json").write_text(json.dumps(info))
    best = analysed(open_run(directory)).raw_best
    assert best is not None
    assert best.on_disk is not None
    assert best.on_disk.name == "checkpoint_epoch0_step2"


def test_progress_counts_epochs_from_one_and_needs_a_finished_epoch_for_a_fraction(tmp_path: Path) -> None:
    with_config(tmp_path, num_epochs=4)
    first = [train(0, step, at=step) for step in range(1, 11)]
    progress = analysed(run_of(tmp_path, first)).progress
    assert (progress.epoch, progress.epoch_count, progress.total_epochs, progress.fraction) == (0, 1, 4, None)
    assert "first one is finished" in progress.why_unknown
    second = [*first, epoch_row(0, at=10), *(train(1, step, at=10 + step) for step in range(1, 6))]
    progress = analysed(run_of(tmp_path, second)).progress
    assert (progress.epoch_count, progress.global_step, progress.total_steps, progress.fraction) == (2, 15, 40, 0.375)


def test_without_a_plan_the_progress_says_what_would_give_one(tmp_path: Path) -> None:
    progress = analysed(run_of(tmp_path, [train(0, 1)])).progress
    assert progress.fraction is None
    assert "total_steps" in progress.why_unknown


def test_the_time_left_counts_from_now_and_has_a_range(tmp_path: Path) -> None:
    with_config(tmp_path, max_steps=100)
    run = run_of(tmp_path, [train(0, step, at=10 * step) for step in range(1, 51)])
    eta = analysed(run, 500 + 5).eta
    assert eta is not None
    assert eta.low <= eta.seconds <= eta.high
    assert eta.seconds == pytest.approx(495)
    assert analysed(run, 500 + 90_000).eta is None


def test_available_memory_of_zero_is_not_logged(tmp_path: Path) -> None:
    rows = [f",0,{step},train,1,,,{memory}," for step, memory in enumerate((8000, 0, "", 6500, 7000))]
    memory = analysed(run_of(tmp_path, rows)).memory
    assert memory is not None
    assert (memory.latest, memory.lowest, memory.lowest_global_step, memory.count) == (7000, 6500, 3, 3)
    assert memory.ever_above_5gb


def test_further_metrics_are_series_of_their_own(tmp_path: Path) -> None:
    rows = [f",0,{step},train,1,,,,,{step / 10},x" for step in range(4)]
    analysis = analysed(run_of(tmp_path, rows, f"{HEADER},grad_norm,note"))
    assert analysis.stretch is not None
    assert analysis.stretch.metrics() == ["loss", "grad_norm"]
    assert analysis.stretch.series("grad_norm").values.tolist() == [0, 0.1, 0.2, 0.3]


def test_one_attempt_may_be_looked_at_alone(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(1, 1, 3.0), train(1, 2, 2.0), train(0, 1, 9.0)])
    second = analyse(run, now=START, attempt=2)
    assert second.train is not None
    assert (second.train.count, second.train.first) == (1, 9.0)
    assert second.stretch is not None
    assert second.stretch.label == "attempt 2 of 2"
    with pytest.raises(UnknownRunError, match="has no attempt 3; it has 2"):
        analyse(run, now=START, attempt=3)


def test_a_second_look_at_the_same_rows_measures_nothing_again(tmp_path: Path) -> None:
    run, memo = run_of(tmp_path, [train(0, 1)]), Memo()
    first, second = (analyse(run, now=START + seconds, memo=memo) for seconds in (1, 2))
    assert second.stretch is first.stretch
    assert second.now == first.now + 1


def test_a_look_at_the_first_rows_leaves_what_is_remembered_of_all_alone(tmp_path: Path) -> None:
    run, memo = run_of(tmp_path, [train(0, 1, 3.0), train(0, 2, 2.0), train(0, 3, 1.0)]), Memo()
    whole = analyse(run, now=START, memo=memo)
    pinned = analyse(run, now=START, until=2, memo=memo)
    assert pinned.train is not None
    assert (pinned.train.final, pinned.until) == (2.0, 2)
    assert analyse(run, now=START, until=2, memo=memo).stretch is pinned.stretch
    assert analyse(run, now=START, memo=memo).train is whole.train


def test_the_first_rows_alone_are_the_run_as_it_was(tmp_path: Path) -> None:
    run = run_of(tmp_path, [train(1, 1, 3.0), train(1, 2, 2.0), train(0, 1, 9.0)])
    pinned = analyse(run, now=START, until=2)
    assert (len(pinned.run.attempts), pinned.run.rows.count, pinned.until) == (1, 2, 2)


def test_the_four_key_metrics_are_graded(tmp_path: Path) -> None:
    rows = [f",0,{step},train,{4.0 - 0.1 * step},{4.2 - 0.1 * step},,{8000 - 100 * step},,150" for step in range(30)]
    grades = {g.name: g.grade for g in analysed(run_of(tmp_path, rows, f"{HEADER},samples_per_second")).grades}
    assert grades == {
        "Loss improvement": "good",
        "Validation vs train": "good",
        "Samples per second": "good",
        "Memory stable": "bad",
    }


def test_a_loss_that_ends_as_nan_is_graded_neither_by_what_it_was_nor_against_its_validation(tmp_path: Path) -> None:
    rows = [train(0, step, 4.0 - step / 10) for step in range(30)]
    rows += [epoch_row(0, 1.0, 1.1), *(train(1, step, "nan") for step in range(5))]
    grades = {grade.name: grade for grade in analysed(run_of(tmp_path, rows)).grades}
    for name in ("Loss improvement", "Validation vs train"):
        assert (grades[name].value, grades[name].grade) == ("not finite", None)
        assert grades[name].why == "the train loss ends with 5 not finite values"


def test_what_a_finding_says_is_no_notice_as_well(tmp_path: Path) -> None:
    broken = run_of(tmp_path / "nan", [train(0, step, 3 - step / 50 if step < 40 else "nan") for step in range(60)])
    empty = run_of(tmp_path / "zero", [train(0, step, 0.0) for step in range(60)])
    for run in (broken, empty):
        analysis = analysed(run)
        assert analysis.diagnosis.headline is not None
        assert analysis.notices == ()
    unchecked = analysed(replace(broken, diagnosis_settings={"off": ["non_finite"]}))
    assert unchecked.notices == ("loss has 20 values that are not finite (nan or infinite).",)


def test_a_best_point_at_an_epochs_end_has_the_step_before_it(tmp_path: Path) -> None:
    rows = [row for epoch in range(2) for row in (train(epoch, 7), epoch_row(epoch, 1.0, 3.0 - epoch))]
    best = analysed(run_of(tmp_path, rows)).best
    assert best is not None
    assert (best.value, best.epoch, best.step, best.global_step) == (2.0, 1.0, 7, 14)


def test_a_model_saved_right_after_the_best_validation_stands_for_it(tmp_path: Path) -> None:
    rows = []
    for epoch in range(4):
        rows += [train(epoch, step, 3.0 - epoch, at=100 * epoch + step) for step in range(0, 100, 10)]
        rows.append(epoch_row(epoch, 2.0 - epoch / 10, 2.0 - epoch / 10, at=100 * epoch + 99))
        saved = tmp_path / f"checkpoint_epoch{epoch}_step99"
        saved.mkdir()
        moment = datetime.fromtimestamp(START + 100 * epoch + 99, UTC).isoformat()
        (saved / "checkpoint_info.json").write_text(json.dumps({"timestamp": moment}))
    best = analysed(run_of(tmp_path, rows)).best
    assert best is not None
    assert best.on_disk is not None
    assert (best.step, best.on_disk.name) == (90, "checkpoint_epoch3_step99")


def test_a_look_at_the_past_of_a_run_that_was_begun_anew_is_one_of_the_earlier_training_too(tmp_path: Path) -> None:
    run = open_run(write_log(tmp_path / "run", [*falling(20), *falling(15)]))
    pinned = analyse(run, now=START, until=23)
    assert pinned.chain is not pinned.run.newest_chain
    assert pinned.state.place == pinned.run_state.place != ""
    assert pinned.state.evidence.startswith("its end was not recorded; another training began here")
    assert analyse(run, now=START, which=1).state.place == ""
