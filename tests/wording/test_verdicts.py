"""What is said of a training as a whole."""

from __future__ import annotations

from trainmon import wording
from trainmon.diagnosis.finding import Diagnosis, Evidence, Finding, Look


def spiky(severity: str, follows_from: str | None = None) -> Finding:
    evidence = {"spikes": Evidence(1), "highest": Evidence(2.0), "height": Evidence(80, "%")}
    return Finding("spikes", severity, "loss", (), evidence, follows_from=follows_from)  # type: ignore[arg-type]


def test_the_headline_is_said_and_how_many_more_there_are_that_follow_from_no_other() -> None:
    judged = Diagnosis("warning", (spiky("warning"), spiky("notice"), spiky("notice", "diverging"), spiky("info")))
    said = "Needs a look: loss has one spike,; the highest is 2.0000 (+80.0 %)"
    assert wording.verdict_line(judged) == f"{said} (and 1 more)"
    assert wording.short_verdict(judged) == f"{said}."


def test_without_a_headline_what_was_looked_at_is_said() -> None:
    judged = Diagnosis("healthy", (), (Look("loss", 300, True), Look("val_loss", 1, False)))
    assert wording.verdict_line(judged) == "Looks healthy; looked at loss (300 values), val_loss (1 value, too few to judge)."
    assert wording.short_verdict(judged) == "Looks healthy."
    assert wording.verdict_line(Diagnosis("nothing_to_judge")).endswith("no loss, memory or speed has been logged.")


def test_a_forecast_has_its_band_and_is_no_reason_to_stop() -> None:
    said = wording.forecast_line(1.2, 1.1, 1.3)
    assert said == (
        "If the curve goes on as it went, the train loss ends at about 1.2000 (1.1000 to 1.3000). This is no reason to stop."
    )


def test_settings_that_no_check_knows_are_named() -> None:
    assert wording.wrong_settings(["low = 1", "off = 'spikes'"]).startswith(
        "trainmon.toml, [diagnosis]: no check knows low = 1, off = 'spikes'."
    )
