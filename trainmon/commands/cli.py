"""The command line: one small function a command, and `main`, the only place that turns errors into output."""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from trainmon import wording
from trainmon.commands import app as cli_app
from trainmon.commands.app import INSTALL
from trainmon.errors import NotARunError, TrainmonError, UsageError

if TYPE_CHECKING:
    from trainmon.analysis import Analysis
    from trainmon.runs.run import Run

Command = Callable[[argparse.Namespace], int]

OK, A_WARNING, AN_ERROR = 0, 1, 2  # what `check` found; the other commands know only the first
NOTHING_READABLE, INTERRUPTED, BROKEN_PIPE = 3, 130, 141  # 3 is wrong usage too; the last two as shells give them
DEFAULT_DIRECTORY = "checkpoints"
DEFAULT_DEMO = "checkpoints/demo"  # below the root that the app looks at by itself
# NumPy's libraries read these when they are loaded. For matrices as small as the demo's, more threads only wait, and they wait
# by spinning: two thirds of a core through every pause between two steps.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; every error becomes one sentence on stderr."""
    _make_printing_safe()
    try:
        arguments = make_parser().parse_args(argv)
        command: Command = arguments.command
        status = command(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) went away: python must not complain about it while it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except ModuleNotFoundError as error:
        if (error.name or "trainmon").startswith("trainmon"):
            raise
        return _fail(f"This command needs the package {error.name}, which is not installed: {INSTALL}")
    except (TrainmonError, OSError) as error:
        return _fail(str(error))
    except Exception as error:
        if os.environ.get("TRAINMON_DEBUG"):
            raise
        return _fail(f"a bug, please report it ({type(error).__name__}: {error}); with TRAINMON_DEBUG=1 the command shows where.")
    return status


def _fail(sentence: str) -> int:
    print(f"trainmon: {sentence}", file=sys.stderr)
    return NOTHING_READABLE


def _make_printing_safe() -> None:
    """Replace what a terminal cannot show, rather than end with an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints take the same way as all errors."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; `{self.prog} --help` says what is possible.")


def make_parser() -> argparse.ArgumentParser:
    """Return the parser with every command."""
    parser = _Parser(prog="trainmon", description="Watch machine-learning training from the files it leaves behind.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_status, _add_check, _add_report, _add_compare, _add_app, _add_demo, _add_monitor):
        add(commands)
    return parser


Commands = argparse._SubParsersAction  # the only name that argparse gives to what add_subparsers returns


def _add_status(commands: Commands[_Parser]) -> None:
    parser = commands.add_parser("status", help="say how runs are doing", description="Say how runs are doing.")
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", help="a run, a log file, or a folder with runs below it; RUN@2 is its second attempt"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.set_defaults(command=status)


def _add_check(commands: Commands[_Parser]) -> None:
    about = (
        "Say what is wrong with runs, with evidence and what to try. "
        "Ends with 0: nothing above a notice, 1: a warning, 2: an error."
    )
    parser = commands.add_parser("check", help="say what is wrong with runs", description=about)
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", help="a run, a log file, or a folder with runs below it; RUN@2 is its second attempt"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.set_defaults(command=check)


def _add_report(commands: Commands[_Parser]) -> None:
    about = "Print the final report of a run (an interim one where it still runs), or write it into files."
    parser = commands.add_parser("report", help="report on a run", description=about)
    parser.add_argument("path", metavar="PATH", help="a run, or a report that carries one; RUN@2 is its second attempt")
    parser.add_argument(
        "--html", metavar="FILE", type=Path, help="write one self-contained HTML file, which carries the run's rows"
    )
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="write it as Markdown")
    parser.add_argument("--png", action="store_true", help="write the plots into the run's folder plots")
    parser.add_argument("--redact", action="store_true", help="leave out paths, host names and user names")
    parser.set_defaults(command=report)


def _add_compare(commands: Commands[_Parser]) -> None:
    about = "Say which run is better, by how much, and what differs."
    parser = commands.add_parser("compare", help="compare runs", description=about)
    parser.add_argument("paths", metavar="PATH", nargs="+", help="runs, reports that carry one, or a folder with runs below it")
    parser.add_argument("--baseline", metavar="PATH", help="the run that the others are compared to (the first)")
    parser.add_argument("--metric", metavar="NAME", help="what they are compared by (validation loss, else what they share)")
    parser.add_argument(
        "--align", choices=("step", "epoch", "time"), default="step", help="where they are read at the same place"
    )
    parser.add_argument("--singly", action="store_true", help="do not group runs that differ in their seed alone")
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    parser.set_defaults(command=compare)


def _add_app(commands: Commands[_Parser]) -> None:
    cli_app.add_arguments(commands.add_parser("app", help="serve the app for a browser", description=cli_app.ABOUT))


def _add_demo(commands: Commands[_Parser]) -> None:
    about = "Train something small and real, so that there is a live run to look at. Started again, it resumes."
    parser = commands.add_parser("demo", help="train something small, to have a live run to look at", description=about)
    parser.add_argument("directory", metavar="DIR", nargs="?", default=DEFAULT_DEMO, help="where to log to (%(default)s)")
    parser.add_argument("--steps", type=int, help="how many steps to train (1800: about three minutes)")
    parser.add_argument("--pace", type=float, default=0.1, help="seconds a step takes at least (%(default)s)")
    parser.add_argument("--seed", type=int, help="the seed of data and weights (0)")
    parser.add_argument("--fresh", action="store_true", help="begin anew where an unfinished training could be resumed")
    parser.set_defaults(command=demo)


def _add_monitor(commands: Commands[_Parser]) -> None:
    about = "Show a run in the terminal, live: the one in DIR, else the newest below it. Waits where there is none yet."
    parser = commands.add_parser("monitor", help="watch a run in the terminal", description=about)
    parser.add_argument("directory", metavar="DIR", nargs="?", help=f"the checkpoint directory ({DEFAULT_DIRECTORY})")
    parser.add_argument("--output-dir", "--logdir", metavar="DIR", help="the same as DIR")
    parser.add_argument("--refresh", "--interval", metavar="S", type=float, default=5.0, help="seconds between two looks (5)")
    parser.add_argument("--once", action="store_true", help="print the screen once and end")
    parser.add_argument("--report", action="store_true", help="print the report, write the plots, and end")
    parser.set_defaults(command=monitor)


def status(arguments: argparse.Namespace) -> int:
    """Print how the runs at the given paths are doing."""
    from trainmon.reports.status_json import status_json
    from trainmon.reports.status_text import status_text

    _print_about(arguments, status_json, status_text)
    return OK


def check(arguments: argparse.Namespace) -> int:
    """Print what is wrong with the runs at the given paths; the exit status is that of the worst."""
    from trainmon.reports.check_json import check_json
    from trainmon.reports.check_text import check_text

    verdicts = {analysis.diagnosis.verdict for analysis in _print_about(arguments, check_json, check_text)}
    return AN_ERROR if "error" in verdicts else A_WARNING if "warning" in verdicts else OK


def _print_about(
    arguments: argparse.Namespace, as_json: Callable[[list[Analysis]], str], as_text: Callable[[list[Analysis]], str]
) -> list[Analysis]:
    """Print what is to be said of the runs that the paths name, and a sentence for each path that names none."""
    analyses, sentences = _analyses(arguments.paths)
    if not analyses:
        raise NotARunError(" ".join(sentences))
    print(as_json(analyses) if arguments.json else as_text(analyses))
    for sentence in sentences:
        _fail(sentence)
    return analyses


def _analyses(paths: Sequence[str]) -> tuple[list[Analysis], list[str]]:
    """Return an analysis of every run that the paths name, each once, and a sentence for each path that names none."""
    from trainmon.analysis import analyse

    found: dict[tuple[str, int | None], Analysis] = {}
    sentences = []
    now = time.time()
    for path in paths:
        try:
            for run, attempt in _named(path):
                found.setdefault((run.id, attempt), analyse(run, now=now, attempt=attempt))
        except NotARunError as error:
            sentences.append(str(error))
    return list(found.values()), sentences


def _named(path: str) -> list[tuple[Run, int | None]]:
    """Return the runs that a path names: an attempt of a run, else the run there and all below it."""
    from trainmon.runs.opening import find_runs, open_run

    attempt = re.fullmatch(r"(.+)@(\d+)", path)
    if attempt and not Path(path).exists():
        run, number = open_run(attempt[1]), int(attempt[2])
        if not 1 <= number <= len(run.attempts):
            raise NotARunError(f"{attempt[1]} has no attempt {number}; it has {len(run.attempts)}.")
        return [(run, number)]
    runs = find_runs(path) if Path(path).is_dir() else []
    here = Path(path).resolve()
    return [(run, None) for run in sorted(runs, key=lambda run: run.path != here) or [open_run(path)]]


def report(arguments: argparse.Namespace) -> int:
    """Print the report of one run, or write it into the files that are asked for."""
    from trainmon.analysis import analyse
    from trainmon.reports.files import Wanted, write_report
    from trainmon.reports.plots import plots_folder
    from trainmon.reports.redaction import redacted
    from trainmon.reports.text import report_text

    run, attempt = _only_one(arguments.path)
    wanted = Wanted(arguments.html, arguments.markdown, plots_folder(run) if arguments.png else None)
    analysis = analyse(redacted(run) if arguments.redact else run, now=time.time(), attempt=attempt)
    if wanted == Wanted():
        print(report_text(analysis))
        return OK
    for path in write_report(analysis, wanted):
        _say(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")
    return OK


def _only_one(path: str) -> tuple[Run, int | None]:
    """Return the run that a path names; the folder itself goes before those below it."""
    found = _named(path)
    if len(found) > 1 and found[0][0].path != Path(path).resolve():
        names = ", ".join(str(run.path) for run, _ in found[:5]) + (" ..." if len(found) > 5 else "")
        raise UsageError(f"{path} holds {len(found)} runs; name one of them: {names}")
    return found[0]


def compare(arguments: argparse.Namespace) -> int:
    """Print runs side by side."""
    from trainmon.comparison import compare as compare_runs
    from trainmon.reports.comparison_json import comparison_json
    from trainmon.reports.comparison_text import comparison_text

    paths = [*arguments.paths, *([arguments.baseline] if arguments.baseline else [])]
    analyses, sentences = _analyses(paths)
    if sentences:
        raise NotARunError(" ".join(sentences))
    if len(analyses) < 2:
        raise UsageError(f"compare needs two runs or more; {' '.join(paths)} names one.")
    first, attempt = _only_one(arguments.baseline) if arguments.baseline else (analyses[0].run, analyses[0].attempt)
    baseline = [(analysis.run.id, analysis.attempt) for analysis in analyses].index((first.id, attempt))
    comparison = compare_runs(
        analyses,
        baseline=baseline,
        now=time.time(),
        metric=arguments.metric,
        axis="relative" if arguments.align == "time" else arguments.align,
        group=not arguments.singly,
    )
    print(comparison_json(comparison) if arguments.json else comparison_text(comparison))
    return OK


def demo(arguments: argparse.Namespace) -> int:
    """Train something small and real."""
    for variable in THREADS:
        os.environ.setdefault(variable, "1")
    from trainmon.demo.training import train_demo

    directory = Path(arguments.directory)
    try:
        train_demo(directory, _say, steps=arguments.steps, pace=arguments.pace, seed=arguments.seed, fresh=arguments.fresh)
    except KeyboardInterrupt:
        _say(f"\nInterrupted. The same command goes on from the last checkpoint: python -m trainmon demo {arguments.directory}")
        raise
    _say("Finished. The same command starts a new training.")
    return OK


def _say(sentence: str) -> None:
    print(sentence, flush=True)


def monitor(arguments: argparse.Namespace) -> int:
    """Show a run in the terminal."""
    from rich.console import Console

    from trainmon.commands.terminal import watch

    named = {directory for directory in (arguments.directory, arguments.output_dir) if directory is not None}
    if len(named) > 1:
        raise UsageError(f"DIR is {arguments.directory} and --output-dir is {arguments.output_dir}; name one of them.")
    if not (math.isfinite(arguments.refresh) and arguments.refresh > 0):
        raise UsageError(f"--refresh is {arguments.refresh:g}; it has to be more than 0 seconds.")
    directory = Path(named.pop() if named else DEFAULT_DIRECTORY)
    if arguments.report:
        return _final_report(directory)
    watch(directory, Console(highlight=False), refresh=arguments.refresh, once=arguments.once)
    return OK


def _final_report(directory: Path) -> int:
    """Print the guide's report of the run in a directory, else of the newest below it, and write its plots."""
    from trainmon.analysis import analyse
    from trainmon.reports.plots import plots_folder, write_plots
    from trainmon.reports.text import report_text
    from trainmon.runs.library import Library

    library = Library([directory.absolute()])
    library.refresh()
    run = library.nearest()
    if run is None:
        raise NotARunError(wording.nothing_to_report(str(directory)))
    analysis = analyse(run, now=time.time())
    print(report_text(analysis), end="\n\n", flush=True)
    for path in write_plots(analysis, plots_folder(run)):
        _say(f"Plot: {path}")
    return OK
