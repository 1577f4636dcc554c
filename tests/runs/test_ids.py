"""Ids of runs."""

from __future__ import annotations

from pathlib import Path

from trainmon.runs.ids import run_id


def test_ids_are_safe_in_a_url_whatever_the_folder_is_called(tmp_path: Path) -> None:
    for name in ("été #1", "../x".replace("/", "_"), "日本", "a@2", "<b>&?="):
        identity = run_id(tmp_path / name)
        assert identity.replace("-", "").replace(".", "").replace("_", "").isalnum()
        assert identity.isascii()
