"""Short logs in the manner of many tools, and the rows that they give."""

from __future__ import annotations

import pytest

from trainmon.runs.readers.console.rows import RowMaker
from trainmon.runs.readers.console.screen import shown

BACK = "\x08" * 60


def maker_of(text: str) -> tuple[RowMaker, list[str]]:
    """Return the maker that read a log, and its rows as `epoch=1 loss=0.5`, with `eval` or `sum` before those of that kind."""
    maker, rows = RowMaker(), []
    for line in text.split("\n"):
        for state in shown(line):
            for row in maker.take(state):
                pairs = [f"{name}={number:g}" for name, number in row.values.items()]
                rows.append(" ".join(["eval"] * row.evaluation + ["sum"] * row.sums_up + pairs))
    return maker, rows


def rows_of(text: str) -> list[str]:
    return maker_of(text)[1]


def test_steps_and_validations_of_nanogpt() -> None:
    assert rows_of("step 0: train loss 4.2, val loss 4.3\niter 0: loss 4.1, time 10ms, mfu 1%\nsaving checkpoint to out\n") == [
        "step=0 train_loss=4.2 val_loss=4.3",
        "step=0 loss=4.1 time=0.01 mfu=1",
    ]


def test_dictionaries_beside_a_bar_take_no_position_from_it() -> None:
    log = (
        "\r  1%|▏    | 1/100 [00:01<01:39,  1.0s/it]\r              \r{'loss': 2.5, 'epoch': 0.01}\n"
        "\r  2%|▏    | 2/100 [00:01<01:39,  1.0s/it]{'loss': 2.4, 'epoch': 0.02}\n"
        "{'eval_loss': 1.5, 'epoch': 0.02}\n"
    )
    assert rows_of(log) == ["epoch=0.01 loss=2.5 row=0", "epoch=0.02 loss=2.4 row=1", "eval epoch=0.02 eval_loss=1.5 row=1"]


def test_a_row_of_flair_s_epoch_sums_up_and_its_tests_belong_to_it() -> None:
    log = (
        "epoch 1 - iter 7/14 - loss 0.3\nepoch 1 - iter 14/14 - loss 0.2\n----\nEPOCH 1 done: loss 0.25 - lr 0.1\n"
        "DEV : loss 0.5 - score 0.8\nTEST : loss 0.4 - score 0.9\nBAD EPOCHS (no improvement): 4\n"
    )
    assert rows_of(log) == [
        "epoch=1 step=7 loss=0.3",
        "epoch=1 step=14 loss=0.2",
        "sum epoch=1 loss=0.25 lr=0.1",
        "eval epoch=1 step=14 val_loss=0.5 val_score=0.8",
        "eval epoch=1 step=14 test_loss=0.4 test_score=0.9",
    ]


def test_lines_below_a_heading_belong_to_its_epoch() -> None:
    maker, rows = maker_of(
        "Epoch 0/1\n-----\ntrain Loss: 0.6 Acc: 0.6\nval Loss: 0.3 Acc: 0.9\n\nEpoch 1/1\n-----\ntrain Loss: 0.5 Acc: 0.7\n"
    )
    assert rows == [
        "epoch=0 train_loss=0.6 acc=0.6 row=0",
        "eval epoch=0 val_loss=0.3 val_acc=0.9 row=0",
        "epoch=1 train_loss=0.5 acc=0.7 row=1",
    ]
    assert maker.positions.total_epochs == 1


def test_a_line_may_announce_that_the_next_one_is_a_test() -> None:
    log = (
        "Epoch 1\n-----\nloss: 2.3  [   64/60000]\nTest Error: \n Accuracy: 50.9%, Avg loss: 2.1\n\n"
        "Epoch 2\n-----\nloss: 1.9  [   64/60000]\n"
    )
    assert rows_of(log) == [
        "epoch=1 step=64 loss=2.3",
        "eval epoch=1 step=64 test_accuracy=50.9 test_loss=2.1",
        "epoch=2 step=64 loss=1.9",
    ]


def test_rows_below_an_announced_step_stand_there() -> None:
    log = "Iteration 1 | sampling\n loss=2.0 (value=0.2)\nIteration 1 done in 3s\nIteration 2 | sampling\n loss=1.5 (value=0.1)\n"
    assert rows_of(log) == ["step=1 loss=2 value=0.2", "step=2 loss=1.5 value=0.1"]


def test_what_caffe_says_twice_counts_once() -> None:
    log = (
        "I0728 23:55:39.06  4259 solver.cpp:218] Iteration 0 (1 iter/s, 0.1s/100 iters), loss = 2.4\n"
        "I0728 23:55:39.06  4259 solver.cpp:237]     Train net output #0: loss = 2.4 (* 1 = 2.4 loss)\n"
        "I0728 23:55:39.06  4259 sgd_solver.cpp:105] Iteration 0, lr = 0.01\n"
        "I0728 23:56:00.28  4259 solver.cpp:330] Iteration 100, Testing net (#0)\n"
        "I0728 23:56:00.28  4259 solver.cpp:397]     Test net output #0: accuracy = 0.9\n"
        "I0728 23:56:00.28  4259 solver.cpp:397]     Test net output #1: loss = 0.3 (* 1 = 0.3 loss)\n"
    )
    assert rows_of(log) == ["step=0 iter/s=1 loss=2.4", "eval step=100 test_accuracy=0.9", "eval step=100 test_loss=0.3"]


def test_rows_without_any_position_are_counted_and_validations_stand_at_the_row_before() -> None:
    log = "Training Loss: 0.5\n\nModel test error: 0.6\nTraining Loss: 0.4\nModel test error: 0.5\n"
    assert rows_of(log) == [
        "train_loss=0.5 row=0",
        "eval test_error=0.6 row=0",
        "train_loss=0.4 row=1",
        "eval test_error=0.5 row=1",
    ]


def test_what_occurs_once_without_a_position_is_no_row() -> None:
    assert rows_of("aux_loss: 0.4\nTraining Loss: 0.5\nTraining Loss: 0.4\nTraining Loss: 0.3\n") == [
        "train_loss=0.5 row=0",
        "train_loss=0.4 row=1",
        "train_loss=0.3 row=2",
    ]
    assert rows_of("loss: 0.4\n") == []


TABLES = {
    "fastai": "epoch     train_loss  valid_loss  accuracy  time    \n1         0.5         0.4         0.9       01:00   \n",
    "notebook": "Epoch\tTraining Loss\tValidation Loss\n1\t0.5\t0.4\n",
    "pipes": "| epoch | train_loss | val_loss |\n|-------|------------|----------|\n| 1 | 0.5 | 0.4 |\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_read_by_their_heading(name: str) -> None:
    (row,) = rows_of(TABLES[name] + "Done in 3 s\n0.5 0.4\n")
    assert row.startswith("epoch=1 train_loss=0.5 val")
    assert "_loss=0.4" in row


def test_the_table_of_ultralytics_is_read_though_it_is_redrawn() -> None:
    heading = "      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size\n"
    row = "       {0}/25     0.72G      1.{1}      1.6          5        512:  {1}0% ━━━━━━━ {1}0/100 9.1it/s 2:04"
    test = (
        "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100% ━━━━━━━ 94/94 10.0it/s\n"
    )
    first = heading + row.format(1, 5) + "\r" + row.format(1, 9) + "\n" + test
    maker, rows = maker_of(first + heading + row.format(2, 8) + "\n")
    assert rows == [
        "epoch=1 GPU_mem=0.72 box_loss=1.9 cls_loss=1.6 instances=5 size=512 row=0",
        "epoch=2 GPU_mem=0.72 box_loss=1.8 cls_loss=1.6 instances=5 size=512 row=1",
    ]
    assert maker.positions.total_epochs == 25


class TestBars:
    """Progress bars, redrawn again and again."""

    @pytest.mark.parametrize(
        "redraw", [f"{BACK}\r\n", f"{BACK}\r", "\r"], ids=["backspaces and newlines", "backspaces", "returns"]
    )
    def test_a_bar_of_keras_counts_once_an_epoch_by_its_last_state(self, redraw: str) -> None:
        epoch = (
            f"1/2 [==>..] - ETA: 9s - loss: {{0}}.5{redraw}2/2 [=====] - ETA: 0s - loss: {{0}}.1{redraw}"
            "2/2 [=====] - 9s 5s/step - loss: {0}.1 - val_loss: {0}.2\n"
        )
        maker, rows = maker_of("Epoch 1/9\n" + epoch.format(3) + "Epoch 2/9\n" + epoch.format(2))
        assert rows == ["epoch=1 loss=3.1 val_loss=3.2 row=0", "epoch=2 loss=2.1 val_loss=2.2 row=1"]
        assert maker.positions.total_epochs == 9

    def test_colours_of_keras_3_change_nothing(self) -> None:
        bar = "\x1b[1m{0}/2\x1b[0m \x1b[32m━━━━\x1b[0m\x1b[37m━━\x1b[0m \x1b[1m5s\x1b[0m 2s/step - accuracy: 0.{0} - loss: 2.{0}"
        log = "Epoch 1/2\n" + bar.format(1) + BACK + "\r" + bar.format(2) + " - val_loss: 1.5\n"
        assert rows_of(log) == ["epoch=1 accuracy=0.2 loss=2.2 val_loss=1.5 row=0"]

    def test_a_checkpoint_s_message_between_two_states_does_not_end_a_bar(self) -> None:
        log = (
            "Epoch 1/2\n7/7 [=====] - ETA: 0s - loss: 3.0\nEpoch 1: val_loss improved from inf to 2.0, saving model to m.h5\n"
            "7/7 [=====] - 3s 4ms/step - loss: 3.0 - val_loss: 2.0\n"
        )
        assert rows_of(log) == ["epoch=1 loss=3 val_loss=2 row=0"]

    def test_a_second_bar_below_one_heading_is_an_evaluation(self) -> None:
        log = (
            "Epoch 1/1\n7/7 [=====] - 3s 4ms/step - loss: 3.0\n"
            "1/2 [==>..] - ETA: 0s - loss: 0.7\n2/2 [=====] - 0s 4ms/step - loss: 0.9\n"
        )
        assert rows_of(log) == ["epoch=1 loss=3 row=0", "eval epoch=1 test_loss=0.9 row=0"]

    def test_a_bar_of_lightning_takes_in_the_validation(self) -> None:
        bar = "Epoch {}: {}%|███| {}/10 [00:01<00:01, 4.5it/s, v_num=0, train_loss={}"
        log = (
            "Epoch 0:   0%|     | 0/10 [00:00<?, ?it/s]\r"
            + bar.format(0, 50, 5, "0.5]\r")
            + bar.format(0, 100, 10, "0.4]\r")
            + "Validation DataLoader 0: 100%|██| 2/2 [00:00<00:00, 5it/s]\r"
            + bar.format(0, 100, 10, "0.4, val_loss=0.45]\r")
            + "Epoch 1:   0%|     | 0/10 [00:00<?, ?it/s]\r"
            + bar.format(1, 100, 10, "0.3, val_loss=0.35]\n")
        )
        assert rows_of(log) == [
            "epoch=0 it/s=4.5 train_loss=0.4 val_loss=0.45 row=0",
            "epoch=1 it/s=4.5 train_loss=0.3 val_loss=0.35 row=1",
        ]

    def test_lines_that_a_script_redraws_count_once_an_epoch(self) -> None:
        log = "".join(f"\rEpoch {e}/3 Batch 1/2 loss: 0.9{e}\rEpoch {e}/3 Batch 2/2 loss: 0.{e}\n" for e in (1, 2))
        assert rows_of(log) == ["epoch=1 loss=0.1 row=0", "epoch=2 loss=0.2 row=1"]

    def test_of_a_bar_that_is_the_whole_training_at_most_a_hundred_states_count(self) -> None:
        log = (
            "".join(f"\rTraining:  {at // 100}%|█  | {at}/10000 [00:10<00:12, 4.5it/s, loss=0.5]" for at in range(0, 10001, 20))
            + "\n"
        )
        maker, rows = maker_of(log)
        assert 90 < len(rows) <= 101
        assert rows[-1] == "step=10000 it/s=4.5 loss=0.5"
        assert maker.positions.total_steps == 10000

    def test_bars_that_name_no_epoch_are_epochs_where_there_are_several(self) -> None:
        bars = "\r 50%|█  | 1/2 [00:10<00:12, loss=0.{0}5]\r100%|██| 2/2 [00:20<00:00, loss=0.{0}]\n"
        log = bars.format(3) + bars.format(2)
        maker, rows = maker_of(log)
        assert rows == ["step=1 loss=0.35", "step=2 loss=0.3", "epoch=2 step=1 loss=0.25", "epoch=2 step=2 loss=0.2"]
        assert maker.positions.total_steps is None

    def test_a_bar_may_count_the_epochs_themselves(self) -> None:
        bar = "\rEpochs:  {}%|█  | {}/2 [00:10<00:12, 4.5it/s, loss=0.{}]"
        log = "".join(bar.format(50 * at, at, 9 - at) for at in range(3)) + "\n"
        assert rows_of(log) == [f"epoch={at} it/s=4.5 loss=0.{9 - at} row={at}" for at in range(3)]

    def test_of_a_test_that_lists_its_batches_the_mean_at_its_end_counts(self) -> None:
        log = (
            "Epoch: [0][  1/2]\tLoss 6.8 (6.9)\nTest: [0/3]\tLoss 5.1 (5.1)\nPrec@1  70.8 (89.7)\nTest: [2/3]\tLoss 4.9 (5.0)\n"
            " * Acc@1 10.1 Acc@5 20.2\nEpoch: [1][  0/2]\tLoss 5.9 (5.9)\n"
        )
        assert rows_of(log) == ["epoch=0 step=1 loss=6.8", "eval epoch=0 step=1 test_loss=5", "epoch=1 step=0 loss=5.9"]
