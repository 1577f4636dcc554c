"""trainer_log.jsonl, which LLaMA-Factory writes row by row: what it has beyond the state that the Trainer saved last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.readers.log_file import LogFile

LOG_FILE = "trainer_log.jsonl"
STEP = "current_steps"
_NAMES = {STEP: "step", "lr": "learning_rate"}  # as the Trainer calls them
_LEFT_OUT = ("total_steps", "percentage", "elapsed_time", "remaining_time", "throughput", "total_tokens")


class LlamaFactoryLog:
    """Follows the log beside the states, where there is one."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOG_FILE
        self._file = LogFile(self._path, self)
        self._rows: list[dict[str, Any]] = []

    def restart(self, size: int) -> None:
        """Forget everything."""
        self._rows = []

    def lines(self, data: bytes, first_line: int) -> None:
        """Take complete lines; those that are no rows are left to the reader of that file."""
        for line in data.split(b"\n"):
            try:
                row = parse(line)
            except ValueError:
                continue
            if isinstance(row, dict) and isinstance(row.get(STEP), int):
                self._add({_NAMES.get(name) or name: cell for name, cell in row.items() if name not in _LEFT_OUT})

    def _add(self, row: dict[str, Any]) -> None:
        if self._rows and row["step"] < self._rows[-1]["step"]:
            self._rows = []  # another training began
        self._rows.append(row)

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        return self._path.exists() and self._file.refresh()

    def beyond(self, step: int) -> list[dict[str, Any]]:
        """Return the rows after a step, named as the Trainer names them."""
        return [row for row in self._rows if row["step"] > step and row.keys() > {"step", "epoch"}]
