"""What Keras' CSVLogger writes, and a History saved as a table: a row an epoch, `val_` before the names of the validation."""

from __future__ import annotations

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.csv_source import names_in_header

FORMAT = "keras_csv"


def recognises(candidate: Candidate) -> bool:
    """Return whether a table has Keras' names: epoch (or the index) first, loss, and each validation beside its metric."""
    names = names_in_header(candidate)
    if not names or names[0] not in ("epoch", "") or "loss" not in names:
        return False
    validations = [name for name in names if name.startswith("val_")]
    return bool(validations) and all(name.removeprefix("val_") in names for name in validations)
