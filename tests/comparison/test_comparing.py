"""Runs side by side: deltas, the last place that all reached, groups of seeds, noise, and what is said of all this."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.comparison.runs import falling, made
from tests.logs import epoch_row, run_of, train, write_log
from tests.tool_logs import keras_log, lightning_log, rows_log, yolo_log
from trainmon.analysis import analyse
from trainmon.comparison import compare
from trainmon.errors import UsageError
from trainmon.runs.opening import open_run


def test_the_better_run_is_named_with_its_lead_and_what_differs(tmp_path: Path) -> None:
    first = made(tmp_path / "a", falling(1.0, seed=1), {"lr": 1e-4, "lora": {"r": 8, "alpha": 16}, "seed": 1})
    second = made(tmp_path / "b", falling(0.5, seed=2), {"lr": 1e-4, "lora": {"r": 16, "alpha": 16}})
    found = compare([first, second])
    assert found.metric == "train loss"
    assert found.sentence.startswith("b beats a by 49.")
    assert found.sentence.endswith("% in train loss at step 199 (beyond the noise); they differ in lora.r and seed.")
    assert found.remarks[0].endswith("one run each, so seeds were not compared, and another seed may change more.")
    assert found.entries[1].delta == pytest.approx((found.entries[1].best or 0) - (found.entries[0].best or 0))
    assert (found.differences, found.same_config_keys) == ({"lora.r": (8, 16), "seed": (1, None)}, 2)


def test_a_difference_within_the_noise_is_too_close_to_call(tmp_path: Path) -> None:
    found = compare([made(tmp_path / name, falling(1.0, seed=seed)) for seed, name in enumerate("ab")])
    assert found.sentence.startswith("Too close to call: ")
    side = found.sides[1].to_baseline
    assert side is not None
    assert (side.verdict, side.basis) == ("close", "scatter")


def test_with_one_validation_nothing_is_said_about_noise(tmp_path: Path) -> None:
    runs = [run_of(tmp_path / name, [train(0, 0), epoch_row(0, 1, value)]) for name, value in (("a", 1), ("b", 2))]
    found = compare(runs)
    assert found.sentence == (
        "a is 50.0 % ahead of b in validation loss at step 0, but whether that is more than noise cannot be said."
    )
    assert found.remarks[0].startswith("Noise cannot be judged: that takes three values or more of each run")


def test_validation_decides_where_all_have_it(tmp_path: Path) -> None:
    first = run_of(tmp_path / "a", [",0,0,train,1,3,,,", ",0,1,train,1,2,,,"])
    second = run_of(tmp_path / "b", [",0,0,train,1,3,,,", ",0,1,train,1,4,,,"])
    found = compare([first, second], baseline=1)
    assert [metric.name for metric in found.metrics] == ["validation loss", "train loss"]
    assert [(e.best, e.last, e.delta) for e in found.entries] == [(2, 2, -1), (3, 4, None)]
    assert compare([first, second], metric="train loss").metric == "train loss"
    assert compare([first, second], metric="val_loss").metric == "validation loss"
    assert compare([first, second], metric="loss").metric == "train loss"


def test_the_equal_step_is_the_last_that_all_reached(tmp_path: Path) -> None:
    runs = [made(tmp_path / "long", [3.0] * 10), made(tmp_path / "short", [2.0] * 4)]
    found = compare(runs)
    assert found.equal_step == 3
    assert [e.at_equal for e in found.entries] == pytest.approx([3.0, 2.0])


def test_a_run_that_has_hardly_begun_does_not_hide_how_the_others_do(tmp_path: Path) -> None:
    lengths = {"a": 100, "b": 100, "new": 3}
    found = compare([made(tmp_path / name, falling(1.0, rows)) for name, rows in lengths.items()])
    assert found.equal_step == 99
    assert found.entries[2].at_equal is None
    assert "Without a train loss at step 99, and so not compared there: new." in found.remarks


def test_the_alignment_changes_where_runs_are_read(tmp_path: Path) -> None:
    fast = [train(step // 10, step, 2 - step / 100, at=step, elapsed=step) for step in range(40)]
    slow = [train(step // 20, step, 2 - step / 100, at=10 * step, elapsed=10 * step) for step in range(40)]
    runs = [run_of(tmp_path / "fast", fast), run_of(tmp_path / "slow", slow)]
    steps, epochs, seconds = (compare(runs, axis=axis) for axis in ("step", "epoch", "relative"))
    assert " at step 39" in steps.sentence
    assert " at epoch 1.95" in epochs.sentence
    assert " after 39 s of training" in seconds.sentence
    assert (steps.equal_step, epochs.equal_step, seconds.equal_step) == (39, None, None)
    assert "Clock times do not compare" in compare(runs, axis="wall").remarks[-1]


def test_epochs_do_not_pass_for_steps(tmp_path: Path) -> None:
    with_steps = run_of(tmp_path / "a", [train(at // 100, at, 1) for at in range(300)])
    without = run_of(tmp_path / "b", [epoch_row(epoch, 2) for epoch in range(3)])
    found = compare([with_steps, without])
    assert found.position is not None
    assert (found.position.axis, found.position.words) == ("done", "after 2.99 epochs")
    assert any("do not count alike" in remark for remark in found.remarks)
    assert any("is its mean" in remark for remark in found.remarks)


def test_a_score_is_better_high_and_a_metric_that_nobody_knows_counts_as_better_low(tmp_path: Path) -> None:
    low, high = [0.5 + at / 1000 for at in range(100)], [0.7 + at / 1000 for at in range(100)]
    runs = [made(tmp_path / name, [1.0] * 100, accuracy=values, zeal=values) for name, values in (("poor", low), ("good", high))]
    by_score = compare(runs, metric="accuracy")
    assert by_score.sentence.startswith("good beats poor by 0.2000 (33.")
    assert [e.best for e in by_score.entries] == pytest.approx([0.599, 0.799])
    by_zeal = compare(runs, metric="zeal")
    assert by_zeal.sentence.startswith("poor beats good")
    assert "Whether zeal is better high or low is not known" in by_zeal.remarks[0]


def test_runs_that_differ_in_their_seed_alone_are_one_side(tmp_path: Path) -> None:
    def run(rate: float, seed: int, floor: float) -> object:
        config = {"lr": rate, "seed": seed, "output_dir": f"out/{rate}-{seed}"}
        return made(tmp_path / f"lr-{rate}-seed-{seed}", falling(floor, seed=seed), config)

    runs = [run(0.1, 1, 1.0), run(0.1, 2, 1.02), run(0.2, 1, 0.5), run(0.2, 2, 0.51), run(0.2, 3, 0.49)]
    found = compare(runs)  # type: ignore[arg-type]
    assert [(side.label, side.members) for side in found.sides] == [
        ("lr-0.1 (2 seeds)", (0, 1)),
        ("lr-0.2 (3 seeds)", (2, 3, 4)),
    ]
    assert found.sides[1].at_equal is not None
    assert found.sides[1].at_equal.count == 3
    assert found.sentence.startswith("lr-0.2 (3 seeds) beats lr-0.1 (2 seeds)")
    assert found.sentence.endswith("(beyond the noise); they differ in lr.")
    assert "(n = 3 and 2, Welch's interval, 95 %)" in found.remarks[0]
    singly = compare(runs, group=False)  # type: ignore[arg-type]
    assert len(singly.sides) == 5
    assert singly.has_groups


def test_of_many_runs_the_first_is_set_against_the_baseline_and_the_next(tmp_path: Path) -> None:
    floors = (1.0, 0.5, 0.8)
    found = compare(
        [made(tmp_path / name, falling(floor, seed=at)) for at, (name, floor) in enumerate(zip("abc", floors, strict=True))]
    )
    assert found.ranking == (1, 2, 0)
    assert found.sentence.startswith("b leads 3 runs in train loss at step 199: 4")
    assert "ahead of a, the baseline (beyond the noise), and 3" in found.sentence
    assert found.sentence.endswith("ahead of c, the next (beyond the noise).")
    by_the_best = compare([entry.analysis for entry in found.entries], baseline=1)
    assert by_the_best.sentence.startswith("b, the baseline, leads 3 runs")


def test_two_attempts_of_one_run_may_be_compared(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", [train(1, 1, 3.0), train(0, 1, 2.0)])
    found = compare([analyse(run, now=0, attempt=1), analyse(run, now=0, attempt=2)])
    assert [(e.key, e.label) for e in found.entries] == [(f"{run.id}@1", "run @1"), (f"{run.id}@2", "run @2")]
    assert len(found.sides) == 2


def test_runs_of_the_same_name_get_labels_that_differ(tmp_path: Path) -> None:
    runs = [made(tmp_path / side / "checkpoints", [1.0]) for side in ("a", "b")]
    assert [e.label for e in compare(runs).entries] == ["a/checkpoints", "b/checkpoints"]


def test_a_run_without_the_metric_stays_in_the_table(tmp_path: Path) -> None:
    found = compare([run_of(tmp_path / "a", []), made(tmp_path / "b", [1.0])])
    assert [e.best for e in found.entries] == [None, 1.0]
    assert found.sentence == "Only b has a train loss; a comparison needs two."


def test_runs_of_different_tasks_are_not_ranked(tmp_path: Path) -> None:
    first = made(tmp_path / "a", [1.0, 2.0])
    second = open_run(write_log(tmp_path / "b", ["0,1,train,0.5", "0,2,train,0.6"], "epoch,step,phase,reward"))
    found = compare([first, second])
    assert found.ahead == ()
    assert found.sentence.startswith("These runs have no metric in common, so none can be called better: a logs loss")


def test_the_outcome_is_worked_out_anew_only_where_rows_are_new(tmp_path: Path) -> None:
    runs = [made(tmp_path / name, falling(1.0, seed=at)) for at, name in enumerate("ab")]
    first, again = compare(runs), compare(runs)
    assert first.sides is again.sides
    assert compare([runs[0], open_run(runs[1].path)]).sides is not first.sides


def test_what_cannot_be_compared_is_one_sentence(tmp_path: Path) -> None:
    run = made(tmp_path, [1.0])
    with pytest.raises(UsageError, match="needs at least one run"):
        compare([])
    with pytest.raises(UsageError, match="baseline is 2, but must be 0 to 0"):
        compare([run], baseline=2)
    with pytest.raises(UsageError, match="metric is 'foo', which these runs do not share; they share train loss"):
        compare([run], metric="foo")


def test_logs_of_epochs_from_zero_and_from_one_are_read_after_the_same_number_of_them(tmp_path: Path) -> None:
    zero, one = (open_run(keras_log(tmp_path / f"{first}.csv", first=first)) for first in (0, 1))
    found = compare([zero, one])
    assert found.position is not None
    assert found.position.words == "after 24 epochs"
    assert "have the same validation loss after 24 epochs" in found.sentence
    alike = compare([zero, zero])
    assert alike.position is not None
    assert alike.position.words == "at epoch 23"


def test_rows_are_no_steps(tmp_path: Path) -> None:
    rows, steps = open_run(rows_log(tmp_path / "loss.csv")), made(tmp_path / "steps", falling(0.5))
    found = compare([rows, steps], metric="train loss")
    assert found.position is None
    assert found.remarks == ("No step, epoch or time is common to these runs: their best values are compared, wherever "
                             "they were reached.",)  # fmt: skip
    assert [found.standings[0].counted, found.standings[1].counted] == ["row", "step"]
    assert found.best_heading == "at"
    two = compare([rows, open_run(rows_log(tmp_path / "other.csv", 40))])
    assert two.position is not None
    assert two.position.words == "at row 39"


def test_a_part_of_a_loss_is_no_total(tmp_path: Path) -> None:
    yolo, other = open_run(yolo_log(tmp_path / "a")), open_run(yolo_log(tmp_path / "b", floor=0.8))
    whole = open_run(keras_log(tmp_path / "history.csv"))
    assert [metric.name for metric in compare([yolo, other]).metrics[:2]] == ["validation loss (box)", "train loss (box)"]
    assert compare([yolo, other], metric="val/box_loss").metric == "validation loss (box)"
    apart = compare([yolo, whole])
    assert apart.sentence.startswith("These runs have no metric in common, so none can be called better: a logs train/box_loss; ")
    assert apart.ahead == ()


def test_how_far_a_row_is_inside_an_epoch_that_is_the_only_one_is_not_known(tmp_path: Path) -> None:
    once = open_run(lightning_log(tmp_path / "once", epochs=1))
    found = compare([once, open_run(keras_log(tmp_path / "history.csv"))])
    assert (found.position, found.ranked_by) == (None, "best")
