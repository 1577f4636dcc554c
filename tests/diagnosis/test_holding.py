"""How long something has held up to the newest value."""

from __future__ import annotations

import numpy as np

from tests.diagnosis.curves import of
from trainmon.diagnosis.holding import lasting, lasting_share

CURVE = of(np.zeros(200))


def newest(length: int, of_all: int = 200) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.arange(of_all) >= of_all - length


def test_what_holds_for_a_moment_is_no_proof_then_a_notice_then_a_warning() -> None:
    assert lasting(CURVE, newest(5)) is None
    notice, warning = lasting(CURVE, newest(6)), lasting(CURVE, newest(15))
    assert notice is not None
    assert warning is not None
    assert (notice.severity, notice.length, notice.onset) == ("notice", 6, 194)
    assert (warning.severity, warning.from_start) == ("warning", False)


def test_a_break_begins_it_anew() -> None:
    holds = newest(30)
    holds[-3] = False
    assert lasting(CURVE, holds) is None


def test_a_warning_asks_that_it_was_bad_enough_for_as_long() -> None:
    found = lasting(CURVE, newest(50), newest(10))
    assert found is not None
    assert (found.severity, found.length) == ("notice", 50)


def test_what_holds_from_the_start_is_given_longer() -> None:
    assert lasting(of(np.zeros(50)), newest(50, 50)) is None
    begun, stayed = lasting(of(np.zeros(60)), newest(60, 60)), lasting(of(np.zeros(120)), newest(120, 120))
    assert begun is not None
    assert stayed is not None
    assert (begun.severity, stayed.severity, stayed.from_start) == ("notice", "warning", True)


def test_many_are_told_only_where_they_were_few_before() -> None:
    always, risen = np.full(200, 0.8), np.where(np.arange(200) < 100, 0.2, 0.8)
    assert lasting_share(of(always), 0.7, 0.9) is None
    found = lasting_share(of(risen), 0.7, 0.9)
    assert found is not None
    assert (found.severity, found.onset) == ("notice", 100)
