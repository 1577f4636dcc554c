"""What a training will run out of is said before it begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notebooks.finetuning.engine import TINY
from notebooks.finetuning.machine import check_machine, model_config
from notebooks.finetuning.needs import GB, Needs
from notebooks.finetuning.stop import Stop

SMALL = Needs(download=1.0, memory=1.0, checkpoints=1.0, merged=1.0)
ENDLESS = 1e9 * GB
TINY_SETTINGS = {"backend": "tiny", "model": "a tiny one"}


def check(settings: dict[str, str], output: Path, *, merges: bool = False, **needs: float) -> None:
    check_machine(settings, Needs(**{**vars(SMALL), **needs}), output, merges=merges)


def test_what_fits_is_not_talked_about(tmp_path: Path) -> None:
    check(TINY_SETTINGS, tmp_path / "not" / "yet" / "there", merges=True)


def test_too_little_memory_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        Stop, match=r"^This machine has [\d.]+ GB of memory free, and the training takes about 1000000000\.0 GB: close"
    ):
        check(TINY_SETTINGS, tmp_path, memory=ENDLESS)


def test_a_disk_that_gets_full_is_said_and_a_merged_model_counts(tmp_path: Path) -> None:
    with pytest.raises(
        Stop, match=rf"^The disk of {tmp_path} has [\d.]+ GB free, and the training takes about 1000000000\.0 GB there"
    ):
        check(TINY_SETTINGS, tmp_path / "checkpoints", checkpoints=ENDLESS)
    check(TINY_SETTINGS, tmp_path, merged=ENDLESS)
    with pytest.raises(Stop, match="The disk of"):
        check(TINY_SETTINGS, tmp_path, merged=ENDLESS, merges=True)


def test_everything_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(Stop) as stop:
        check(TINY_SETTINGS, tmp_path, memory=ENDLESS, checkpoints=ENDLESS)
    assert len(str(stop.value).splitlines()) == 2


@pytest.mark.integrations
def test_a_gpus_model_that_cannot_be_merged_in_main_memory_is_said(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    settings = {"backend": "cuda", "model": str(tmp_path)}
    with pytest.raises(Stop, match=r"GB of main memory free, and merging takes 1000000000\.0 GB at the end"):
        check(settings, tmp_path, merged=ENDLESS, merges=True)


@pytest.mark.integrations
@pytest.mark.parametrize(("backend", "library", "chip"), [("cuda", "torch", "NVIDIA GPU"), ("mlx", "mlx.core", "Apple silicon")])
def test_a_large_model_without_its_chip_is_said(tmp_path: Path, backend: str, library: str, chip: str) -> None:
    loaded = pytest.importorskip(library, exc_type=ImportError)
    if (loaded.cuda if backend == "cuda" else loaded.metal).is_available():
        pytest.skip("the chip is there")
    settings = {"backend": backend, "model": str(tmp_path)}
    with pytest.raises(Stop, match=f'^BACKEND is "{backend}", and this kernel sees no {chip}'):
        check(settings, tmp_path, download=14 * GB)
    check(settings, tmp_path, download=GB / 1000)


def test_the_sizes_of_a_model_in_a_folder_are_read_there(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"hidden_size": 7}))
    assert model_config({"backend": "mlx", "model": str(tmp_path)}) == {"hidden_size": 7}
    assert model_config(TINY_SETTINGS) == TINY


@pytest.fixture
def _without_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


@pytest.mark.integrations
@pytest.mark.usefixtures("_without_network")
def test_a_model_that_is_in_the_cache_needs_no_network_and_no_disk(tmp_path: Path) -> None:
    folder = tmp_path / "hub" / "models--me--small"
    snapshot = folder / "snapshots" / "0a"
    for file in (folder / "refs" / "main", snapshot / "config.json", snapshot / "model-1.safetensors"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("0a" if file.name == "main" else "{}")
    (snapshot / "model.safetensors.index.json").write_text(
        '{"weight_map": {"a": "model-1.safetensors", "b": "model-1.safetensors"}}'
    )
    settings = {"backend": "mlx", "model": "me/small"}
    assert model_config(settings) == {}
    check(settings, tmp_path, download=0.5 * GB)

    (snapshot / "model-1.safetensors").unlink()
    with pytest.raises(Stop, match="the training takes about"):
        check(settings | {"backend": "tiny-like"}, tmp_path, download=ENDLESS)


@pytest.mark.integrations
@pytest.mark.usefixtures("_without_network")
def test_a_model_that_cannot_be_had_is_said() -> None:
    with pytest.raises(Stop, match=r"^me/gone is not on this machine, and https://huggingface\.co cannot be reached: "):
        model_config({"backend": "cuda", "model": "me/gone"})
