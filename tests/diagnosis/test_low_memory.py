"""Available memory below its limit."""

from __future__ import annotations

from tests.diagnosis.curves import in_memory, jitter, of_memory


def test_memory_below_one_gigabyte_is_low_and_far_below_an_error() -> None:
    assert [(each.kind, each.severity) for each in in_memory(of_memory(900 + jitter()))] == [("low_memory", "warning")]
    assert ("low_memory", "error") in [(each.kind, each.severity) for each in in_memory(of_memory(150 + jitter() / 10))]


def test_one_low_reading_alone_is_not_low_memory() -> None:
    memory = 8_000 + jitter()
    memory[50] = 900
    assert in_memory(of_memory(memory)) == []
