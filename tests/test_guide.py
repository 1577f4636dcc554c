"""Everything that the guides tell people to type works as written, in order, in a copy of the repository."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.builders import write_run
from tests.guides import GUIA, OLD_GUIDE, blocks, unknown_to_pip
from tests.repository import REPOSITORY
from tests.waiting import PATIENCE, wait_until
from trainmon import MetricsTracker

# The exceptions. All else runs as written. A command that stands in a guide several times runs the last time.
INSTALLING = re.compile(r"pip install (.+)")  # no test needs the network: only that what is named is there
SAYS_NOTHING = re.compile(r"python3 -m venv |source ")
ENDS_WITH = ((re.compile(r"python -m trainmon check "), (0, 1, 2)),)  # what was found; all else ends with 0
ENDLESS = (  # stopped after the first screen that shows what the command is for
    (re.compile(r".* --share"), r"http://\S+/\?token=\w+"),
    (re.compile(r"python scripts/monitor\.py(?!.*--report)"), r"TRAINING MONITOR(.|\n)*BEST CHECKPOINT"),
    (re.compile(r"jupyter notebook"), r"http://(localhost|127\.0\.0\.1):\d+/"),
    (re.compile(r"streamlit run |python -m trainmon app"), r"URL: http://127\.0\.0\.1:\d+"),
)
ASSUMED = """
import time
from scripts.metrics import MetricsTracker, PerformanceMonitor, get_available_memory
from scripts.visualization import TrainingVisualizer
num_epochs, train_loader, dataset = 3, range(120), range(2414)
config = {"num_epochs": 3, "batch_size": 1, "learning_rate": 1e-05, "max_seq_length": 256}
loss_value, avg_loss, val_loss_value, start_time = 1.5, 1.6, 1.7, time.time()
"""  # the names that snippets take from the reader's own training, or from snippets before them

COPIED = ("app.py", "pages", "trainmon", "scripts", ".streamlit", "pyproject.toml", "requirements.txt", "notebooks")


class Copy:
    """A copy of the repository, and the environment of somebody who works in it."""

    def __init__(self, root: Path, home: Path) -> None:
        root.mkdir()
        for path in (REPOSITORY / name for name in COPIED):
            if path.is_dir():
                shutil.copytree(path, root / path.name, ignore=shutil.ignore_patterns("__pycache__"))
            elif path.exists():
                shutil.copy(path, root)
        write_run(root / "my_checkpoints", epochs=1, steps=30)
        home.mkdir()
        server = {"ServerApp": {"allow_root": True, "open_browser": False}}  # root is who runs CI
        (home / "jupyter_server_config.json").write_text(json.dumps(server))
        self.root = root
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "IPYTHONDIR": str(home),
            "JUPYTER_CONFIG_DIR": str(home),
            "JUPYTER_RUNTIME_DIR": str(home),
        }

    def run(self, command: str) -> None:
        """Run a shell command to its end, or an endless one until it shows what it is for."""
        if installing := INSTALLING.match(command):
            assert unknown_to_pip(self.root, installing[1]) == []
            return
        good_screen = next((screen for endless, screen in ENDLESS if endless.match(command)), None)
        if good_screen is not None:
            self._run_until(command, good_screen)
            return
        how = {"cwd": self.root, "env": self.environment, "stdin": subprocess.DEVNULL, "timeout": PATIENCE}
        ended = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", **how)  # type: ignore[call-overload]
        good_ends = next((ends for which, ends in ENDS_WITH if which.match(command)), (0,))
        assert ended.returncode in good_ends, f"{command}\n{ended.stdout[-2000:]}\n{ended.stderr[-2000:]}"
        assert ended.stdout.strip() or SAYS_NOTHING.match(command), f"{command} says nothing"

    def _run_until(self, command: str, good_screen: str) -> None:
        log = self.root.parent / "screen.log"

        def shown() -> str:
            return log.read_text(encoding="utf-8", errors="replace")

        def shows() -> bool:
            over = started.poll() is not None
            found = re.search(good_screen, shown()) is not None
            assert found or not over, f"{command} ended by itself:\n{shown()[-2000:]}"
            return found

        with log.open("wb") as output:
            started = subprocess.Popen(
                ["bash", "-c", command], cwd=self.root, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            wait_until(shows, lambda: f"{command} does not come to its first screen:\n{shown()[-2000:]}")
        finally:
            _stop(started)


def _stop(started: subprocess.Popen[bytes]) -> None:
    """End a command and all that it started; its group is its own."""
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(started.pid, how)
            started.wait(timeout=2)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
    started.wait()


class Notebook:
    """A kernel in which snippets run one after the other, as the cells of a notebook do."""

    def __init__(self, copy: Copy, folder: str = ".") -> None:
        from jupyter_client.manager import start_new_kernel

        self._manager, self._client = start_new_kernel(cwd=str(copy.root / folder), env=copy.environment)
        self.printed = ""
        self.pictures = 0

    def run(self, code: str) -> None:
        """Run a cell; an error in it fails the test."""
        reply = self._client.execute_interactive(code, timeout=PATIENCE, output_hook=self._take)
        assert reply["content"]["status"] == "ok", f"{code}\n{reply['content'].get('evalue')}"

    def _take(self, message: dict[str, Any]) -> None:
        content = message["content"]
        self.printed += content.get("text", "") if message["msg_type"] == "stream" else ""
        self.pictures += message["msg_type"] == "display_data" and "image/png" in content["data"]

    def close(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "trainmon", tmp_path / "home")


@pytest.fixture
def notebook(copy: Copy) -> Iterator[Notebook]:
    pytest.importorskip("jupyter_client")
    opened = Notebook(copy)
    opened.run(ASSUMED)
    yield opened
    opened.close()


def name_of(guide: Path) -> str:
    return guide.stem


@pytest.mark.skipif(os.name == "nt", reason="the guides' commands are those of a Unix shell")
@pytest.mark.filterwarnings("ignore")  # of Jupyter's own client
@pytest.mark.parametrize("guide", [OLD_GUIDE, GUIA], ids=name_of)
def test_everything_in_the_guide_runs_as_written(guide: Path, copy: Copy, notebook: Notebook) -> None:
    if not guide.is_file():
        pytest.skip("the guide is not beside this checkout")
    steps = [step for block in blocks(guide) for step in block.steps()]
    for at, (language, code) in enumerate(steps):
        if language == "python":
            notebook.run(code)
        elif language == "toml":
            (copy.root / "checkpoints" / "trainmon.toml").write_text(code, encoding="utf-8")
        elif (language, code) not in steps[at + 1 :]:
            copy.run(code)
    plots = {path.name for path in (copy.root / "checkpoints" / "plots").iterdir()}
    assert plots >= {"loss_curves.png", "memory_usage.png", "dashboard.png"}
    assert notebook.pictures >= 6
    assert notebook.printed.count("TRAINING REPORT") == 2
    assert "Best loss: 1.5" in notebook.printed


@pytest.mark.filterwarnings("ignore")  # of Jupyter's own client
def test_the_monitored_notebook_finds_trainmon_from_its_own_folder(copy: Copy) -> None:
    """Jupyter runs a notebook where it lies, and not where it was started."""
    pytest.importorskip("jupyter_client")
    cells = json.loads((copy.root / "notebooks" / "mistral_qlora_training_monitored.ipynb").read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    upto = next(at for at, source in enumerate(code) if "from trainmon import" in source)
    with closing(Notebook(copy, "notebooks")) as opened:
        for cell in code[: upto + 1]:
            opened.run(cell)
    assert f"logged into {copy.root / 'checkpoints'}" in opened.printed


def test_the_status_beside_a_live_writer_leaves_every_file_as_it_is(tmp_path: Path) -> None:
    command = "from scripts.metrics import MetricsTracker; MetricsTracker('checkpoints').print_status()"
    assert any(command in block.code for block in blocks(GUIA))

    def files() -> dict[str, tuple[str, int]]:
        found = (path for path in (tmp_path / "checkpoints").rglob("*") if path.is_file())
        return {str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in found}

    with MetricsTracker(tmp_path / "checkpoints") as writer:
        for step in range(20):
            writer.log_step(0, step, 2 - step / 20)
        writer.save_json()
        writer._writer.environment.wait()  # it is collected beside the first row
        before = files()
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
        ended = subprocess.run(
            [sys.executable, "-c", command], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=True
        )
        assert files() == before
        writer.log_step(0, 20, 1.0)
    assert "Current Loss: 1.0500" in ended.stdout
