"""A run whose every word tries to be something else: HTML, Markdown, an expression of the charts, a path."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.builders import rows, write_run
from tests.logs import HEADER

HTML = '<img src=x onerror="alert(1)"><script>alert(2)<\\/script>'
MARKDOWN = (
    "**bold** [link](javascript:alert(3)) ![i](http://192.0.2.99/x.png) :red[red] :material/home: $x^2$ `code` # | a | b | "
    "www.example.org a@example.org"
)
EXPRESSION = "${alert(4)} datum['x'] + \" ' \\\" \\' ) + alert(5) + (' {{7*7}} %s {0}"
UNICODE = "\u202egnp.exe\u202c \u0661 ﷽ 👩‍🚀 e\u0301 \u2028 \ufeff"
LONG = "verylongname" * 30
WORDS = {"html": HTML, "markdown": MARKDOWN, "expression": EXPRESSION, "unicode": UNICODE, "long": LONG}


def folder_name(words: str) -> str:
    """Return words as a file system takes them."""
    return words.replace("/", "∕").replace("\u2028", " ").strip()[:80]


def write_hostile(root: Path, words: str, start: float = 1_700_000_000.0) -> Path:
    """Write a run that holds these words wherever a run can hold words, and return its folder."""
    run = root / folder_name(words)
    name = " ".join(words.split())  # the log has no line break inside a cell
    lines = [_line([*line.split(","), f"{0.5 + at / 1000}", name]) for at, line in enumerate(rows(start=start))]
    write_run(run, lines, header=_line([*HEADER.split(","), f"metric {name}", f"text {name}"]))
    config = {words: words, "nested": {words: [words, {words: 1}]}, "num_epochs": 3}
    attempt = {
        "id": words, "first_row": 0, "end": "failed", "reason": words, "host": words, "config": config,
        "environment": {"python": words, "packages": {words: words}, "gpu": [words], "git": {"commit": words}},
    }  # fmt: skip
    document = {"format": 1, "name": words, "tags": [words], "notes": words, "attempts": [attempt]}
    (run / "training_run.json").write_text(json.dumps(document), encoding="utf-8")
    summary = {"training_config": config, "training_date": words, "best_checkpoint": words, "total_samples_processed": 100}
    (run / "training_summary.json").write_text(json.dumps(summary), encoding="utf-8")
    (run / f"{folder_name(words)}.pt").write_bytes(b"0")
    checkpoint = run / "checkpoint_epoch1_step50"
    checkpoint.mkdir()
    (checkpoint / "checkpoint_info.json").write_text(json.dumps({"epoch": 1, "step": 50, "loss": words}), encoding="utf-8")
    with (run / "training_metrics.csv").open("a", encoding="utf-8") as file:
        file.write(f"{name}\n")  # a problem with a line, said in its own words
    return run


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
