from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest

from tests.builders import rows, write_run
from trainmon.analysis import analyse
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.reports.redaction import redacted
from trainmon.reports.text import report_text
from trainmon.runs.opening import open_run

SECRETS = ("anasilva", "gpu-box-17", "/home/", "Users", "projects", "secret-folder")


def secretive(tmp_path: Path) -> Path:
    directory = write_run(tmp_path / "secret-folder" / "run", [*rows(start=1_700_000_000.0), "torn"])
    config = {
        "model": "mistralai/Mistral-7B",
        "data": "/home/anasilva/projects/data/train.jsonl",
        "windows": "C:\\Users\\Ana Silva\\projects\\x.bin",
        "home": "~/projects/a.txt",
        "nested": [{"log": "see file:///home/anasilva/projects/log.txt please"}],
        "site": "https://huggingface.co/mistralai",
        "rate": "km/h and m/s",
    }
    attempt = {"id": "1", "first_row": 0, "host": "gpu-box-17.lan", "pid": 1, "end": "failed", "config": config}
    attempt["reason"] = "OSError: gpu-box-17: /home/anasilva/projects/ckpt is full, said anasilva"
    record = {"format": 1, "name": "run of anasilva", "notes": "on gpu-box-17", "attempts": [attempt]}
    (directory / "training_run.json").write_text(json.dumps(record), encoding="utf-8")
    return directory


def test_no_path_host_or_user_is_left_in_any_output(tmp_path: Path) -> None:
    run = redacted(open_run(secretive(tmp_path)))
    analysis = analyse(run, now=time.time())
    html = report_html(analysis).partition("<script>")[0]
    for output in (html, report_markdown(analysis), report_text(analysis), repr(run)):
        assert [secret for secret in (*SECRETS, str(tmp_path)) if secret in output] == []
    (tmp_path / "r.html").write_text(report_html(analysis), encoding="utf-8")
    assert [secret for secret in SECRETS if secret in repr(open_run(tmp_path / "r.html").config)] == []


def test_what_tells_nobody_stays(tmp_path: Path) -> None:
    config = redacted(open_run(secretive(tmp_path))).config
    assert config["data"] == "…/train.jsonl"
    assert config["home"] == "…/a.txt"
    assert config["nested"] == [{"log": "see …/log.txt please"}] or "log.txt" in config["nested"][0]["log"]
    for name, value in {
        "model": "mistralai/Mistral-7B",
        "site": "https://huggingface.co/mistralai",
        "rate": "km/h and m/s",
    }.items():
        assert config[name] == value


def test_the_figures_stay(tmp_path: Path) -> None:
    run = open_run(secretive(tmp_path))
    before, after = analyse(run, now=0.0), analyse(redacted(run), now=0.0)
    assert (after.train, after.eval, after.progress) == (before.train, before.eval, before.progress)


def test_this_machine_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "nodeseven")
    run = open_run(
        write_run(tmp_path / "run", start=1_700_000_000.0, config={"note": "trained on nodeseven", "user": "xnodesevenx"})
    )
    assert redacted(run).config == {"note": "trained on [name]", "user": "xnodesevenx"}
