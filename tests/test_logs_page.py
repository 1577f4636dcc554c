"""The page about logs that are there already holds in both languages: its commands run, its settings and links are there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guides import blocks
from tests.repository import REPOSITORY
from tests.test_guide_texts import anchors
from tests.tool_logs import gan_log
from trainmon.runs.opening import find_runs

PAGES = [REPOSITORY / "docs" / name for name in ("LOGS.md", "REGISTOS.md")]
both_pages = pytest.mark.parametrize("page", PAGES, ids=["LOGS", "REGISTOS"])


def test_both_pages_have_the_same_code_and_chapters() -> None:
    english, portuguese = ([(block.language, block.without_comments()) for block in blocks(page)] for page in PAGES)
    assert english == portuguese
    chapters = [len(re.findall(r"^## ", page.read_text(encoding="utf-8"), re.MULTILINE)) for page in PAGES]
    assert chapters[0] == chapters[1]


@both_pages
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    for file, anchor in re.findall(r"\]\(([\w./]*)#?([^)]*)\)", page.read_text(encoding="utf-8")):
        target = page.parent / file if file else page
        assert target.is_file()
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


@pytest.mark.skipif(os.name == "nt", reason="the commands are those of a Unix shell")
def test_the_command_to_try_says_what_is_wrong_with_the_log(tmp_path: Path) -> None:
    (block,) = (block for block in blocks(PAGES[0]) if block.language == "bash")
    environment = {
        **os.environ, "PYTHONPATH": str(REPOSITORY), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    ended = subprocess.run(["bash", "-c", block.code], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8")
    assert ended.returncode == 1
    assert "validation rose from 1.3500 to 1.6100" in ended.stdout
    assert "since epoch 4 while training fell" in ended.stdout


@both_pages
def test_the_settings_of_a_page_hold(page: Path, tmp_path: Path) -> None:
    (block,) = (block for block in blocks(page) if block.language == "toml")
    gan_log(tmp_path / "other.csv")
    (tmp_path / "losses.csv").write_text("epoch,loss,val_loss\n1,2,2\n2,1,1\n")
    (tmp_path / "trainmon.toml").write_text(block.code, encoding="utf-8")
    runs = {run.path.name: run for run in find_runs(tmp_path)}
    assert (runs["other.csv"].rows.roles["train_loss"], runs["other.csv"].problems) == ("loss_D", ())
    first = runs["losses.csv"]
    assert (first.name, first.rows.roles["train_loss"], first.plan.total_epochs) == ("first try", "loss", 20)
    assert first.problems == ()
