"""TrainingVisualizer: the guide's plots and report, from the same charts and figures as the app."""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from pathlib import Path

from trainmon import wording
from trainmon.analysis import Analysis, analyse
from trainmon.reports.plots import PLOTS, plots_folder, write_picture
from trainmon.reports.still import SCALE
from trainmon.reports.text import report_text
from trainmon.runs.library import Library


class TrainingVisualizer:
    """Plots and report of the run in `output_dir`, else of the newest run below it; making one reads and writes nothing.

    In a notebook each plot is displayed. With `save=True` it is also written into the folder `plots` of the run's directory,
    and the file's path is returned. Where there is nothing to plot, a sentence says so.
    """

    def __init__(self, output_dir: str | os.PathLike[str] = "checkpoints") -> None:
        self.output_dir = Path(output_dir)

    def plot_loss_curves(self, save: bool = False) -> Path | None:
        """Plot train and validation loss, with the best point starred."""
        return self._plot("loss_curves", save)

    def plot_memory_usage(self, save: bool = False) -> Path | None:
        """Plot the available memory, with the line that it should not fall below."""
        return self._plot("memory_usage", save)

    def plot_learning_rate(self, save: bool = False) -> Path | None:
        """Plot the learning rate; one that never changes is not worth a plot."""
        return self._plot("learning_rate", save)

    def create_dashboard(self, save: bool = False) -> Path | None:
        """Plot loss, validation, memory, mean loss per epoch and the summary in one picture."""
        return self._plot("dashboard", save)

    def print_training_report(self) -> None:
        """Print the report in the guide's words."""
        analysis = self._analysis()
        say(report_text(analysis) if analysis is not None else wording.nothing_to_report(str(self.output_dir)))

    def _analysis(self) -> Analysis | None:
        library = Library([self.output_dir.absolute()])
        library.refresh()
        run = library.nearest()
        return analyse(run, now=time.time()) if run is not None else None

    def _plot(self, name: str, save: bool) -> Path | None:
        analysis = self._analysis()
        if analysis is None:
            say(wording.nothing_to_report(str(self.output_dir)))
            return None
        picture = PLOTS[name](analysis)
        if picture is None:
            say(wording.nothing_to_plot(name, str(self.output_dir), analysis.run.origin))
            return None
        shown = _display(picture)
        if save:
            return write_picture(picture, name, plots_folder(analysis.run))
        if not shown:
            say(wording.not_in_a_notebook(name))
        return None


def say(words: str) -> None:
    """Print words, with a mark for what the terminal cannot show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(words.encode(encoding, errors="replace").decode(encoding))


def _display(picture: bytes) -> bool:
    """Show a picture where this process is a notebook's or IPython's, and say whether it is."""
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return False
    display = import_module("IPython.display")
    width = int.from_bytes(picture[16:20], "big")  # of the PNG header
    display.display(display.Image(data=picture, format="png", width=round(width / SCALE)))
    return True
