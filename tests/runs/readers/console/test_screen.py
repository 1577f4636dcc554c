"""What a terminal shows of lines with colours, carriage returns and backspaces."""

from __future__ import annotations

import pytest

from trainmon.runs.readers.console.screen import LINE_LIMIT, Shown, shown


@pytest.mark.parametrize(
    ("line", "states"),
    [
        ("loss 0.5", [("loss 0.5", False)]),
        ("", []),
        ("   \t", []),
        ("\x1b[1;32mloss\x1b[0m 0.5", [("loss 0.5", False)]),
        ("\x1b[0m", []),
        ("\x1b]0;title\x07loss 0.5", [("loss 0.5", False)]),
        ("1/2\r2/2", [("1/2", True), ("2/2", False)]),
        ("2/2\r", [("2/2", False)]),  # the end of a line on Windows, no redrawing
        ("1/2\x1b[2K\x1b[1G2/2", [("1/2", True), ("2/2", False)]),
        ("1/2\x08\x08\x08", [("1/2", True)]),
        ("1/2\x08\x08\x08\x08\x08\r2/2", [("1/2", True), ("2/2", False)]),
        ("loss 0.5\x08\x08\x080.4", [("loss 0.4", False)]),
        ("1/2\r       \r{'loss': 0.5}", [("1/2", True), ("{'loss': 0.5}", False)]),
    ],
)
def test_a_line_is_shown_in_the_states_in_which_it_was_drawn(line: str, states: list[tuple[str, bool]]) -> None:
    assert shown(line) == [Shown(*state) for state in states]


def test_very_long_lines_are_cut() -> None:
    assert [len(state.text) for state in shown("x" * 10**6 + "\ry" + "\x08y" * 10**5)] == [LINE_LIMIT, 1]
