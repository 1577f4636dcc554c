"""The thread that samples: it writes training_system.csv and costs at most a fixed share of one core."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from trainmon.files.format import SYSTEM_COLUMNS, SYSTEM_CSV
from trainmon.tracking import notices
from trainmon.tracking.attempt_record import utc_now
from trainmon.tracking.logged_values import Cell
from trainmon.tracking.row_file import RowFile
from trainmon.tracking.sampling.source import Source

CPU_SHARE = 0.004  # of one core: where a sample takes long (hundreds of child processes), the next one waits longer
STOP_SECONDS = 2.0  # how long a training waits for a sample that hangs in a driver


class Sampler:
    """Samples from `start` to `stop`; `take` hears of each reading of available memory, `missing` holds why others fail."""

    def __init__(self, directory: Path, interval: float, take: Callable[[float], None]) -> None:
        self.missing: dict[str, str] = {}
        self._directory = directory
        self._interval = interval
        self._take = take
        self._rows = RowFile(directory / SYSTEM_CSV, SYSTEM_COLUMNS)
        self._sources: list[Source] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trainmon-sampler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and let go of the file."""
        self._over.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            self._sources = _sources(self._directory)
            taken = 0.0
            while not taken or not self._over.wait(max(self._interval, taken / CPU_SHARE)):
                began = time.thread_time()
                self._sample()
                taken = time.thread_time() - began
        except Exception as error:  # a driver, a broken package: the training must not hear of it more than once
            self.missing["sampler"] = f"{type(error).__name__}: {error}"
            notices.warn("%s: no more samples of memory and GPU (%s)", self._directory, self.missing["sampler"])
        finally:
            self._rows.close()

    def _sample(self) -> None:
        from trainmon.tracking.sampling.machine import process_ids

        processes = process_ids()
        cells: dict[str, Cell] = {"timestamp": utc_now()}
        for source in list(self._sources):
            cells.update(self._ask(source, processes))
        available = cells.get("available_mb")
        if isinstance(available, float):
            self._take(available)
        self._write(cells)

    def _ask(self, source: Source, processes: list[int]) -> dict[str, Cell]:
        """Return a source's readings; one that fails, as a driver may at any time, is asked no more."""
        why = source.missing
        try:
            readings = source.read(processes) if why is None else {}
        except Exception as error:  # of any kind: this is foreign code
            why, readings = f"{type(error).__name__}: {error}", {}
            self._sources.remove(source)
        if why is None:
            self.missing.pop(source.name, None)
        else:
            self.missing[source.name] = why
        return {name: None if value is None else round(value, 3) for name, value in readings.items()}

    def _write(self, cells: dict[str, Cell]) -> None:
        try:
            self._rows.append(cells)
        except OSError as error:  # a sample that a full disk does not take is gone: the next one is as good
            self._rows.close()
            if "disk" not in self.missing:
                notices.warn("%s: samples could not be written (%s)", self._rows.path, error.strerror or error)
            self.missing["disk"] = error.strerror or str(error)


def _sources(directory: Path) -> list[Source]:
    """Return every source, loaded where the thread is: a training must not wait for psutil or a driver."""
    from trainmon.tracking.sampling.frameworks import Mlx, Torch
    from trainmon.tracking.sampling.machine import Machine
    from trainmon.tracking.sampling.nvidia import Nvidia

    return [Machine(directory), Nvidia(), Torch(), Mlx()]
