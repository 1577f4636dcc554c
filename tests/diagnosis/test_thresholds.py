"""Limits, and how trainmon.toml changes them."""

from __future__ import annotations

from trainmon.diagnosis.thresholds import Limits, limits_from


def test_a_setting_changes_a_limit_and_switches_a_check_off() -> None:
    limits, wrong = limits_from({"low_memory_mb": 2048, "off": ["spikes"], "fewest_rows": 30.0})
    assert (limits.low_memory_mb, limits.off, limits.fewest_rows, wrong) == (2048.0, frozenset({"spikes"}), 30, ())


def test_settings_that_say_nothing_are_named_and_change_nothing() -> None:
    limits, wrong = limits_from({"low_memory": 1, "off": ["speed"], "gap_ratio": "big", "spike_noises": -1})
    assert limits == Limits()
    assert wrong == ("low_memory = 1", "off = ['speed']", "gap_ratio = 'big'", "spike_noises = -1")
