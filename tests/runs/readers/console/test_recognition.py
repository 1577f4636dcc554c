"""Which files are what a training printed, and which are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from trainmon.runs.readers import format_of_file
from trainmon.runs.readers.candidate import HEAD_BYTES, Candidate
from trainmon.runs.readers.console.recognition import FORMAT, recognises, tells_anything

ROWS = "".join(f"Epoch [{at}/9], Loss: 0.{at}\n" for at in range(1, 6))
README = (
    f"# A classifier\n\nInstall it, and train it:\n\n    python train.py\n\nIt prints\n\n    {ROWS[:26]}\n"
    + "Some more prose.\n" * 60
)
SOURCE = """import torch

def train(model, data, epochs=10):
    loss = 0.0
    for epoch in range(epochs):
        for step, batch in enumerate(data):
            loss = 0.5 * model(batch)
        print(f"Epoch {epoch}: loss {loss:.4f}")
    val_loss = 1.0
    loss = 0.0
    return loss
"""
NGINX = '127.0.0.1 - - [01/Mar/2024:03:58:{0:02d} +0000] "GET /loss?epoch={0} HTTP/1.1" 200 {0}34 "-" "curl/8.0"\n'
PIP = "Collecting torch==2.{0}.1\n  Downloading torch-2.{0}.1.whl (755.5 MB)\n     ━━━━━━━━ 755.5/755.5 MB 1.2 MB/s eta 0:00:00\n"
INNOCENTS = {
    "README.txt": ROWS,
    "notes.txt": README,
    "requirements.txt": "torch==2.1.0\nnumpy>=1.26\nfocal-loss==0.0.7\nlosses==1.0\n",
    "train.txt": SOURCE,
    "access.log": "".join(map(NGINX.format, range(50))),
    "pip.log": "".join(map(PIP.format, range(20))),
    "history.txt": "epoch,loss,val_loss\n1,0.5,0.4\n2,0.4,0.3\n",
    "state.txt": '{\n  "epoch": 3.0,\n  "loss": 0.5,\n  "log_history": [\n    {"loss": 0.5, "step": 1}\n  ]\n}\n',
    "metrics.log": '{"epoch": 1, "loss": 0.5}\n{"epoch": 2, "loss": 0.4}\n',
    "config.out": "model:\n  loss: mse\n  loss_weight: 0.5\n  epochs: 10\n  lr: 0.001\n" * 3,
    "build.log": "warning: unused variable: `loss`\n --> src/loss.rs:29:9\n   |\n29 |     let loss = 0.5;\n   |         ^^^^\n"
    * 20,
    "story.txt": "In 1999 the loss was 5 million, and in 2000 the loss was 6 million.\n" * 20,
    "data.txt": "0.5 0.4 0.3\n0.1 0.2 0.3\n" * 50,
    "empty.log": "",
    "binary.log": "\x00\x01\x02epoch\xff" * 50,
}


@pytest.mark.parametrize("name", INNOCENTS)
def test_other_texts_are_no_logs_of_trainings(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(INNOCENTS[name], encoding="utf-8")
    form = format_of_file(path)
    assert form is None or form.name != FORMAT


@pytest.mark.parametrize("name", ["training.log", "out.txt", "nohup.out", "job-1.err", "slurm.stdout", "train_log"])
def test_a_log_is_recognised_by_what_it_says(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(ROWS, encoding="utf-8")
    form = format_of_file(path)
    assert form is not None
    assert form.name == FORMAT


@pytest.mark.parametrize("ending", [".py", ".md", ".csv", ".json"])
def test_other_endings_are_not_looked_into(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"training{ending}"
    path.write_text(ROWS, encoding="utf-8")
    assert not recognises(Candidate(path))


def test_a_log_below_many_warnings_is_recognised_by_its_end(tmp_path: Path) -> None:
    path = tmp_path / "training.log"
    path.write_text("warning: field `top_k` is never read\n" * (HEAD_BYTES // 20) + ROWS * 20, encoding="utf-8")
    assert recognises(Candidate(path))


def test_a_log_that_begins_with_its_own_source_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "training.log"
    path.write_text(SOURCE + ROWS, encoding="utf-8")
    assert recognises(Candidate(path))


def test_a_bar_is_recognised_before_its_first_epoch_is_over(tmp_path: Path) -> None:
    path = tmp_path / "training.log"
    path.write_text(
        "Epoch 1/9\n" + "".join(f"{at}/99 [=>...] - ETA: 9s - loss: 0.{at}\r" for at in range(1, 9)), encoding="utf-8"
    )
    assert recognises(Candidate(path))


def test_a_file_that_a_person_names_needs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "training.log"
    path.write_text("Loading\nEpoch 1 loss 0.5\n", encoding="utf-8")
    assert not recognises(Candidate(path))
    assert tells_anything(Candidate(path))
    assert format_of_file(path, named=True) is not None


def test_a_file_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    assert not recognises(Candidate(tmp_path / "missing.log"))


def test_a_log_with_the_ending_of_a_document_is_read_where_a_person_names_it(tmp_path: Path) -> None:
    path = tmp_path / "model_5_epochs.md"
    path.write_text(ROWS, encoding="utf-8")
    assert format_of_file(path) is None
    form = format_of_file(path, named=True)
    assert form is not None
    assert form.name == FORMAT
