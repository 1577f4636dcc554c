"""The benchmark holds what the README says of it, on few curves; the real logs where they are there."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.diagnosis.__main__ import diagnosed
from benchmarks.diagnosis.as_run import run_of
from benchmarks.diagnosis.faults import FAULTS, Fault
from benchmarks.diagnosis.healthy import FAMILIES, Family
from benchmarks.diagnosis.real import labelled_runs
from tests.real_data import needs_real_logs


@pytest.mark.parametrize("family", FAMILIES)
def test_fault_free_curves_raise_no_error(family: Family) -> None:
    for seed in range(2):
        verdict = diagnosed(run_of(family(np.random.default_rng([7, seed])))).verdict
        assert verdict != "error"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_severe_fault_is_found(fault: Fault) -> None:
    made = fault(np.random.default_rng(11), "severe")
    assert made.kind in {each.kind for each in diagnosed(run_of(made.log)).findings}


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
