"""What Ultralytics' YOLO leaves in a run's folder: results.csv, a row an epoch, args.yaml (opt.yaml) and weights beside it."""

from __future__ import annotations

from pathlib import Path

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.checkpoints import find_checkpoints
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.tables.csv_source import CsvSource, names_in_header
from trainmon.runs.readers.yaml_document import YamlDocument

FORMAT = "yolo_results_csv"


def recognises(candidate: Candidate) -> bool:
    """Return whether a table has YOLO's names: an epoch, scores or rates, and losses below train/ and val/."""
    names = names_in_header(candidate)
    pairs = [name for name in names if name.startswith("train/") and f"val/{name.removeprefix('train/')}" in names]
    named = candidate.name == "results.csv" or any(name.startswith(("metrics/", "lr/", "x/lr")) for name in names)
    return "epoch" in names and bool(pairs) and named


class YoloSource(CsvSource):
    """Follows results.csv, with the arguments beside it and the weights in the folder below."""

    def __init__(self, path: Path) -> None:
        documents = [YamlDocument(path.parent / name) for name in ("args.yaml", "opt.yaml")]

        def beside() -> About:
            for document in documents:
                document.refresh()
            config = next((document.value for document in documents if document.value), {})
            return About(config=config, checkpoints=find_checkpoints(path.parent / "weights"))

        super().__init__(path, beside)
