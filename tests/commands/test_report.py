from __future__ import annotations

from pathlib import Path

import pytest

from tests.logs import write_log
from tests.rows import falling
from trainmon.commands.main import main

Capture = pytest.CaptureFixture[str]


def test_report_writes_what_is_asked_for_and_prints_it_otherwise(tmp_path: Path, capsys: Capture) -> None:
    run = write_log(tmp_path / "run", falling())
    assert main(["report", str(run)]) == 0
    assert "📊 TIMING" in capsys.readouterr().out
    html, markdown = tmp_path / "out" / "a.html", tmp_path / "out" / "a.md"
    assert main(["report", str(run), "--html", str(html), "--markdown", str(markdown), "--png", "--redact"]) == 0
    assert capsys.readouterr().out.count("Wrote ") == 5
    assert "![Loss curves](<../run/plots/loss_curves.png>)" in markdown.read_text(encoding="utf-8")
    assert html.stat().st_size > 900_000
    assert sorted(path.name for path in html.parent.iterdir()) == ["a.html", "a.md"]


def test_report_wants_one_run(tmp_path: Path, capsys: Capture) -> None:
    for name in ("one", "two"):
        write_log(tmp_path / name, falling())
    assert main(["report", str(tmp_path)]) == 3
    assert "holds 2 runs; name one of them" in capsys.readouterr().err
    (tmp_path / "notes.txt").write_text("not a log")
    assert main(["report", str(tmp_path / "notes.txt")]) == 3
