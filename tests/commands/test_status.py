from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.logs import write_log
from tests.rows import falling
from trainmon.commands.main import main

Capture = pytest.CaptureFixture[str]


def test_status_json_prints_one_document_and_nothing_else(tmp_path: Path, capsys: Capture) -> None:
    write_log(tmp_path / "run", falling())
    assert main(["status", str(tmp_path / "run"), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["runs"][0]["rows"] == 20
    assert printed.err == ""
