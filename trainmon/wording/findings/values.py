"""What the words of a finding are made from: plain values, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Setup(Protocol):
    """How a training was set up, as far as that is known."""

    @property
    def library(self) -> str:
        """The library that it runs on, as "huggingface"; "" for a loop of one's own."""

    @property
    def config(self) -> Mapping[str, Any]:
        """Its configuration, empty where none was recorded."""


class Found(Protocol):
    """A finding: the code of its kind, which of its cases it is, and numbers by their names."""

    @property
    def kind(self) -> str:
        """The code, such as "spikes"."""

    @property
    def case(self) -> str:
        """Which of the kind's cases it is, "" for the usual one."""

    @property
    def severity(self) -> str:
        """One of "error", "warning", "notice", "info"."""

    @property
    def metric(self) -> str | None:
        """The metric that it is about, None where it is about none."""

    @property
    def step(self) -> int | None:
        """The step at which it began, None where it has none."""

    @property
    def counted(self) -> str:
        """What the training counts, in which `step` is a number: "step", "epoch" or "row"."""

    @property
    def setup(self) -> Setup:
        """How the training was set up: advice names its settings."""

    @property
    def evidence(self) -> Mapping[str, object]:
        """The names of its numbers, in order."""

    def value(self, name: str) -> float | None:
        """Return one of its numbers, None where it has none of that name."""

    def unit(self, name: str) -> str:
        """Return what that number is counted in, "" for nothing."""
