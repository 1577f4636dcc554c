"""What belongs beside every figure of a stretch, unless a finding says it already."""

from __future__ import annotations

from collections.abc import Iterator

from trainmon import wording
from trainmon.analysis.figures import Figures
from trainmon.analysis.judging import limits_of
from trainmon.analysis.series import Stretch
from trainmon.diagnosis.finding import Diagnosis
from trainmon.runs.run import Chain, Run


def notices_of(
    run: Run, stretch: Stretch | None, chain: Chain | None, train: Figures | None, diagnosis: Diagnosis
) -> tuple[str, ...]:
    """Return the sentences: of another chain in the file, of a train loss without values, of settings that say nothing."""
    return (*_chains(run, chain), *_values(train, diagnosis), *_wrong_settings(stretch))


def _chains(run: Run, chain: Chain | None) -> Iterator[str]:
    newest, judged = run.newest_chain, run.judged_chain
    if chain is None or newest is None or judged is None:
        return
    if chain is not newest:
        yield wording.newer_chain(newest.number, len(run.chains), newest.row_count)
    elif chain is not judged:
        yield wording.judged_chain(judged.number, len(run.chains), judged.row_count)


def _values(train: Figures | None, diagnosis: Diagnosis) -> Iterator[str]:
    if train is None:
        return
    found = {each.kind for each in diagnosis.findings if each.metric == train.metric}
    if train.never_filled and not found & {"not_learning", "non_finite"}:
        yield wording.never_filled(train.metric, train.count)
    if train.non_finite and "non_finite" not in found:
        yield wording.non_finite(train.metric, train.non_finite)


def _wrong_settings(stretch: Stretch | None) -> Iterator[str]:
    wrong = limits_of(stretch)[1] if stretch else ()
    if wrong:
        yield wording.wrong_settings(wrong)
