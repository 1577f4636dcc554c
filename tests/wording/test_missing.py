"""What is said where a log says nothing: our own tracker is offered for its own logs alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from trainmon import wording
from trainmon.runs.readers import FORMATS
from trainmon.runs.readers.checkpoint_directory import FORMAT

SAID: tuple[Callable[[str], str], ...] = (
    wording.no_configuration,
    wording.no_loss,
    wording.no_epochs,
    wording.no_environment,
    wording.no_samples,
    lambda origin: wording.no_plan(origin, "epoch"),
    lambda origin: wording.nothing_to_plot("memory_usage", "runs", origin),
)


def test_our_own_format_is_known_by_its_name() -> None:
    assert wording.OWN == FORMAT
    assert set(wording.LOOKED_FOR) <= set(FORMATS)


@pytest.mark.parametrize("say", SAID)
def test_users_of_other_tools_are_not_told_to_call_our_tracker(say: Callable[[str], str]) -> None:
    assert any(name in say(FORMAT) for name in ("MetricsTracker", "tracker.", "log_step"))
    for form in set(FORMATS) - {FORMAT}:
        assert not any(name in say(form) for name in ("MetricsTracker", "tracker.", "log_step"))


def test_what_was_looked_for_is_named() -> None:
    assert wording.no_configuration("lightning_csv") == "No configuration was found: no hparams.yaml lies beside metrics.csv."
    assert wording.no_plan("yolo_results_csv", "epoch") == (
        "No plan is known (neither args.yaml nor opt.yaml lies beside results.csv): write [plan] with epochs into trainmon.toml."
    )
    assert wording.no_configuration("keras_csv") == "This log holds no configuration."
