"""A run that gives no sign of life, though nothing says that it ended.

It is silent once it has been quiet for ten times its usual pause between rows, and for at least a minute, while its process is
not known to be gone. After a day without a word it has ended, and nothing is said.

When it is wrong: a long evaluation or a slow shared folder looks the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from trainmon.diagnosis.check import Check
from trainmon.diagnosis.finding import Finding
from trainmon.diagnosis.inputs import Inputs

KIND = "silent"


def find_silent(inputs: Inputs) -> Iterator[Finding]:
    """Yield the silence of a run, from its last row on; what that rests on is said by its state."""
    if inputs.state is not None and inputs.state.word == "silent" and inputs.stop_row:
        yield Finding(KIND, "warning", None, (inputs.stop_row - 1,), {}, inputs.state.evidence)


CHECK = Check(KIND, ("warning",), find_silent, asks="state")
