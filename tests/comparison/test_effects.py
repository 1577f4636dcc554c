from __future__ import annotations

from pathlib import Path

import pytest

from tests.comparison.runs import made
from trainmon.comparison import Comparison, compare
from trainmon.comparison.effects import effects_of


def sweep(tmp_path: Path, settings: list[dict[str, object]]) -> Comparison:
    runs = [made(tmp_path / f"run-{at}", [3.0, 2.0, 1.0 + at], dict(each)) for at, each in enumerate(settings)]
    return compare(runs)


def test_the_setting_that_goes_with_the_result_comes_first(tmp_path: Path) -> None:
    found = effects_of(
        sweep(tmp_path, [{"lr": 10.0**-at, "depth": at % 2, "kind": "ab"[at % 2], "name": str(at)} for at in range(5)])
    )
    assert [effect.key for effect in found] == ["lr", "depth", "kind"]
    assert found[0].correlation == pytest.approx(-1.0)
    assert found[2].numbers is None
    assert found[2].correlation is None


def test_runs_without_the_setting_are_left_out(tmp_path: Path) -> None:
    (effect,) = effects_of(sweep(tmp_path, [{"lr": at} for at in range(5)] + [{"lr": None}]))
    assert effect.runs == (0, 1, 2, 3, 4)


def test_four_runs_make_no_picture(tmp_path: Path) -> None:
    assert effects_of(sweep(tmp_path, [{"lr": at} for at in range(4)])) == ()
