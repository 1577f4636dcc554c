"""The engines: training goes on exactly, adapters are what the libraries' own tools read, and prompts are not learned."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notebooks.finetuning.encoding import NOT_LEARNED, Batch, Encoded
from notebooks.finetuning.engine import Engine, let_go, load_engine, load_tokenizer
from tests.notebooks.small_models import save_for_cuda, save_for_mlx, save_tokenizer

pytest.importorskip("transformers")
pytest.importorskip("peft")
pytestmark = [pytest.mark.integrations, pytest.mark.filterwarnings("default")]


@pytest.fixture(params=["tiny", "cuda", "mlx"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Return the settings of a training whose dropout draws many random numbers."""
    folder = tmp_path / "model"
    folder.mkdir()
    if request.param != "tiny":
        {"cuda": save_for_cuda, "mlx": save_for_mlx}[request.param](folder)
        save_tokenizer(folder)
    return {
        "backend": request.param, "model": str(folder), "seed": 0, "learning_rate": 1e-2, "lora_rank": 4, "lora_alpha": 8,
        "lora_dropout": 0.5,
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "checkpoint"
    made.mkdir()
    return made


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums in several threads may differ in their last digit."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def batches(count: int = 6, sizes: tuple[int, ...] = (2, 1)) -> list[list[Batch]]:
    """Return the batches of some steps: short sequences of different length, their first half not learned."""
    generator = random.Random(0)

    def one() -> Encoded:
        tokens = [generator.randrange(3, 250) for _ in range(generator.randrange(8, 20))]
        half = len(tokens) // 2
        return Encoded(tokens, [NOT_LEARNED] * half + tokens[half:], None)  # type: ignore[arg-type]

    return [[[one() for _ in range(size)] for size in sizes] for _ in range(count)]


def save(engine: Engine, folder: Path) -> None:
    (folder / "state").mkdir()
    engine.save(folder)
    engine.save_state(folder / "state")


def test_a_resumed_training_goes_on_with_the_same_losses(settings: dict[str, Any], folder: Path) -> None:
    steps, engine = batches(), load_engine(settings)
    for step in steps[:3]:
        engine.step(step, 1e-2)
    save(engine, folder)
    expected = [engine.step(step, 1e-2) for step in steps[3:]]

    resumed = load_engine(settings)
    resumed.load(folder)
    resumed.load_state(folder / "state")
    assert [resumed.step(step, 1e-2) for step in steps[3:]] == expected
    assert len({loss for loss, _ in expected}) == 3


def test_it_would_not_with_other_random_numbers(settings: dict[str, Any]) -> None:
    (*steps, step), engine = batches(), load_engine(settings)
    for each in steps:
        engine.step(each, 1e-2)
    assert engine.step(step, 0.0)[0] != engine.step(step, 0.0)[0]


def test_prompts_and_padding_count_for_nothing(settings: dict[str, Any]) -> None:
    engine, ((three, one),) = load_engine(settings), batches(1, (3, 1))
    loss, learned = engine.loss(three)
    assert learned == sum(label != NOT_LEARNED for each in three for label in each.labels)
    assert loss == pytest.approx(sum(engine.loss([each])[0] for each in three), rel=1e-4)
    other = [Encoded(each.tokens, [NOT_LEARNED] * (len(each.tokens) - 1) + each.tokens[-1:], each.example) for each in one]
    assert engine.loss(other)[1] == 1
    assert engine.loss(other)[0] < engine.loss(one)[0]


def test_batches_that_are_accumulated_learn_what_one_of_all_would(settings: dict[str, Any]) -> None:
    settings["lora_dropout"] = 0.0
    ((pair, one),) = batches(1)
    apart, together = load_engine(settings).step([pair, one], 0.0), load_engine(settings).step([[*pair, *one]], 0.0)
    assert apart == pytest.approx(together, rel=1e-3)


def test_an_answer_begins_with_the_token_that_has_the_lowest_loss(settings: dict[str, Any]) -> None:
    (*steps, _), engine = batches(), load_engine(settings)
    for step in steps:
        engine.step(step, 1e-2)
    question, none = [70, 80, 90], [NOT_LEARNED] * 3
    losses = [engine.loss([Encoded([*question, token], [*none, token], None)])[0] for token in range(257)]  # type: ignore[arg-type]
    said = engine.answer(question, 5)
    assert said[0] == losses.index(min(losses))
    assert 1 <= len(said) <= 5


def other_loss(settings: dict[str, Any], folder: Path, batch: Batch) -> float:
    """Return the loss of a batch by a model that the library itself loads with the adapter in a folder."""
    if settings["backend"] == "mlx":
        from mlx_lm import load

        from notebooks.finetuning.mlx_engine import _arrays, _sum

        model, _ = load(settings["model"], adapter_path=str(folder))
        return float(_sum(model, *_arrays(batch))[0].item())
    from peft import PeftModel

    from notebooks.finetuning.torch_engine import _in_four_bits

    engine = load_engine(settings)
    engine.model = PeftModel.from_pretrained(_in_four_bits(settings["model"]), str(folder))  # type: ignore[attr-defined]
    return engine.loss(batch)[0]


def test_the_librarys_own_loader_takes_the_folder_of_a_checkpoint(settings: dict[str, Any], folder: Path) -> None:
    steps, engine = batches(), load_engine(settings)
    before = engine.loss(steps[0][0])[0]
    for step in steps:
        engine.step(step, 1e-2)
    save(engine, folder)
    after = engine.loss(steps[0][0])[0]
    assert after != pytest.approx(before, rel=1e-3)
    if settings["backend"] != "tiny":  # whose base is no model that a folder holds
        assert other_loss(settings, folder, steps[0][0]) == pytest.approx(after, rel=1e-3)


def test_a_merged_model_needs_no_adapter(settings: dict[str, Any], folder: Path, tmp_path: Path) -> None:
    steps, engine = batches(), load_engine(settings)
    for step in steps * 3:
        engine.step(step, 1e-2)
    save(engine, folder)
    merged = tmp_path / "merged"
    engine.merge(folder, merged, load_tokenizer(settings))
    batch = steps[0][0]
    if settings["backend"] == "mlx":
        from mlx_lm import load

        from notebooks.finetuning.mlx_engine import _arrays, _sum

        model, _ = load(str(merged))
        loss = float(_sum(model, *_arrays(batch))[0].item())
    else:
        from transformers import AutoModelForCausalLM

        engine_of_merged = load_engine(settings)
        engine_of_merged.model = AutoModelForCausalLM.from_pretrained(merged)  # type: ignore[attr-defined]
        loss, _ = engine_of_merged.loss(batch)
    rounding = 1e-4 if settings["backend"] == "tiny" else 0.05  # the original in 16 bits, or the merged one in 4
    assert loss == pytest.approx(engine.loss(batch)[0], rel=rounding)
    assert (merged / "tokenizer_config.json").exists()


def test_a_model_that_only_a_stopped_cell_still_holds_is_let_go_of() -> None:
    import weakref

    class Model:
        pass

    def cell(model: Model) -> None:
        raise KeyboardInterrupt

    model = Model()
    held = weakref.ref(model)
    try:
        cell(model)
    except KeyboardInterrupt as stopped:
        sys.last_traceback = stopped.__traceback__.tb_next  # type: ignore[union-attr]
        assert sys.last_traceback is not None
        assert sys.last_traceback.tb_frame.f_locals["model"] is model
    del model
    try:
        assert held() is not None
        let_go()
        assert held() is None
    finally:
        del sys.last_traceback
