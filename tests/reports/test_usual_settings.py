"""A configuration of a hundred lines: what says something first, the rest folded."""

from __future__ import annotations

import html
import time
from pathlib import Path
from typing import Any

import pytest

from tests.builders import write_run
from trainmon.analysis import Analysis, analyse
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.sections import configuration
from trainmon.reports.text import report_text
from trainmon.reports.usual_settings import HUGGING_FACE, told_and_usual
from trainmon.runs.opening import open_run

TOLD = {
    "per_device_train_batch_size": 4,
    "gradient_accumulation_steps": 1,  # the default, but a reader wants to know it
    "lr_scheduler_type": "cosine",
    "learning_rate": 2e-4,
    "warmup_steps": 50,
    "bf16": True,
    "dataloader_pin_memory": False,  # off, where the library has it on
    "model_type": "mistral",
}
OFF = {f"option_{number}": value for number, value in enumerate([None, False, "", [], {}] * 8)}


def trainer() -> dict[str, Any]:
    """Return what a Trainer says of itself: everything that there is to set."""
    defaults = {name: values[0] for name, values in HUGGING_FACE.items()}
    return {**defaults, **OFF, **TOLD}


@pytest.fixture
def analysis(tmp_path: Path) -> Analysis:
    return analyse(open_run(write_run(tmp_path / "run", config=trainer())), now=time.time())


def test_what_the_library_sets_by_itself_is_told_apart() -> None:
    told, usual = told_and_usual(trainer())
    assert told == TOLD
    assert {**told, **usual} == trainer()


def test_a_setting_of_0_is_not_off() -> None:
    told, _ = told_and_usual({**OFF, "dropout": 0, "margin": 0.0})
    assert told == {"dropout": 0, "margin": 0.0}


def test_the_defaults_of_one_library_are_not_those_of_another() -> None:
    told, _ = told_and_usual({**OFF, "weight_decay": 0.0, "save_steps": 500})
    assert told == {"weight_decay": 0.0, "save_steps": 500}


def test_few_settings_are_all_shown() -> None:
    few, more = (dict(list(OFF.items())[:count]) for count in (24, 25))
    assert told_and_usual(few) == (few, {})
    assert told_and_usual(more) == ({}, more)


def test_the_html_report_folds_the_rest_and_has_all_of_it(analysis: Analysis) -> None:
    table, page = configuration(analysis), report_html(analysis)
    assert dict(table.rows) == {
        **{name: str(value) for name, value in TOLD.items()},
        "learning_rate": "0.0002", "bf16": "yes", "dataloader_pin_memory": "no",
    }  # fmt: skip
    first, _, folded = page.partition("<details>")
    said = f"{len(table.folded)} more: empty, off, or what the library sets by itself"
    assert folded.startswith(f"<summary>{html.escape(said)}</summary>")
    assert "adam_<wbr>beta1" not in first
    assert "adam_<wbr>beta1" in folded.partition("</details>")[0]


def test_text_and_markdown_say_how_many_are_left_out(analysis: Analysis) -> None:
    count = len(configuration(analysis).folded)
    for form in (report_text(analysis), report_markdown(analysis).replace("\\", "")):
        assert f"{count} more: empty, off, or what the library sets by itself" in form
        assert "learning_rate" in form
        assert "adam_beta1" not in form
