"""Our own format: a checkpoint directory with training_metrics.csv and the JSON files beside it, the original system's too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from trainmon.files import format as file_format
from trainmon.runs.readers import metrics_json, run_record
from trainmon.runs.readers.checkpoints import CheckpointFolder
from trainmon.runs.readers.contents import Contents, roles_of
from trainmon.runs.readers.documents.json_document import JsonDocument
from trainmon.runs.readers.settings import Settings
from trainmon.runs.readers.tables.csv_block import NO_PHASE, Kind
from trainmon.runs.readers.tables.csv_file import CsvFile
from trainmon.runs.run import EPOCH, TRAIN, Problem, Rows, Samples

FORMAT = "trainmon"
RUN_FILES = (file_format.METRICS_CSV, file_format.METRICS_JSON, file_format.SUMMARY_JSON, file_format.RUN_JSON)
_KINDS: dict[str, Kind] = {"timestamp": "time", "phase": "phase"}


def recognises(file_names: Sequence[str]) -> bool:
    """Return whether a directory with these files is one of ours."""
    return any(name in file_names for name in RUN_FILES)


def kind_of(name: str, _first: str = "") -> Kind:
    """Return what a column of training_metrics.csv holds."""
    return _KINDS.get(name, "number" if name in file_format.METRICS_COLUMNS else "metric")


def kind_of_sample(name: str, _first: str = "") -> Kind:
    """Return what a column of training_system.csv holds."""
    return "time" if name == file_format.SYSTEM_COLUMNS[0] else "metric"


class CheckpointDirectory:
    """Follows the files of one checkpoint directory."""

    format = FORMAT

    def __init__(self, path: Path, settings_directories: Sequence[Path] = ()) -> None:
        self.path = path
        self._csv = CsvFile(path / file_format.METRICS_CSV, kind_of)
        self._table = self._csv.table
        self._system = CsvFile(path / file_format.SYSTEM_CSV, kind_of_sample)
        self._only_sampled = False
        self._metrics = JsonDocument(path / file_format.METRICS_JSON)
        self._summary = JsonDocument(path / file_format.SUMMARY_JSON)
        self._record = JsonDocument(path / file_format.RUN_JSON)
        self._settings = Settings([path, *settings_directories])
        self._checkpoints = CheckpointFolder(path)
        self._contents: Contents | None = None

    def refresh(self) -> bool:
        """Read what is new and say whether anything was."""
        changed = [self._csv.refresh(), self._summary.refresh(), self._record.refresh(), self._settings.refresh()]
        changed.append(self._checkpoints.refresh())
        if self._table.count == 0:
            changed.append(self._metrics.refresh())
        sampled = self._system.refresh()
        if any(changed) or sampled:
            self._contents, self._only_sampled = None, not any(changed)
        return any(changed) or sampled

    def contents(self) -> Contents:
        """Return what the files said at the last refresh."""
        if self._contents is None:
            self._contents = self._collect()
        return self._contents

    def _collect(self) -> Contents:
        records = run_record.attempt_records(self._record.value)
        summary = self._summary.value
        config = records[-1].config if records else {}
        config = config or run_record.mapping(summary.get("training_config"))
        rows, problems = self._rows()
        record, settings = self._record.value, self._settings.values
        tags = settings.get("tags", record.get("tags"))
        return Contents(
            rows=rows,
            records=records,
            config=config,
            summary=summary,
            summary_time=run_record.moment(summary.get("training_date")),
            plan=run_record.plan_of(records, config, run_record.mapping(settings.get("plan"))),
            checkpoints=self._checkpoints.found,
            problems=tuple(problems),
            name=str(settings.get("name") or record.get("name") or "") or None,
            tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
            notes=str(settings.get("notes") or record.get("notes") or ""),
            diagnosis_settings=run_record.mapping(settings.get("diagnosis")),
            samples=self._samples(),
            only_sampled=self._only_sampled,
            hidden=bool(settings.get("hide")),
        )

    def _rows(self) -> tuple[Rows, list[Problem]]:
        documents = (self._summary, self._record)
        problems = [*self._csv.problems(), *(d.problem for d in documents if d.problem), *self._settings.problems]
        problems += self._system.problems()
        if self._table.count or not self._metrics.present:
            return self._csv_rows(), problems
        rows, more = metrics_json.rows_of(self._metrics.value, file_format.METRICS_JSON)
        if self._metrics.problem:
            more.append(self._metrics.problem)
        return rows, problems + more

    def _samples(self) -> Samples:
        table = self._system.table
        return Samples(table.count, table.time.view(), table.columns())

    def _csv_rows(self) -> Rows:
        table = self._table
        columns = table.columns()
        roles = roles_of(list(columns))
        phase = table.phase.view() if table.count else np.zeros(0, dtype=np.int8)
        if len(phase) != table.count or (phase == NO_PHASE).any():
            step = columns[roles["step"]].logged if "step" in roles else np.ones(table.count, dtype=np.bool_)
            phase = np.where(phase == NO_PHASE, np.where(step, TRAIN, EPOCH), phase).astype(np.int8)
        return Rows(table.count, table.time.view(), phase, columns, table.texts, roles)
