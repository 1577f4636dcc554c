"""What Lightning's CSVLogger leaves in a version folder: metrics.csv, sparse, and hparams.yaml beside it."""

from __future__ import annotations

from pathlib import Path

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.checkpoints import find_checkpoints
from trainmon.runs.readers.log_run import About
from trainmon.runs.readers.tables.csv_source import CsvSource, names_in_header
from trainmon.runs.readers.yaml_document import YamlDocument

FORMAT = "lightning_csv"
FILE = "metrics.csv"


def recognises(candidate: Candidate) -> bool:
    """Return whether a file is called as Lightning calls it, and has Lightning's two positions."""
    names = names_in_header(candidate) if candidate.name == FILE else []
    return "epoch" in names and ("step" in names or candidate.path.parent.name.startswith("version_"))


class LightningSource(CsvSource):
    """Follows metrics.csv, with the hyperparameters beside it and the checkpoints in the folder below."""

    def __init__(self, path: Path) -> None:
        hparams = YamlDocument(path.parent / "hparams.yaml")

        def beside() -> About:
            hparams.refresh()
            return About(config=hparams.value, checkpoints=find_checkpoints(path.parent / "checkpoints"))

        super().__init__(path, beside)
