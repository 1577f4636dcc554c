"""The notebook runs as it is committed, from top to bottom, and goes on after a kill in the middle of its training."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from notebooks.finetuning.data import odd_or_even
from tests.integrations.following import attempts, column, followed
from tests.notebooks.small_models import TEMPLATE, save_for_cuda, save_for_mlx, save_tokenizer
from tests.repository import REPOSITORY
from trainmon.runs.opening import open_run
from trainmon.runs.run import EPOCH, EVAL, TRAIN

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
for library in ("ipykernel", "torch", "transformers", "peft"):
    pytest.importorskip(library)
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]  # their warnings are not ours

NOTEBOOK = Path("notebooks", "mistral_qlora_training_monitored.ipynb")
STEPS, LOG_EVERY = 28, 2  # steps an epoch
Settings = Mapping[str, str]
KILL = """
import os, signal

def take_step(epoch, step, batches, take=take_step):
    take(epoch, step, batches)
    if (epoch, step) == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with what of the repository the notebook needs, so that it logs there."""
    return make_checkout(tmp_path / "checkout")


def make_checkout(folder: Path) -> Path:
    shutil.copytree(REPOSITORY / "notebooks", folder / "notebooks")
    (folder / "trainmon").symlink_to(REPOSITORY / "trainmon")
    return folder


def notebook(settings: Settings) -> Any:
    """Return the notebook, with other words in its cell of settings."""
    read = nbformat.read(REPOSITORY / NOTEBOOK, as_version=4)
    (cell,) = (cell for cell in read.cells if "parameters" in cell.metadata.get("tags", []))
    for old, new in settings.items():
        assert old in cell.source
        cell.source = cell.source.replace(old, new)
    return read


def client_of(read: Any, checkout: Path) -> Any:
    """Return what runs the cells where the notebook lies, as Jupyter does."""
    return nbclient.NotebookClient(read, timeout=300, resources={"metadata": {"path": str(checkout / "notebooks")}})


def outputs_of(read: Any, kind: str) -> list[Any]:
    outputs = [output for cell in read.cells for output in cell.get("outputs", [])]
    return [output for output in outputs if output.output_type == kind]


def execute(checkout: Path, settings: Settings | None = None) -> str:
    """Run every cell and return what was printed."""
    read = notebook(settings or {})
    client_of(read, checkout).execute()
    return "".join(output.text for output in outputs_of(read, "stream"))


def execute_to_a_stop(checkout: Path, settings: Settings) -> tuple[str, list[str]]:
    """Run the cells to the one that stops, and return what was printed and what is shown as the error."""
    read = notebook(settings)
    with pytest.raises(nbclient.exceptions.CellExecutionError):
        client_of(read, checkout).execute()
    (error,) = outputs_of(read, "error")
    return "".join(output.text for output in outputs_of(read, "stream")), list(error.traceback)


def execute_and_kill(checkout: Path, after: tuple[int, int], settings: Settings | None = None) -> None:
    """Run the cells in a kernel that is killed right after this epoch and step."""
    read = notebook(settings or {})
    at = next(at for at, cell in enumerate(read.cells) if "training" in cell.metadata.get("tags", []))
    read.cells.insert(at, nbformat.v4.new_code_cell(KILL.format(after=after)))
    with pytest.raises(nbclient.exceptions.DeadKernelError):
        client_of(read, checkout).execute()


def line_of(run: Path, metric: str, phase: int = TRAIN) -> list[float]:
    """Return a metric on the line of the only chain: what counts of all attempts together."""
    opened = open_run(run)
    (chain,) = opened.chains
    rows = chain.line[opened.rows.phase[chain.line] == phase]
    return list(opened.rows.values(metric)[rows].tolist())


def test_it_is_committed_without_outputs() -> None:
    cells = [cell for cell in nbformat.read(REPOSITORY / NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert {cell.execution_count for cell in cells} == {None}


def test_it_runs_from_top_to_bottom_and_after_a_kill_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    whole, broken = make_checkout(tmp_path / "whole"), make_checkout(tmp_path / "broken")
    with followed(whole) as follower:
        printed = execute(whole)
    assert "CURRENT STATUS" in printed
    check_what_it_learned(printed)
    execute_and_kill(broken, after=(1, 22))
    check_that_it_asks_about_other_settings(broken)
    assert "Going on from checkpoint_epoch1_step19" in execute(broken)

    follower.check(whole / "checkpoints")
    check_the_whole_one(whole / "checkpoints")
    assert [(chain, resumed) for chain, resumed, _ in attempts(broken / "checkpoints")] == [(1, False), (1, True)]
    assert open_run(broken / "checkpoints").chains[0].ghosts.size > 0
    for metric, phase in (("train_loss", TRAIN), ("grad_norm", TRAIN), ("eval_loss", EVAL), ("eval_loss", EPOCH)):
        values = line_of(whole / "checkpoints", metric, phase)
        assert line_of(broken / "checkpoints", metric, phase) == values
        assert all(value > 0 for value in values)


def check_what_it_learned(printed: str) -> None:
    after = printed.split("after:")[1:]
    assert [answer.split("'")[1] for answer in after] == ["odd", "even", "even"]  # of 101, 188 and 232
    assert "Odd or even: 101?\n    before: " in printed


def check_that_it_asks_about_other_settings(checkout: Path) -> None:
    before = sorted(checkout.glob("checkpoints/**"))
    printed, shown = execute_to_a_stop(checkout, {'"learning_rate": 7e-3': '"learning_rate": 5e-3'})
    assert "Settings that changed since then:\n    learning_rate: 0.007 -> 0.005\n" in printed
    assert len(shown) == 1  # no traceback
    assert shown[0].startswith("The settings above are others than those of the training so far; nothing was touched. IF_CHANGED")
    assert sorted(checkout.glob("checkpoints/**")) == before


def check_the_whole_one(directory: Path) -> None:
    assert attempts(directory) == [(1, False, "finished")]
    run = open_run(directory)
    assert (run.plan.total_steps, run.plan.total_epochs) == (3 * STEPS, 3)
    assert column(directory, "step", "train") == list(range(0, STEPS, LOG_EVERY)) * 3
    assert column(directory, "step", "eval") == [9, 19] * 3
    names = [saved.name for saved in run.checkpoints]
    assert names[-2:] == ["checkpoint_epoch2_step19", "checkpoint_epoch2_step27"]
    assert len(names) <= 3  # the best is kept, too
    losses = column(directory, "loss", "train")
    assert losses[-1] < 0.2 * losses[0]
    assert len(column(directory, "val_loss", "epoch")) == 3
    assert {file.name for file in (directory / "plots").iterdir()} == {"loss_curves.png", "memory_usage.png", "dashboard.png"}
    assert {file.name for file in (directory / "adapter").iterdir()} >= {"adapter_config.json", "adapter_model.safetensors"}
    assert not (directory / "adapter" / "state").exists()


def test_it_stops_early_says_why_and_keeps_the_best(checkout: Path) -> None:
    """With a learning rate of 0 no validation is better than the first; a file of texts and a merged model are tried along."""
    texts = [json.dumps({"text": f"{number} and {number} make {2 * number}."}) for number in range(100)]
    (checkout / "texts.jsonl").write_text("\n".join(texts))
    printed = execute(
        checkout,
        {
            "DATA = None": 'DATA = "texts.jsonl"',
            "PROMPTS = None": 'PROMPTS = ["7 and 7 make"]',
            'EXPORT = "adapter"': 'EXPORT = "merged"',
            '"learning_rate": 7e-3': '"learning_rate": 0.0',
            '"validate_every": 10, "save_every": 20, "patience": None,\n    },\n    "cuda"': (
                '"validate_every": 3, "save_every": 2, "patience": 2,\n    },\n    "cuda"'
            ),
        },
    )
    run = open_run(checkout / "checkpoints")
    record = run.attempts[-1].record
    assert record is not None
    assert (record.end, len(column(run.path, "val_loss", "eval"))) == ("finished", 3)
    assert record.reason is not None
    assert record.reason.startswith("stopped early after 9 of 33 steps: 2 validations in a row were no better than ")
    assert record.reason in " ".join(printed.split("TRAINING REPORT")[0].split())
    assert record.reason.split(":")[0] in printed.split("TRAINING REPORT")[1]
    assert [saved.step for saved in run.checkpoints] == [2, 7, 8]
    assert "7 and 7 make\n    before: " in printed
    assert (run.path / "merged" / "model.safetensors").exists()


@pytest.mark.parametrize(
    ("backend", "name", "save"),
    [
        ("cuda", "mistralai/Mistral-7B-v0.3", save_for_cuda),
        ("mlx", "mlx-community/Mistral-7B-v0.3-4bit", save_for_mlx),
    ],
)
def test_the_other_settings_train_a_model_in_four_bits_and_go_on_after_a_kill(
    backend: str, name: str, save: Callable[[Path], None], checkout: Path, tmp_path: Path
) -> None:
    """A small model from a folder stands for Mistral-7B: loading, quantisation, LoRA and checkpoints are the real ones."""
    model, run = tmp_path / "model", checkout / "checkpoints"
    model.mkdir()
    save(model)
    save_tokenizer(model, TEMPLATE)
    lines = [json.dumps({"messages": example.messages}) for example in odd_or_even()]
    (tmp_path / "mine.jsonl").write_text("\n".join(lines))
    settings = {
        'BACKEND = "tiny"': f'BACKEND = "{backend}"',
        "DATA = None": f'DATA = "{tmp_path / "mine.jsonl"}"',
        name: str(model),
        '"num_epochs": 3': '"num_epochs": 1',
        '"batch_size": 1, "gradient_accumulation_steps": 8': '"batch_size": 4, "gradient_accumulation_steps": 2',
        '"learning_rate": 1e-4': '"learning_rate": 1e-2',
        '"log_every": 5, "validate_every": 50, "save_every": 50': '"log_every": 2, "validate_every": 7, "save_every": 10',
    }
    execute_and_kill(checkout, (0, 14), settings)
    printed = execute(checkout, settings)
    assert "Going on from checkpoint_epoch0_step" in printed
    assert [(chain, resumed) for chain, resumed, _ in attempts(run)] == [(1, False), (1, True)]
    assert line_of(run, "step") == list(range(0, STEPS, LOG_EVERY))
    losses = line_of(run, "train_loss")
    assert losses[-1] < losses[0] - 0.5
    check_the_adapter(backend, model, run / "adapter", printed)


def check_the_adapter(backend: str, model: Path, adapter: Path, printed: str) -> None:
    """Check that the library's own loader takes the exported folder, and gives the answers that the notebook showed."""
    question = "<user>Odd or even: 101?</s><assistant>"
    if backend == "mlx":
        from mlx_lm import generate, load

        answer = generate(*load(str(model), adapter_path=str(adapter)), prompt=question, max_tokens=40)
    else:
        import torch
        from peft import AutoPeftModelForCausalLM
        from transformers import AutoTokenizer, BitsAndBytesConfig

        four_bits = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
        )
        loaded = AutoPeftModelForCausalLM.from_pretrained(adapter, quantization_config=four_bits)
        tokenizer = AutoTokenizer.from_pretrained(model)
        tokens = torch.tensor([tokenizer.encode(question)])
        said = loaded.generate(input_ids=tokens, attention_mask=torch.ones_like(tokens), max_new_tokens=40, do_sample=False)
        answer = tokenizer.decode(said[0, tokens.shape[1] :], skip_special_tokens=True)
    assert (
        f"Odd or even: 101?\n    before: {printed.split('before: ')[1].splitlines()[0]}\n    after:  {answer.strip()!r}"
        in printed
    )
