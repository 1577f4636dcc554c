"""W&B's own folder of a run, offline or not: the transaction log that it writes there, without W&B's library."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from trainmon import wording
from trainmon.files.growing_records import GrowingRecords
from trainmon.files.log_blocks import FILE_HEADER, pieces
from trainmon.files.text_file import LFS_ADVICE, LFS_POINTER
from trainmon.runs.readers import run_record
from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.documents.json_document import JsonDocument
from trainmon.runs.readers.documents.json_lines import JsonLinesSource
from trainmon.runs.readers.documents.json_rows import add_objects
from trainmon.runs.readers.folder_log import FolderLog
from trainmon.runs.readers.followed import Followed
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.stores.wandb_messages import WandbRun
from trainmon.runs.readers.table import Table
from trainmon.runs.run import AttemptRecord, End, Problem

FORMAT = "wandb"
_SUFFIX = ".wandb"
_OLD = "wandb-history.jsonl"  # what the library wrote before it had a transaction log


def recognises(candidate: Candidate) -> bool:
    """Return whether a file is a transaction log by its name."""
    return candidate.name.endswith(_SUFFIX)


def find(path: Path, names: Sequence[str]) -> FolderLog | None:
    """Return the log of a run's folder, to which all that W&B puts there belongs."""
    main = next((name for name in names if name.endswith(_SUFFIX)), None)
    if main is not None:
        return FolderLog(FORMAT, partial(WandbSource, path / main), lambda _: True, main)
    return FolderLog(FORMAT, partial(OldWandbSource, path / _OLD), lambda _: True, _OLD) if _OLD in names else None


class WandbSource:
    """Follows one transaction log."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.table = Table(path.name)
        self._followed = Followed(path.name, GrowingRecords(path, self))
        self.restart(0)

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        before = self.problems()
        return self._followed.refresh() or self.problems() != before

    def problems(self) -> list[Problem]:
        """Return what is wrong with the file."""
        broken = [Problem(self.path.name, None, self._broken)] if self._broken else []
        return [*self.table.problems, *broken, *self._followed.problems()]

    def about(self) -> About:
        """Return what the log says besides the rows."""
        return _about(self._run)

    def restart(self, size: int) -> None:
        """Forget everything: the file is another one than before."""
        self.needed = 0
        self.table.restart()
        self._run = WandbRun()
        self._broken = ""

    def records(self, data: bytes, offset: int) -> int:
        """Take the whole records at the beginning of `data`, and return how many of its bytes they are."""
        self._broken, done = "", 0
        if offset == 0:
            if data[: len(FILE_HEADER)] != FILE_HEADER[: len(data)]:
                self._broken = LFS_ADVICE if data.startswith(LFS_POINTER) else "is no log of W&B: it begins otherwise"
            if len(data) < len(FILE_HEADER) or self._broken:
                return 0
            done = len(FILE_HEADER)
        rows: list[dict[str, Any]] = []
        for piece in pieces(data, done, offset):
            if piece.end > len(data):
                self._broken = f"is damaged from byte {wording.count(offset + done)} on; nothing behind it can be read"
                break
            if piece.record is None:
                self.table.complain(None, f"is damaged between bytes {offset + done} and {offset + piece.end}")
            else:
                self._take(piece.record, rows)
            done = piece.end
        self.table.read_bytes += done
        add_objects(self.table, rows)
        self.table.entries = self.table.count
        return done

    def _take(self, record: bytes, rows: list[dict[str, Any]]) -> None:
        try:
            row = self._run.take(record)
        except ValueError as error:
            self.table.complain(None, f"a record {error}; it is left out")
            return
        if row is not None:
            rows.append(row)


class OldWandbSource(JsonLinesSource):
    """Follows the rows of an older run's folder; its configuration and how it ended lie beside them."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._metadata = JsonDocument(path.parent / "wandb-metadata.json")

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        changed = [super().refresh(), self._metadata.refresh()]
        return any(changed)

    def about(self) -> About:
        """Return what lies beside the rows."""
        config = {
            name: entry["value"] for name, entry in self._config.value.items() if isinstance(entry, dict) and "value" in entry
        }
        run = WandbRun(started=run_record.moment(self._metadata.value.get("startedAt")), config=config)
        code, ended = self._metadata.value.get("exitcode"), run_record.moment(self._metadata.value.get("heartbeatAt"))
        if isinstance(code, int) and run.started is not None:
            run.exit_code, run.seconds = code, int((ended or run.started) - run.started)
        return _about(run)


def _about(run: WandbRun) -> About:
    about = About(config=deepcopy(run.config), name=run.name, tags=run.tags, notes=run.notes)
    return replace(about, records=(_attempt(run),)) if run.started is not None else about


def _attempt(run: WandbRun) -> AttemptRecord:
    attempt = AttemptRecord("1", first_row=0, started=run.started, host=run.host or None)
    if run.exit_code is None or run.started is None:
        return attempt
    reason = f"exit code {run.exit_code}" if run.exit_code else None
    end: End = "failed" if run.exit_code else "finished"
    return replace(attempt, ended=run.started + run.seconds, end=end, reason=reason)
