"""The notebook runs as it is committed, from top to bottom, and goes on after a kill in the middle of its training."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.following import attempts, column, followed, logged
from tests.repository import REPOSITORY
from trainmon.runs.opening import open_run

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
for library in ("ipykernel", "torch", "transformers", "peft"):
    pytest.importorskip(library)
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

NOTEBOOK = REPOSITORY / "notebooks" / "mistral_qlora_training_monitored.ipynb"
STEPS, LOG_EVERY = 28, 2  # steps an epoch


@pytest.fixture(autouse=True)
def _trainmon_is_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))  # the notebook runs in another folder, so that it writes there
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def notebook(settings: dict[str, str]) -> Any:
    """Return the notebook, with other words in its cell of settings."""
    read = nbformat.read(NOTEBOOK, as_version=4)
    (cell,) = (cell for cell in read.cells if "parameters" in cell.metadata.get("tags", []))
    for old, new in settings.items():
        assert old in cell.source
        cell.source = cell.source.replace(old, new)
    return read


def execute(directory: Path, settings: dict[str, str] | None = None) -> str:
    """Run every cell in `directory` and return what was printed."""
    client = nbclient.NotebookClient(notebook(settings or {}), timeout=300, resources={"metadata": {"path": str(directory)}})
    ran = client.execute()
    outputs = [output for cell in ran.cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def execute_and_kill(directory: Path, when: Callable[[], bool], settings: dict[str, str] | None = None) -> None:
    """Run the cells, and kill the kernel as soon as `when` says so."""
    run = directory / "checkpoints"

    def kill() -> None:
        deadline = time.monotonic() + 240
        while not when():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        record = open_run(run).attempts[-1].record
        assert record is not None
        assert record.pid is not None
        os.kill(record.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(nbclient.exceptions.DeadKernelError):
        execute(directory, settings)
    killer.join()


def reached(run: Path, epoch: int, step: int) -> bool:
    """Say whether the log came as far as this row."""
    rows = logged(run, "train") if (run / "training_metrics.csv").exists() else []
    return any((float(row["epoch"]), float(row["step"])) >= (epoch, step) for row in rows if row["step"])


def test_it_is_committed_without_outputs() -> None:
    cells = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert {cell.execution_count for cell in cells} == {None}


def test_it_runs_from_top_to_bottom_and_after_a_kill_goes_on_as_a_second_attempt_of_one_chain(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    with followed(whole) as follower:
        assert "CURRENT STATUS" in execute(whole)
    execute_and_kill(broken, lambda: reached(broken / "checkpoints", 1, 22))
    assert "Going on from checkpoint_epoch1_step19" in execute(broken)

    follower.check(whole / "checkpoints")
    losses = check_the_whole_one(whole / "checkpoints")
    check_the_broken_one(broken / "checkpoints", losses)


def check_the_whole_one(directory: Path) -> list[float]:
    assert attempts(directory) == [(1, False, "finished")]
    run = open_run(directory)
    assert (run.plan.total_steps, run.plan.total_epochs) == (3 * STEPS, 3)
    assert column(directory, "step", "train") == list(range(0, STEPS, LOG_EVERY)) * 3
    assert [saved.name for saved in run.checkpoints] == ["checkpoint_epoch2_step19", "checkpoint_epoch2_step27"]
    losses = column(directory, "loss", "train")
    assert losses[-1] < 0.2 * losses[0]
    assert len(column(directory, "val_loss", "epoch")) == 3
    names = {file.name for file in (directory / "plots").iterdir()}
    assert names == {"loss_curves.png", "memory_usage.png", "dashboard.png"}
    return losses


def check_the_broken_one(directory: Path, losses: list[float]) -> None:
    assert [(chain, resumed) for chain, resumed, _ in attempts(directory)] == [(1, False), (1, True)]
    run = open_run(directory)
    (chain,) = run.chains
    assert chain.ghosts.size > 0
    train = chain.line[run.rows.phase[chain.line] == 0]
    assert run.rows.values("step")[train].tolist() == list(range(0, STEPS, LOG_EVERY)) * 3
    assert run.rows.values("train_loss")[train].tolist() == pytest.approx(losses, rel=1e-3)  # as if it had never stopped


def save_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = {letter: at for at, letter in enumerate(["</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())])}
    inner = Tokenizer(models.BPE(vocab=letters, merges=[]))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=inner, eos_token="</s>").save_pretrained(folder)


SHAPE = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 257}


def save_for_cuda(folder: Path) -> None:
    pytest.importorskip("bitsandbytes")  # it computes in 4 bits on a CPU too
    from transformers import MistralConfig, MistralForCausalLM

    MistralForCausalLM(MistralConfig(num_key_value_heads=2, **SHAPE)).save_pretrained(folder)


def save_for_mlx(folder: Path) -> None:
    mx = pytest.importorskip("mlx.core", exc_type=ImportError)
    pytest.importorskip("mlx_lm", exc_type=ImportError)
    import mlx.nn
    from mlx.utils import tree_flatten
    from mlx_lm.models.llama import Model, ModelArgs

    arguments = {"model_type": "mistral", "rms_norm_eps": 1e-5, "num_key_value_heads": 2, "tie_word_embeddings": False, **SHAPE}
    four_bits = {"group_size": 32, "bits": 4}
    model = Model(ModelArgs(**arguments))
    mlx.nn.quantize(model, **four_bits)
    mx.save_safetensors(str(folder / "model.safetensors"), dict(tree_flatten(model.parameters())))
    (folder / "config.json").write_text(json.dumps({**arguments, "quantization": four_bits}))


@pytest.mark.parametrize(
    ("backend", "name", "save"),
    [
        ("cuda", "mistralai/Mistral-7B-v0.3", save_for_cuda),
        ("mlx", "mlx-community/Mistral-7B-v0.3-4bit", save_for_mlx),
    ],
)
def test_the_other_settings_train_a_model_in_four_bits_and_go_on_after_a_kill(
    backend: str, name: str, save: Callable[[Path], None], tmp_path: Path
) -> None:
    """A small model from a folder stands for Mistral-7B: loading, quantisation, LoRA and checkpoints are the real ones."""
    model, run = tmp_path / "model", tmp_path / "checkpoints"
    model.mkdir()
    save(model)
    save_tokenizer(model)
    settings = {
        'BACKEND = "tiny"': f'BACKEND = "{backend}"',
        name: str(model),
        '"num_epochs": 3': '"num_epochs": 1',
        '"batch_size": 1, "gradient_accumulation_steps": 8': '"batch_size": 4, "gradient_accumulation_steps": 2',
        '"learning_rate": 1e-4': '"learning_rate": 1e-2',
        '"log_every": 5, "save_every": 50': f'"log_every": {LOG_EVERY}, "save_every": 10',
    }
    execute_and_kill(tmp_path, lambda: reached(run, 0, 14), settings)
    assert "Going on from checkpoint_epoch0_step" in execute(tmp_path, settings)
    assert [(chain, resumed) for chain, resumed, _ in attempts(run)] == [(1, False), (1, True)]
    opened = open_run(run)
    line = opened.chains[0].line
    train = line[opened.rows.phase[line] == 0]
    assert opened.rows.values("step")[train].tolist() == list(range(0, STEPS, LOG_EVERY))
    losses = opened.rows.values("train_loss")[train]
    assert losses[-1] < losses[0] - 0.5
