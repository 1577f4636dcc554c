"""The benchmark holds what the README says of it, on few curves; the real logs where they are there."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.diagnosis import rewarded_faults
from benchmarks.diagnosis.__main__ import diagnosed
from benchmarks.diagnosis.faults import Fault
from benchmarks.diagnosis.healthy import Family
from benchmarks.diagnosis.real import labelled_runs
from benchmarks.diagnosis.scores import HELD_OUT, KNOWN, fault_score, stability
from benchmarks.diagnosis.scores import diagnosed as diagnosed_log
from tests.real_data import needs_real_logs


@pytest.mark.parametrize("family", [*KNOWN.families, *HELD_OUT.families])
def test_fault_free_curves_raise_no_error_and_their_unit_changes_nothing(family: Family) -> None:
    for seed in range(2):
        log = family(np.random.default_rng([7, seed]))
        assert diagnosed_log(log).verdict != "error"
        assert not stability(log).unit


@pytest.mark.parametrize("fault", [*KNOWN.faults, *HELD_OUT.faults, *rewarded_faults.GROWING_FAULTS])
def test_a_severe_fault_is_found(fault: Fault) -> None:
    assert fault_score(fault(np.random.default_rng(11), "severe")).found


@needs_real_logs
def test_every_clear_fault_of_the_real_logs_is_found_and_healthy_ones_raise_no_alarm() -> None:
    missed, false = [], []
    for label, run in labelled_runs():
        findings = diagnosed(run).findings
        kinds = {each.kind for each in findings} | {"healthy"}
        if label.clear and not (label.must <= kinds and (not label.one_of or label.one_of & kinds)):
            missed.append(label.id)
        if label.fine:
            false += [(label.id, each.kind) for each in findings if each.alarms and each.kind not in label.may]
    assert missed == []
    assert false == []
