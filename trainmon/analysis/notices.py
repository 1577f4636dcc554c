"""What belongs beside every figure of a stretch, unless a finding says it already."""

from __future__ import annotations

from collections.abc import Iterator

from trainmon import wording
from trainmon.analysis.figures import Figures
from trainmon.analysis.judging import LOSS, OF_VALIDATION, limits_of
from trainmon.analysis.losses import part_of_loss
from trainmon.analysis.series import Stretch
from trainmon.analysis.tuning import Tuning, tuning_of
from trainmon.diagnosis.finding import Diagnosis
from trainmon.runs.run import Chain, Run


def notices_of(
    run: Run, stretch: Stretch | None, chain: Chain | None, train: Figures | None, diagnosis: Diagnosis
) -> tuple[str, ...]:
    """Return the sentences: of another chain in the file, of what a reward is judged by in the place of the loss, of a train
    loss that is a part or has no values, of wrong settings.
    """
    tuned = tuning_of(stretch) if stretch else None
    of_loss = _instead_of_loss(tuned) if tuned else (*_part_of_loss(run), *_values(train, diagnosis))
    return (*_chains(run, chain), *of_loss, *_wrong_settings(stretch))


def _instead_of_loss(tuned: Tuning) -> Iterator[str]:
    yield wording.tuning_notice(tuned.method, tuned.preferences, tuned.measures)


def _part_of_loss(run: Run) -> Iterator[str]:
    """Yield that a part of the loss stands for the whole, where the log has other parts and no whole one."""
    column = run.rows.roles.get("train_loss")
    part = part_of_loss(column) if column else ""
    if column is None or not part or run.rows.reasons.get("train_loss") == wording.ROLE_SAID:
        return
    losses = [name for name in run.rows.metrics() if LOSS.search(name) and not OF_VALIDATION.search(name)]
    if others := [name for name in losses if part_of_loss(name) not in ("", part)]:
        yield wording.part_for_the_whole(column, others)


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
