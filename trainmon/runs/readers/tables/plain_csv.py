"""Any CSV or TSV with a header, and numbers that a training logs."""

from __future__ import annotations

import re
from collections.abc import Collection

from trainmon.runs.readers.candidate import Candidate
from trainmon.runs.readers.tables.csv_source import names_in_header

FORMAT = "plain_csv"
_METRIC = re.compile(
    r"loss|perplexity|\bppl\b|(^|[^a-z])(acc|accuracy|f1|auc|map|bleu|reward|score|error|wer|cer|iou|dice|mse|mae|rmse)([^a-z]|$)",
    re.IGNORECASE,
)
POSITION = re.compile(r"(^|[^a-z])(epochs?|global_step|steps?|iter|iters|iterations?)([^a-z]|$)", re.IGNORECASE)


def recognises(candidate: Candidate) -> bool:
    """Return whether a table looks like a log of a training: a loss, or another metric beside a position."""
    names = names_in_header(candidate)
    if "loss" in candidate.name and {"train", "training"} & {name.lower() for name in names}:
        return True
    return speaks_of_training(names)


def speaks_of_training(names: Collection[str]) -> bool:
    """Return whether columns of these names are what a training logs: a loss, or another metric beside a position."""
    loss = any("loss" in name.lower() for name in names)
    return loss or (any(_METRIC.search(name) for name in names) and any(POSITION.search(name) for name in names))


def is_table(candidate: Candidate) -> bool:
    """Return whether a file is a table with a header and numbers at all: enough where a person names it."""
    return bool(names_in_header(candidate))
