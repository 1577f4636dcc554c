"""NVIDIA GPUs, by NVML: those that the training may use, numbered as it sees them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Sequence
from typing import Any

from trainmon.tracking.sampling.source import MB, Readings

HEAT = 0x20 | 0x40  # nvmlClocksEventReasonSwThermalSlowdown and ...HwThermalSlowdown, in every version of NVML


class Nvidia:
    """Memory, utilisation, temperature and power of each visible GPU, what limits them, and this training's share of its memory.

    A GPU's number is its place in CUDA_VISIBLE_DEVICES. Numbers there count as NVML does, which is CUDA's own order where
    CUDA_DEVICE_ORDER is PCI_BUS_ID or all GPUs are alike.
    """

    name = "nvidia"

    def __init__(self) -> None:
        self.missing: str | None = None
        self._gpus: list[Any] = []
        try:
            import pynvml

            pynvml.nvmlInit()
            self._nvml = pynvml
            self._gpus = self._visible()
        except ImportError:
            self.missing = "nvidia-ml-py is not installed (pip install nvidia-ml-py)"
        except Exception as error:  # NVMLError: no driver, no permission, another version
            self.missing = f"NVML says: {error}"

    def read(self, processes: Sequence[int]) -> Readings:
        """Return the readings of now."""
        readings: dict[str, float | None] = {}
        for number, gpu in enumerate(self._gpus):
            readings.update(gpu_columns(number, *self._read_one(gpu, processes)))
        return readings

    def _visible(self) -> list[Any]:
        nvml = self._nvml
        gpus = [nvml.nvmlDeviceGetHandleByIndex(at) for at in range(nvml.nvmlDeviceGetCount())]
        wanted = os.environ.get("CUDA_VISIBLE_DEVICES")
        numbers = visible_gpus(wanted, [_text(nvml.nvmlDeviceGetUUID(gpu)) for gpu in gpus])
        if not numbers:
            self.missing = f"CUDA_VISIBLE_DEVICES={wanted!r} names none of {len(gpus)} GPUs" if gpus else "NVML finds no GPU"
        return [gpus[number] for number in numbers]

    def _read_one(self, gpu: Any, processes: Sequence[int]) -> tuple[float | None, ...]:
        """Return used, total, share (MB), utilisation (%), temperature (degrees Celsius), power and its limit (W), and whether
        heat slows it down (1 or 0); None where unknown.
        """
        nvml = self._nvml
        # The second version counts as nvidia-smi does, without what the driver keeps; old drivers have only the first.
        memory = _try(lambda: nvml.nvmlDeviceGetMemoryInfo(gpu, nvml.nvmlMemory_v2))
        memory = memory or _try(lambda: nvml.nvmlDeviceGetMemoryInfo(gpu))
        running = _try(lambda: nvml.nvmlDeviceGetComputeRunningProcesses(gpu))
        milliwatts = _try(lambda: nvml.nvmlDeviceGetPowerUsage(gpu))
        most = _try(lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(gpu))
        reasons = _try(lambda: nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu))
        return (
            memory.used / MB if memory else None,
            memory.total / MB if memory else None,
            share_mb([(process.pid, process.usedGpuMemory) for process in running or ()], processes),
            _try(lambda: nvml.nvmlDeviceGetUtilizationRates(gpu).gpu),
            _try(lambda: nvml.nvmlDeviceGetTemperature(gpu, nvml.NVML_TEMPERATURE_GPU)),
            None if milliwatts is None else milliwatts / 1000,
            None if most is None else most / 1000,
            slowed_by_heat(reasons),
        )


def visible_gpus(wanted: str | None, uuids: Sequence[str]) -> list[int]:
    """Return the numbers of the GPUs that CUDA_VISIBLE_DEVICES shows, in its order; None shows all, and "" none.

    As in CUDA, an entry is a number or the beginning of one GPU's UUID, and what follows the first one that is neither, or
    comes twice, is not shown.
    """
    if wanted is None:
        return list(range(len(uuids)))
    shown: list[int] = []
    for entry in wanted.split(","):
        number = _gpu_number(entry.strip(), uuids)
        if number is None or number in shown:
            break
        shown.append(number)
    return shown


def _gpu_number(entry: str, uuids: Sequence[str]) -> int | None:
    if entry.isdecimal():
        return int(entry) if int(entry) < len(uuids) else None
    found = [at for at, uuid in enumerate(uuids) if entry.startswith("GPU-") and uuid.startswith(entry)]
    return found[0] if len(found) == 1 else None


def share_mb(running: Sequence[tuple[int, int | None]], processes: Collection[int]) -> float | None:
    """Return how much of a GPU's memory `processes` hold; None where NVML does not list them (in a container, on Windows)."""
    own = [used for pid, used in running if pid in processes and used is not None]
    return sum(own) / MB if own else None


def gpu_columns(
    number: int, used: float | None, total: float | None, share: float | None, utilisation: float | None,
    temperature: float | None, power: float | None, power_limit: float | None, slowed: float | None,
) -> dict[str, float | None]:  # fmt: skip
    """Return one GPU's readings by their columns."""
    return {
        f"gpu{number}_used_mb": used,
        f"gpu{number}_total_mb": total,
        f"gpu{number}_process_mb": share,
        f"gpu{number}_utilisation_percent": utilisation,
        f"gpu{number}_temperature_c": temperature,
        f"gpu{number}_power_w": power,
        f"gpu{number}_power_limit_w": power_limit,
        f"gpu{number}_slowed_by_heat": slowed,
    }


def slowed_by_heat(reasons: int | None) -> float | None:
    """Return 1 where a GPU has lowered its clock because of heat, by NVML's reasons for its clock; None where it does not say."""
    return None if reasons is None else float(bool(reasons & HEAT))


def _try(question: Callable[[], Any]) -> Any:
    """Return what NVML answers, None where this GPU does not say (passive ones have no fan, MIG ones no utilisation)."""
    with contextlib.suppress(Exception):
        return question()
    return None


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
