"""What Keras' CSVLogger writes, and a History saved as a table: a row an epoch, `val_` before the names of the validation."""

from __future__ import annotations

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.tables.csv_source import names_in_header

FORMAT = "keras_csv"


_SCORES = ("acc", "accuracy", "categorical_accuracy", "sparse_categorical_accuracy", "binary_accuracy")


def recognises(candidate: Candidate) -> bool:
    """Return whether a table has Keras' names: a loss, and each validation beside its metric or an accuracy in Keras' order."""
    names = names_in_header(candidate)
    if "loss" not in names:
        return False
    validations = [name for name in names if name.startswith("val_")]
    if validations:
        return all(name.removeprefix("val_") in names for name in validations)
    return names[0] == "epoch" and names[1:] == sorted(names[1:]) and any(name in names for name in _SCORES)
