"""Single lines as tools print them, and what is read of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainmon.runs.readers.console.lines import Lines, announced_side

# Each line, and below it what is read: epoch and step with their totals, and the metrics.
LINES = """
# nanoGPT
step 250: train loss 2.1, val loss 2.2
    -> step=250 train_loss=2.1 val_loss=2.2
iter 10: loss 1.5, time 20.00ms, mfu -100.00%
    -> step=10 loss=1.5 time=0.02 mfu=-100
# llm.c, old and new
s:1 trl:3.2 lr:0.000027 norm:2.28
    -> step=1 train_loss=3.2 lr=2.7e-05 grad_norm=2.28
s:0 tel:10.9
    -> step=0 val_loss=10.9
step 1/100 | loss 3.2 (+1.2z)| norm 0.5 (+0.3z)| lr 1e-3 | 20 ms | 30% bf16 MFU | 30 tok/s
    -> step=1/100 loss=3.2 grad_norm=0.5 lr=0.001
# modded-nanogpt
step:125/3000 val_loss:4.1 train_time:100ms step_avg:10ms
    -> step=125/3000 val_loss=4.1 train_time=0.1 step_avg=0.01
# transformers
{'loss': 0.5, 'grad_norm': 1, 'learning_rate': 5e-05, 'epoch': 0.1}
    -> epoch=0.1 loss=0.5 grad_norm=1 learning_rate=5e-05
{'loss': np.float64(0.5), 'grad_norm': inf, 'epoch': tensor(0.1)}
    -> epoch=0.1 loss=0.5 grad_norm=inf
{'loss': '0.5', 'epoch': '0.1'}
    -> epoch=0.1 loss=0.5
{'eval_loss': 0.5, 'eval_runtime': 1.5, 'epoch': 1.0}
    -> epoch=1 eval_loss=0.5 eval_runtime=1.5
  1%|▏   | 10/1000 [00:05<08:00, 2.1it/s]{'loss': 0.5, 'epoch': 0.1}
    -> epoch=0.1 loss=0.5
# Keras
7/7 [=====] - ETA: 0s - loss: 16.1 - acc: 0.26
    -> step=7/7 loss=16.1 acc=0.26
7/7 [=====] - 9s 713ms/step - loss: 16.1 - val_loss: 7.2
    -> step=7/7 loss=16.1 val_loss=7.2
7/7 ━━━━━━━━━━━━━━━━━━━━ 9s 713ms/step - accuracy: 0.9 - loss: 0.5
    -> step=7/7 accuracy=0.9 loss=0.5
782/782 - 10s - loss: 0.5 - val_loss: 0.6 - 10s/epoch - 13ms/step
    -> step=782/782 loss=0.5 val_loss=0.6
# tqdm and Lightning
Epoch 3:  45%|████      | 45/100 [00:10<00:12, 4.5it/s, loss=0.32, v_num=1]
    -> epoch=3 step=45/100 it/s=4.5 loss=0.32
Epoch 3/9 ━━━━━━╸━━━ 45/100 0:00:10 • 0:00:12 4.50it/s v_num: 0.000 loss: 0.32
    -> epoch=3/9 step=45/100 it/s=4.5 loss=0.32
Epochs:  30%|##3   | 3/10 [00:10<00:12, 4.5it/s, loss=0.3]
    -> epoch=3/10 it/s=4.5 loss=0.3
# Flair
2021-02-20 11:59:49,493 epoch 1 - iter 504/5049 - loss 0.8 - samples/sec: 9.5 - lr: 0.1
    -> epoch=1 step=504/5049 loss=0.8 samples/sec=9.5 lr=0.1
2021-02-20 11:59:49,493 EPOCH 1 done: loss 0.5 - lr 0.1
    -> epoch=1 loss=0.5 lr=0.1
2021-02-20 11:59:49,493 TEST : loss 0.15 - f1-score 0.9
    -> test_loss=0.15 test_f1-score=0.9
# fairseq, mmdet, detectron2, Megatron, YOLOX
2023-01-01 12:00:00 | INFO | train_inner | epoch 001:    100 / 1000 loss=5.2, ppl=9.1, gnorm=1.2
    -> epoch=1 step=100/1000 loss=5.2 ppl=9.1 grad_norm=1.2
2023-01-01 12:00:00 | INFO | valid | epoch 001 | valid on 'valid' subset | loss 4.5 | num_updates 1000 | best_loss 4.5
    -> epoch=1 step=1000 val_loss=4.5
2023-01-01 12:00:00,123 - mmdet - INFO - Epoch [1][50/1000]\tlr: 1.000e-02, eta: 1:00:00, time: 0.5, loss_cls: 0.1, loss: 1.2
    -> epoch=1 step=50/1000 lr=0.01 time=0.5 loss_cls=0.1 loss=1.2
10/21 12:00:00 - mmengine - INFO - Epoch(train)  [1][  50/1000]  lr: 1e-2  eta: 1:00:00  loss: 1.2
    -> epoch=1 step=50/1000 lr=0.01 loss=1.2
[02/20 11:56:18 d2.utils.events]:  eta: 0:10:00  iter: 19  total_loss: 1.2  max_mem: 2000M
    -> step=19 total_loss=1.2 max_mem=2000
 iteration      100/    1000 | elapsed time per iteration (ms): 100.1 | lm loss: 7.1E+00 | loss scale: 1.0 | grad norm: 1.2 |
    -> step=100/1000 lm_loss=7.1 loss_scale=1 grad_norm=1.2
2021-08-01 10:10:10 | INFO | yolox.core.trainer:245 - epoch: 1/300, iter: 10/100, total_loss: 10.1, ETA: 1:00:00
    -> epoch=1/300 step=10/100 total_loss=10.1
# GANs
(epoch: 1, iters: 2000, time: 0.334, data: 0.7) D_A: 0.2 G_A: 0.4
    -> epoch=1 step=2000 time=0.334 data=0.7 D_A=0.2 G_A=0.4
[Epoch 0/200] [Batch 10/938] [D loss: 0.5] [G loss: 0.7]
    -> epoch=0/200 step=10/938 d_loss=0.5 g_loss=0.7
[0/25][5/1583]\tLoss_D: 1.2\tLoss_G: 3.2\tD(x): 0.5\tD(G(z)): 0.3 / 0.1
    -> epoch=0/25 step=5/1583 Loss_D=1.2 Loss_G=3.2 D(x)=0.5 D(G(z))=0.3
# PyTorch's examples and tutorials
Epoch [1/10], Step [100/600], Loss: 0.5
    -> epoch=1/10 step=100/600 loss=0.5
INFO:root:Epoch [1/10], Loss: 9.23
    -> epoch=1/10 loss=9.23
Train Epoch: 1 [6400/60000 (11%)]\tLoss: 0.3
    -> epoch=1 step=6400/60000 loss=0.3
Test set: Average loss: 0.1, Accuracy: 9000/10000 (90%)
    -> test_loss=0.1 test_accuracy=0.9
loss: 2.303494  [   64/60000]
    -> step=64/60000 loss=2.303494
[1,  2000] loss: 2.2
    -> epoch=1 step=2000 loss=2.2
Epoch: [0][  10/5005]\tTime  0.5 ( 0.6)\tLoss 6.9e+00 (7.0e+00)\tAcc@1 0.5 (0.4)
    -> epoch=0 step=10/5005 time=0.5 loss=6.9 acc@1=0.5
Test: [10/242]\tTime 0.648 (0.638)\tLoss 5.2 (4.0)
    -> step=10/242 time=0.638 test_loss=4
Train: 0 [   5/1251 (  0%)]  Loss: 6.9 (6.8)  LR: 1e-5
    -> epoch=0 step=5/1251 loss=6.9 lr=1e-05
# MLX-LM
Iter 10: Train loss 2.1, Learning Rate 1e-5, It/sec 0.5, Trained Tokens 5000, Peak mem 10 GB
    -> step=10 train_loss=2.1 learning_rate=1e-05 It/sec=0.5 trained_tokens=5000 peak_mem=10
Iter 1: Val loss 2.9, Val took 3s
    -> step=1 val_loss=2.9
# boosted trees, Caffe, Marian
[10]\ttrain-logloss:0.5\teval-logloss:0.6
    -> step=10 train-logloss=0.5 eval-logloss=0.6
I0728 23:55:39.06  4259 solver.cpp:218] Iteration 100 (4.7 iter/s, 21.2s/100 iters), loss = 0.22
    -> step=100 loss=0.22 iter/s=4.7
[2020-01-01 10:10:10] Ep. 1 : Up. 1000 : Sen. 10,000 : Cost 5.2 : Time 10s : 5000.00 words/s
    -> epoch=1 step=1000 cost=5.2 time=10 words/s=5000
# whatever people write
  ✅ Ep 1: Loss 0.0000 | 210.7s
    -> epoch=1 loss=0
Training Loss: 0.1345
    -> train_loss=0.1345
Model test error: 0.61342
    -> test_error=0.61342
Loss after epoch 5: 0.32
    -> epoch=5 loss=0.32
Training loss (for one batch) at step 200: 1.3
    -> step=200 train_loss=1.3
Epoch 5 of 10: train_loss=nan val_loss=inf
    -> epoch=5/10 train_loss=nan val_loss=inf
epoch 1 loss 0.5, train acc 0.9, test acc 0.8
    -> epoch=1 loss=0.5 train_acc=0.9 test_acc=0.8
Train: loss 0.5 acc 0.9 | Val: loss 0.4 acc 0.8
    -> loss=0.5 acc=0.9 val_loss=0.4 val_acc=0.8
\tTrain Loss: 0.5 | Train Acc: 80%
    -> train_loss=0.5 train_acc=80
\t Val. Loss: 0.4 |  Val. Acc: 85.5%
    -> val_loss=0.4 val_acc=85.5
step 7, data load 0.3s, loss 0.5
    -> step=7 loss=0.5
INFO: epoch 1-599, loss: 0.015
    -> epoch=1 step=599 loss=0.015
step=1,000 loss=0.5 tokens=1.2M
    -> step=1000 loss=0.5 tokens=1200000
INFO |   Entrenamiento: loss=2.0 (value=0.24, policy=1.3)
    -> loss=2 value=0.24 policy=1.3
"""


CASES = [tuple(case.split("\n    -> ")) for case in re.findall(r"^(?!#)\S?.*\n    -> .*$", LINES, re.MULTILINE)]


@pytest.mark.parametrize(("line", "expected"), CASES, ids=[line[:60] for line, _ in CASES])
def test_a_line_says_where_the_training_stands_and_how_it_goes(line: str, expected: str) -> None:
    said = Lines().read(line)
    assert said is not None
    read = {"epoch": said.line.epoch, "step": said.line.step, **said.line.metrics}
    totals = {"epoch": said.line.epochs, "step": said.line.steps}
    for pair in expected.split():
        name, _, number = pair.rpartition("=")
        at, _, total = number.partition("/")
        assert read[name] == pytest.approx(float(at), nan_ok=True)
        assert totals.get(name) == (float(total) if total else None)
    positions = {pair.partition("=")[0] for pair in expected.split()} & {"epoch", "step"}
    assert {name for name in ("epoch", "step") if read[name] is not None} == positions


@pytest.mark.parametrize(
    "line",
    [
        "Loading model with 7 layers",
        "epoch time: 3",
        "Epochs: 100",
        "Best val loss: 0.33 at epoch 5",
        "New best model saved, val loss 0.33",
        "Validation loss decreased (0.5 --> 0.4).  Saving model ...",
        "EarlyStopping counter: 1 out of 7",
        "Namespace(lr=0.001, epochs=10, batch_size=32, loss_weight=0.5)",
        "loss_scale: 65536.0",
        "  label_smoothing_factor=0.0,",
        "   42 |     let loss = 0.0;",
        '  File "/usr/lib/python3/train.py", line 45, in loss',
        "RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB",
        "warning: fields `hidden_size` and `vocab_size` are never read",
        " --> core/src/layers/loss.rs:29:9",
        "torch 2.7.1+cu126, python 3.11.7",
        "================ Training Loss (Sat Jun  6 16:47:21 2020) ================",
        "2021-02-20 12:33:21,046 BAD EPOCHS (no improvement): 4",
        "LOC        tp: 1445 - fp: 134 - fn: 69 - precision: 0.9151 - recall: 0.9544 - f1-score: 0.9344",
        "macro avg       0.87      0.83      0.84       427",
        '127.0.0.1 - - [01/Mar/2024 04:05:40] "POST /loss?epoch=1 HTTP/1.1" 200 -',
        "Dataset split - Train: 7000, Val: 1000, Test: 2000",
        "  1%|▏         | 10/1000 [00:05<08:00, 2.1it/s]",
        "timer: 0.3520 sec.",
        'print(f"step:{step}/{steps} val_loss:{val_loss:.4f}")',
    ],
)
def test_what_is_no_row_is_none(line: str) -> None:
    assert Lines().read(line) is None


@pytest.mark.parametrize(
    ("line", "position"),
    [
        ("Epoch 3/90", (3, 90, None)),
        ("=====epoch 0", (0, None, None)),
        ("--- Starting epoch 7 ---", (7, None, None)),
        ("Epoch: 01 | Epoch Time: 0m 30s", (1, None, None)),
        ("Epoch 00003: val_loss improved from 0.5 to 0.4, saving model to weights.h5", (3, None, None)),
        ("Epoch 4:   0%|          | 0/100 [00:00<?, ?it/s]", (4, None, None)),
        ("Iteration 100, Testing net (#0)", (None, None, 100)),
        ("Iteración 2 | Generando 100 partidas...", (None, None, 2)),
    ],
)
def test_headings_announce_an_epoch_or_a_step(line: str, position: tuple[float | None, ...]) -> None:
    said = Lines().read(line)
    assert said is not None
    assert said.line.shape.heading
    assert not said.line.metrics
    assert (said.line.epoch, said.line.epochs, said.line.step) == position


@pytest.mark.parametrize(
    ("line", "side"),
    [
        ("Test Error: ", "test"),
        ("Validation:", "val"),
        ("Evaluating", "val"),
        ("Training:", ""),
        ("Done!", ""),
        ("the test was long and hard:", ""),
    ],
)
def test_some_lines_say_on_which_side_the_next_one_is(line: str, side: str) -> None:
    assert announced_side(line) == side


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    said = Lines().read(text)
    assert said is None or all(isinstance(number, float) for number in said.line.metrics.values())


@given(
    st.lists(
        st.sampled_from(
            ["epoch", "loss", "val", "1", "2/3", "0.5", "nan", ":", "=", "[", "]", "(", ")", "|", ",", " ", "%", "ms", "'", "-"]
        ),
        max_size=60,
    )
)
def test_any_order_of_what_logs_are_made_of_is_read_without_an_error(words: list[str]) -> None:
    reader = Lines()
    together, apart = reader.read("".join(words)), reader.read(" ".join(words))
    assert all(said is None or said.line.shape.heading or said.line.metrics for said in (together, apart))
