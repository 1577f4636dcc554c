"""What a [diagnosis] table changes."""

from __future__ import annotations

from dataclasses import fields

import pytest

from trainmon.diagnosis.limits import Limits, SharedLimits
from trainmon.diagnosis.low_memory import LowMemoryLimits
from trainmon.diagnosis.settings import GROUP_OF, GROUPS, limits_from


def test_a_setting_changes_a_limit_and_switches_a_check_off() -> None:
    limits, wrong = limits_from({"low_memory_mb": 2048, "off": ["spikes"], "fewest_rows": 30.0})
    assert (limits.off, wrong) == (frozenset({"spikes"}), ())
    assert limits.of(LowMemoryLimits) == LowMemoryLimits(low_memory_mb=2048.0)
    assert isinstance(limits.of(LowMemoryLimits).low_memory_mb, float)
    assert limits.shared == SharedLimits(fewest_rows=30)
    assert isinstance(limits.shared.fewest_rows, int)


def test_settings_that_say_nothing_are_named_and_change_nothing() -> None:
    limits, wrong = limits_from({"low_memory": 1, "off": ["speed"], "gap_ratio": "big", "spike_noises": -1})
    assert limits == Limits()
    assert wrong == ("low_memory = 1", "off = ['speed']", "gap_ratio = 'big'", "spike_noises = -1")


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), True])
def test_a_limit_is_no_number_without_end(value: float) -> None:
    limits, wrong = limits_from({"gap_ratio": value})
    assert (limits, wrong) == (Limits(), (f"gap_ratio = {value!r}",))


def test_no_two_limits_have_the_same_name() -> None:
    assert len(GROUP_OF) == sum(len(fields(group)) for group in GROUPS)


def test_every_limit_says_what_it_is_counted_in_and_why() -> None:
    declared = [each for group in GROUPS for each in fields(group)]
    assert [each.name for each in declared if not (each.metadata.get("unit") and each.metadata.get("reason"))] == []
