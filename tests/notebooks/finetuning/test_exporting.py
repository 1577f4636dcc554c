"""What is taken away: an adapter without what only going on takes, or a whole model, and a line that says how it is used."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from notebooks.finetuning.encoding import FALLBACK_TEMPLATE
from notebooks.finetuning.exporting import export
from notebooks.finetuning.stop import Stop
from tests.notebooks.finetuning.test_checkpoints import SmallEngine, names, trained


def exported(output: Path, kind: str, backend: str, template: str = "its own") -> str:
    best = trained(output, 2.0, 1.0).best()
    assert best is not None
    tokenizer: Any = SimpleNamespace(chat_template=template)
    return export(kind, best, SmallEngine(), tokenizer, {"backend": backend, "model": "me/model"})


def test_an_adapter_is_what_its_library_reads_and_nothing_more(tmp_path: Path) -> None:
    said = exported(tmp_path, "adapter", "mlx")
    assert names(tmp_path / "adapter") == ["adapter.txt"]
    assert said == (
        f"The adapter of checkpoint_epoch0_step1 is in {tmp_path / 'adapter'}. To use it:\n"
        f'    mlx_lm.generate --model me/model --adapter-path {tmp_path / "adapter"} --prompt "..."'
    )


def test_a_merged_model_stands_alone_and_replaces_the_last_one(tmp_path: Path) -> None:
    for _ in range(2):
        said = exported(tmp_path, "merged", "cuda")
    assert names(tmp_path / "merged") == ["model.txt"]
    assert said.endswith(f'    AutoModelForCausalLM.from_pretrained("{tmp_path / "merged"}")')
    assert exported(tmp_path, "merged", "mlx").endswith(f'--model {tmp_path / "merged"} --prompt "..."')


def test_where_the_model_has_no_template_the_format_is_said(tmp_path: Path) -> None:
    assert exported(tmp_path, "adapter", "mlx", FALLBACK_TEMPLATE).endswith('--prompt "[INST] ... [/INST]"')
    said = exported(tmp_path, "adapter", "cuda", FALLBACK_TEMPLATE)
    assert said.endswith(
        f'PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("me/model"), "{tmp_path / "adapter"}"), '
        'asked with "[INST] ... [/INST]"'
    )


def test_another_kind_is_said(tmp_path: Path) -> None:
    with pytest.raises(Stop, match='EXPORT is \'gguf\': it has to be "adapter", "merged" or None'):
        exported(tmp_path, "gguf", "mlx")
