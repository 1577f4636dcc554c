from __future__ import annotations

import json
import re
import shutil
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.builders import rows, write_run
from tests.logs import HEADER, run_of, train, write_log
from tests.real_data import COACH, needs_real_logs
from trainmon.analysis import Analysis, analyse
from trainmon.commands.main import main
from trainmon.files.report_format import pack, packed_run, unpack
from trainmon.reports.html import report_html
from trainmon.reports.markdown import report_markdown
from trainmon.runs.library import Library
from trainmon.runs.opening import open_run

START = 1_700_000_000.0
Capture = pytest.CaptureFixture[str]
HOSTILE = '</script><!--<img src=x onerror=alert(1)>"{{a}}|`'


class Elements(HTMLParser):
    """The tags and the visible text of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._hidden = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def analysis_of(directory: Path) -> Analysis:
    return analyse(open_run(directory), now=time.time())


def status(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["status", str(path), "--json"]) == 0
    printed = capsys.readouterr().out
    found: dict[str, Any] = json.loads(printed[printed.index("{") :])["runs"][0]
    for name in ("run", "path", "format"):
        del found[name]
    found["state_evidence"] = re.sub(r"\d+ s ago", "now", found["state_evidence"])
    return found


def report(directory: Path, file: Path) -> Path:
    assert main(["report", str(directory), "--html", str(file)]) == 0
    return file


def test_the_report_is_a_run_with_the_same_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = rows(start=START)[:150], rows(start=START + 100_000)
    run = write_run(tmp_path / "run", [*first, *second, "torn"], config={"num_epochs": 3, "nested": {"a": [1, None]}})
    file = report(run, tmp_path / "elsewhere" / "report.html")
    before = status(run, capsys)
    shutil.rmtree(run)
    after = status(file, capsys)
    assert after == before
    assert open_run(file).config == {"num_epochs": 3, "nested": {"a": [1, None]}}


@needs_real_logs
def test_the_report_on_the_real_run_is_the_same_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(report(COACH, tmp_path / "coach.html"), capsys) == status(COACH, capsys)


def test_blank_nan_and_infinite_stay_apart(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", [train(0, step, loss) for step, loss in enumerate(["2", "", "nan", "inf", "1e-300", "0.1"])])
    (tmp_path / "r.html").write_text(report_html(analyse(run, now=START)), encoding="utf-8")
    again = open_run(tmp_path / "r.html")
    for name, column in run.rows.columns.items():
        assert column.logged.tolist() == again.rows.columns[name].logged.tolist()
        assert column.values.tobytes() == again.rows.columns[name].values.tobytes()


def test_many_rows_are_thinned_and_the_figures_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_run(tmp_path / "run", epochs=4, steps=25_000, start=START)
    file = report(run, tmp_path / "run.html")
    assert file.stat().st_size < 2_000_000
    before, after = status(run, capsys), status(file, capsys)
    for kind in ("train", "eval"):
        assert {**after[kind], "count": 0} == {**before[kind], "count": 0}
    assert after["rows"] < before["rows"]
    assert "of the run's" in after["problems"][-1]["reason"]
    assert "thinned" in Elements(file.read_text(encoding="utf-8")).text


def test_reports_below_a_root_are_runs_and_other_html_files_are_not(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", start=START)
    report(run, tmp_path / "received" / "theirs.html")
    report(run, run / "report.html")  # the run's own, which is no second run
    (tmp_path / "received" / "page.html").write_text("<html>not ours</html>", encoding="utf-8")
    library = Library([tmp_path])
    library.refresh()
    assert sorted(run.format for run in library.runs()) == ["trainmon", "trainmon_report"]
    alone = Library([tmp_path / "received" / "theirs.html"])
    alone.refresh()
    assert [run.name for run in alone.runs()] == ["run"]
    assert alone.root_problems() == ()


def test_a_damaged_report_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    file = report(write_run(tmp_path / "run", start=START), tmp_path / "r.html")
    whole = file.read_text(encoding="utf-8")
    start = whole.index('id="trainmon-run">') + 18
    for damaged in (
        whole[: start + 100],
        whole[:start] + "eJw" + whole[start + 50 :],
        whole[:start] + "!" + whole[start:],
        whole[:start],
    ):
        file.write_text(damaged, encoding="utf-8")
        run = open_run(file)
        assert run.rows.count == 0
        assert "cannot be read" in run.problems[0].reason


def test_hostile_names_are_text_and_nothing_else(tmp_path: Path) -> None:
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    header = f"{HEADER},{quoted}"
    directory = write_log(tmp_path / "run", [f"{line},1" for line in rows(start=START)], header)
    config = {HOSTILE: HOSTILE, "list": [HOSTILE]}
    summary = {"training_config": config, "training_date": "2026-01-01T00:00:00+00:00"}
    (directory / "training_summary.json").write_text(json.dumps(summary), encoding="utf-8")
    (directory / "training_run.json").write_text(
        json.dumps({"format": 1, "name": HOSTILE, "attempts": [], "notes": HOSTILE}), encoding="utf-8"
    )
    html = report_html(analysis_of(directory))
    found = Elements(html)
    assert "img" not in found.tags
    assert found.tags.count("script") == 4
    assert HOSTILE in found.text
    data = html.partition('id="trainmon-charts">')[2].partition("</script>")[0]
    assert "<" not in data
    assert set(json.loads(data)) == {"chart-loss", "chart-memory", "chart-epochs"}
    markdown = report_markdown(analysis_of(directory))
    assert re.search(r"(?<!\\)[<`]", markdown.replace("> ", "", 1)) is None


def test_it_says_what_a_team_wants_to_know(tmp_path: Path) -> None:
    text = Elements(report_html(analysis_of(write_run(tmp_path, start=START, config={"learning_rate": 1e-5})))).text
    for words in (
        "Train loss fell by",
        "Best validation loss",
        "1e-05",
        "Key metrics",
        "Environment",
        "all 303 rows",
    ):
        assert words in text
    assert "interim" not in text


def test_a_running_training_gets_an_interim_report(tmp_path: Path) -> None:
    analysis = analysis_of(write_run(tmp_path, rows()[:100]))
    assert "Training report (interim)" in Elements(report_html(analysis)).text
    assert "interim" in report_markdown(analysis)


def test_a_run_without_rows_has_a_report(tmp_path: Path) -> None:
    html = report_html(analysis_of(write_log(tmp_path, [])))
    assert "Nothing to judge" in html
    assert len(html) < 20_000


@pytest.mark.parametrize(
    "change",
    [
        {"phase": "9" * 303},
        {"time": ",".join(["1e300"] * 303)},
        {"roles": {"train_loss": "missing", "nonsense": "loss"}},
        {"attempts": "none"},
        {"attempts": [{"first_row": -5, "started": "yesterday"}, {"first_row": 10**9}]},
        {"numbers": [["loss", "1,2"]]},
        {"checkpoints": [{"name": 1}]},
        {"plan": {"total_steps": "many", "total_epochs": -1}},
        {"rows_of_run": "all"},
        {"format": 99},
        {"global_step": "x"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_report_from_a_stranger_breaks_nothing(
    change: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = report(write_run(tmp_path / "run", start=START), tmp_path / "r.html")
    html = file.read_text(encoding="utf-8")
    packed = packed_run(html)
    file.write_text(html.replace(packed, pack({**unpack(packed), **change})), encoding="utf-8")
    for command in (["status"], ["report"]):
        assert main([*command, str(file)]) == 0
    assert "bug" not in capsys.readouterr().err
