"""Where there is nothing to show: which guidance fits what was found, the same on a page and in the terminal."""

from __future__ import annotations

import shlex

from trainmon import wording
from trainmon.files.format import METRICS_CSV
from trainmon.runs.library import Library
from trainmon.runs.run import Run
from trainmon.wording import Guidance


def guide_to_runs(library: Library, other_folder: str) -> Guidance:
    """Return what to do where no run was found; `other_folder` is the command that looks in another one."""
    problems = library.root_problems()
    roots = [str(root.absolute()) for root in library.roots]
    if len(problems) == len(roots):
        return wording.no_root([(problem.file, problem.reason) for problem in problems], other_folder)
    return wording.no_runs(roots, f"ls -la {shlex.quote(roots[0])}")


def guide_to_rows(run: Run) -> Guidance:
    """Return what to do where a run was found that has no rows."""
    log, folder = str(run.path / METRICS_CSV), str(run.path)
    if run.problems:
        lines = [wording.problem_line(problem.file, problem.line, problem.reason) for problem in run.problems]
        return wording.nothing_readable(folder, lines, f"ls -la {shlex.quote(folder)}")
    if not wording.is_own(run.origin):
        return wording.no_rows_in_log(folder, f"ls -la {shlex.quote(folder)}")
    if run.rows.columns or run.rows.roles:
        return wording.header_only(log, f"tail -f {shlex.quote(log)}")
    return wording.only_json(folder, f"ls -la {shlex.quote(folder)}")
