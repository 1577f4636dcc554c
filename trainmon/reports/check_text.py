"""What `check` prints for a person: a verdict for each run, and below it what was found and what to try."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from trainmon import wording
from trainmon.analysis import Analysis
from trainmon.analysis.said import Story
from trainmon.analysis.story import story_of
from trainmon.comparison.labels import labels_of
from trainmon.diagnosis.finding import Finding
from trainmon.reports.told import taken_back

WIDTH = 110


def check_text(analyses: Sequence[Analysis]) -> str:
    """Return the text for one or several runs."""
    named = zip(labels_of(analyses), analyses, strict=True)
    stories = [story_of(analysis) if len(analyses) == 1 else Story() for analysis in analyses]  # of several it takes its time
    return "\n\n".join("\n".join(_block(*each, story)) for each, story in zip(named, stories, strict=True))


def _block(label: str, analysis: Analysis, story: Story) -> Iterator[str]:
    diagnosis = analysis.diagnosis
    yield f"{label}: {wording.verdict_line(diagnosis)}"
    for finding in diagnosis.findings:
        yield from finding_lines(finding)
        if since := wording.known_since(story.of(finding)):
            yield from _wrapped("    ", since)
    for severity, name, said in taken_back(story).rows:
        yield from _wrapped(f"  taken back [{severity}] ", f"{name}, said {said}")
    if diagnosis.headline is not None and diagnosis.looked_at:
        yield from _wrapped("  looked at: ", wording.looked_at(diagnosis))
    if (end := analysis.final_loss) is not None:
        yield from _wrapped("  forecast: ", wording.forecast_line(end.value, end.low, end.high))
    if analysis.saved is not None:
        yield from _wrapped("  saved: ", wording.saved_line(analysis.saved))
    for notice in analysis.notices:
        yield from _wrapped("  note: ", notice)


def finding_lines(finding: Finding) -> Iterator[str]:
    """Yield a finding: severity and title, what to try, and why it might be a false alarm."""
    words = wording.finding_words(finding)
    because = f", follows from {finding.follows_from}" if finding.follows_from else ""
    yield from _wrapped(f"  {finding.severity} [{finding.kind}{because}] ", words.title)
    for advice in words.advice:
        yield from _wrapped("    try: ", advice)
    yield from _wrapped("    but: ", words.caveat)


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=label, subsequent_indent=" " * 6, break_on_hyphens=False)
