"""What a finding says to a person."""

from __future__ import annotations

import pytest

from docs.examples import analysed
from trainmon import wording
from trainmon.diagnosis.checks import KINDS
from trainmon.diagnosis.finding import Evidence, Finding
from trainmon.wording.findings.table import FINDINGS


def of(kind: str, case: str = "", *, severity: str = "warning", **evidence: float) -> Finding:
    numbers = {name: Evidence(value) for name, value in evidence.items()}
    return Finding(kind, severity, "loss", (), numbers, case, steps=(40,))  # type: ignore[arg-type]


def test_every_kind_of_finding_has_its_sentences_and_no_other_kind_has() -> None:
    assert set(FINDINGS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_finding_says_what_and_what_to_try_and_why_it_may_be_wrong(kind: str) -> None:
    words = wording.finding_words(analysed(kind)[1])
    assert words.name == wording.finding_name(kind)
    assert words.title
    assert words.caveat
    assert words.advice
    assert not any(sentence.endswith(".") for sentence in (words.title, words.caveat, *words.advice))  # they stand in others
    assert wording.NOT_LOGGED not in " ".join([words.title, *words.advice])


def test_no_two_kinds_have_the_same_name() -> None:
    assert len({wording.finding_name(kind) for kind in KINDS}) == len(KINDS)


def test_a_narrow_place_gets_a_shorter_name_where_there_is_one() -> None:
    assert wording.short_finding_name("train_val_gap") == "Validation far off"
    assert wording.short_finding_name("spikes") == "Spikes"
    assert wording.finding_cell("error", "non_finite", 40) == "✕ NaN or infinite, step 40"


def test_a_learning_rate_that_is_high_already_is_never_to_be_raised() -> None:
    assert wording.finding_words(of("not_learning", "flat", learning_rate=1e-6)).advice[0].endswith("too low: try 0.0001")
    assert wording.finding_words(of("not_learning", "flat", learning_rate=1e-3)).advice[0].endswith("too high: try a tenth of it")
    assert wording.finding_words(of("not_learning", "flat")).advice[0] == "if the learning rate is below 1e-4, try 1e-4"


def test_a_loss_that_is_gone_for_good_is_no_bad_batch() -> None:
    gone, recovered = of("non_finite", severity="error", count=3, of=9), of("non_finite", count=3, of=9)
    assert wording.finding_words(gone).caveat.startswith("the log ends with such values")
    assert wording.finding_words(recovered).caveat == "a single nan may be one bad batch that did no harm"
    assert "restart from a checkpoint before step 40" in wording.finding_words(gone).advice
    assert "restart from a checkpoint before step 40" not in wording.finding_words(recovered).advice


def test_a_validation_in_half_precision_is_not_helped_by_a_lower_learning_rate() -> None:
    advice = wording.finding_words(of("non_finite", "eval", severity="error", count=3, of=9)).advice
    assert advice[0] == "run the validation in full precision (bf16 or fp32, not fp16)"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (12.34, "%", "12.3 %"),
        (8_500, "MB", "8\u2009500 MB"),
        (1_200, "step", "1\u2009200"),
        (3, "values", "3 values"),
        (0.12345, "", "0.1235"),
        (9.8, "x noise", "9.8 x noise"),
        (-38.2, "MB per 100 steps", "\u221238.2 MB per 100 steps"),
    ],
)
def test_evidence_is_said_with_its_unit(value: float, unit: str, said: str) -> None:
    assert wording.quantity(value, unit) == said


def test_evidence_is_named_and_stays_in_its_order() -> None:
    words = wording.finding_words(of("non_finite", count=3, of=9, last_finite=0.5))
    assert [name for name, _ in words.evidence] == ["count", "of", "last finite"]
