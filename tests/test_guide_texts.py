"""The guides say the same in both languages, and what stands in them beside commands and snippets is true."""

from __future__ import annotations

import importlib
import re
import time
from pathlib import Path

import pytest

from tests.builders import write_run
from tests.guides import GUIA, GUIDE, README, Block, blocks
from tests.repository import REPOSITORY
from tests.sample_training import in_its_last_epoch, when_finished
from trainmon import analyse, open_run
from trainmon.commands.terminal import screen
from trainmon.errors import MissingLibraryError
from trainmon.reports.text import report_text

both_guides = pytest.mark.parametrize("guide", [GUIA, GUIDE], ids=["GUIA", "GUIDE"])


def test_both_new_guides_have_the_same_code() -> None:
    """What runs of one has run of the other."""

    def code(guide: Path) -> list[tuple[str, list[str]]]:
        return [(block.language, block.without_comments()) for block in blocks(guide)]

    assert code(GUIA) == code(GUIDE)
    assert lines_of_libraries(GUIA) == lines_of_libraries(GUIDE)
    assert sum(len(block.commands()) for block in blocks(GUIA) if block.language == "bash") > 20


def lines_of_libraries(guide: Path) -> list[str]:
    """Return the code in a guide's table of libraries."""
    rows = [line for line in guide.read_text(encoding="utf-8").splitlines() if "trainmon.integrations" in line]
    return re.findall(r"`([^`]+)`", " ".join(rows))


def anchors(text: str) -> set[str]:
    """Return what links to the headings of a text end in."""
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@both_guides
def test_links_of_a_guide_lead_somewhere(guide: Path) -> None:
    for file, anchor in re.findall(r"\]\(([\w./]*)#?([^)]*)\)", guide.read_text(encoding="utf-8")):
        target = guide.parent / file if file else guide
        assert target.is_file()
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


@both_guides
def test_the_samples_are_what_is_printed(guide: Path, tmp_path: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert f"```\n{screen(in_its_last_epoch(tmp_path / 'running')).plain.rstrip()}\n```\n" in text
    assert f"```\n{report_text(when_finished(tmp_path / 'finished')).rstrip()}\n```\n" in text


@both_guides
def test_the_metrics_can_be_read_after_the_first_snippet_alone(
    guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    snippets = [block.code for block in blocks(guide) if block.language == "python"]
    monkeypatch.chdir(tmp_path)
    for code in (snippets[0], next(code for code in snippets if "json.load" in code)):
        exec(compile(code, guide.name, "exec"), {})  # noqa: S102 - the guide's own code, as a person runs it
    assert "Best loss: 2.345\nTotal steps: 1\nLoss history: [2.345]" in capsys.readouterr().out


@both_guides
def test_every_setting_of_a_guide_is_known(guide: Path, tmp_path: Path) -> None:
    (code,) = (block.code for block in blocks(guide) if block.language == "toml")
    (write_run(tmp_path) / "trainmon.toml").write_text(code, encoding="utf-8")
    run = open_run(tmp_path)
    assert (run.name, run.problems) == ("Mistral, warm-up 200", ())
    assert analyse(run, now=time.time()).notices == ()


@pytest.mark.parametrize("text", [GUIA, GUIDE, README], ids=["GUIA", "GUIDE", "README"])
def test_the_line_of_each_library_imports_what_is_there(text: Path) -> None:
    lines = re.findall(r"from (trainmon\.integrations\.\w+) import (\w+)", text.read_text(encoding="utf-8"))
    assert len(lines) == 5
    for module, name in lines:
        try:
            assert hasattr(importlib.import_module(module), name)
        except MissingLibraryError:
            file = REPOSITORY.joinpath(*module.split(".")).with_suffix(".py")
            assert f"class {name}(" in file.read_text(encoding="utf-8")


def test_a_block_inside_a_list_is_found(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text("1. **Do**\n   ```bash\n   # why\n   ls\n   ```\n\n```\nno code\n```\n")
    assert blocks(tmp_path / "guide.md") == [Block("bash", 3, "# why\nls\n")]
