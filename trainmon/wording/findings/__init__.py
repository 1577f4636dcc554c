"""What each kind of finding says to a person: name, title, advice and doubt, one module a family of findings."""

from trainmon.wording.findings.values import Found
from trainmon.wording.findings.words import (
    FindingWords,
    evidence_name,
    finding_name,
    finding_words,
    quantity,
    short_finding_name,
)

__all__ = ["FindingWords", "Found", "evidence_name", "finding_name", "finding_words", "quantity", "short_finding_name"]
