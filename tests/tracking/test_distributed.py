"""Which process of a distributed training this is."""

from __future__ import annotations

import pytest

from trainmon.tracking.distributed import RANK_VARIABLES, rank_and_source


@pytest.mark.parametrize(
    ("variables", "rank"),
    [
        ({}, 0),
        ({"RANK": "2", "LOCAL_RANK": "0"}, 2),
        ({"RANK": "0", "LOCAL_RANK": "1"}, 0),
        ({"SLURM_PROCID": "5", "SLURM_LOCALID": "1"}, 5),
        ({"LOCAL_RANK": "1"}, 1),
        ({"LOCAL_RANK": "-1"}, 0),
        ({"RANK": ""}, 0),
        ({"TRAINMON_RANK": "0", "RANK": "4"}, 0),
    ],
)
def test_rank_is_what_the_launcher_says(variables: dict[str, str], rank: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in RANK_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert rank_and_source()[0] == rank
