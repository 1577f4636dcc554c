"""What loops really pass, as cells."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from trainmon.errors import UsageError
from trainmon.tracking.logged_values import as_number, as_position, metric_cell, one_line


class Tensor:
    """A 0-d tensor as torch and MLX have it: its one value comes from item()."""

    def __init__(self, value: object) -> None:
        self.value = value

    def item(self) -> object:
        """Return the value, or fail as a tensor of many values does."""
        if isinstance(self.value, list):
            raise RuntimeError("a Tensor with 2 elements cannot be converted to Scalar")
        return self.value


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (1.5, "1.5"), (3, "3"), (None, ""), (math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"), (1e-05, "1e-05"),
        (np.float64(0.1), "0.1"), (np.float32(0.5), "0.5"), (np.int64(7), "7"), (np.array(2.5), "2.5"), (np.array([2.5]), "2.5"),
        (Tensor(0.25), "0.25"), (Tensor(4), "4"), (Decimal("0.125"), "0.125"), (Fraction(1, 4), "0.25"),
    ],
)  # fmt: skip
def test_every_kind_of_number_becomes_its_exact_cell(value: object, cell: str) -> None:
    for number in (as_number("loss", value), metric_cell("accuracy", value)):
        assert ("" if number is None else repr(number)) == cell


@pytest.mark.parametrize(
    "value", ["0.5", b"1", True, [1.0], {}, 1j, object(), np.array([1.0, 2.0]), Tensor([1, 2]), Tensor("x"), 10**400]
)
def test_wrong_type_names_the_argument_what_is_valid_and_what_was_given(value: object) -> None:
    with pytest.raises(UsageError) as raised:
        as_number("learning_rate", value)
    message = str(raised.value)
    assert message.startswith(
        "learning_rate must be a number (int, float, Decimal, or a numpy, torch or MLX scalar) or None; got "
    )
    assert message.endswith(f"({type(value).__name__})")


def test_message_about_a_wrong_value_is_exact_and_short() -> None:
    with pytest.raises(UsageError) as raised:
        as_number("loss", "x" * 100)
    valid = "a number (int, float, Decimal, or a numpy, torch or MLX scalar) or None"
    assert str(raised.value) == f"loss must be {valid}; got '{'x' * 56}... (str)"


@pytest.mark.parametrize(
    ("value", "position"), [(3, 3), (3.0, 3), (0.25, 0.25), (None, None), (np.int32(5), 5), (Tensor(2), 2), (-1, -1)]
)
def test_position_is_a_plain_number_and_whole_where_it_can_be(value: object, position: float | None) -> None:
    found = as_position("step", value)
    assert found == position
    assert type(found) is type(position)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_position_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(UsageError, match=r"^epoch must be a finite number or None; got "):
        as_position("epoch", value)


def test_further_metric_may_be_a_bool_or_a_string() -> None:
    assert [metric_cell("a", value) for value in (True, np.bool_(False), "warm up", "")] == [1, 0, "warm up", ""]
    with pytest.raises(UsageError, match=r"^stage must be a number .*, a bool, a string or None; got \[\] \(list\)$"):
        metric_cell("stage", [])


def test_text_stays_on_one_line_and_is_utf_8() -> None:
    assert one_line('a, "b"\r\nc\u2028d\n\udc80') == 'a, "b" c d ?'
