"""What torch and MLX say of their own GPU memory, where the training has loaded them; they are never loaded for this."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from trainmon.tracking.sampling.source import MB, Readings


class Torch:
    """Allocated, reserved and peak memory of each CUDA GPU that torch uses, and its memory on Apple silicon (MPS)."""

    name = "torch"

    @property
    def missing(self) -> str | None:
        """Why it reads nothing; this changes once the training has begun to use a GPU."""
        torch = sys.modules.get("torch")
        if torch is None:
            return "torch is not loaded"
        return None if _uses_cuda(torch) or _has_mps(torch) else "torch uses no GPU"

    def read(self, processes: Sequence[int]) -> Readings:
        """Return the readings of now."""
        torch: Any = sys.modules.get("torch")
        readings: dict[str, float | None] = {}
        if torch is not None and _uses_cuda(torch):
            for gpu in range(torch.cuda.device_count()):
                readings[f"torch{gpu}_allocated_mb"] = torch.cuda.memory_allocated(gpu) / MB
                readings[f"torch{gpu}_reserved_mb"] = torch.cuda.memory_reserved(gpu) / MB
                readings[f"torch{gpu}_peak_mb"] = torch.cuda.max_memory_allocated(gpu) / MB
        elif torch is not None and _has_mps(torch):
            readings["mps_allocated_mb"] = torch.mps.current_allocated_memory() / MB
            readings["mps_driver_mb"] = torch.mps.driver_allocated_memory() / MB
        return readings


class Mlx:
    """Active, cached and peak memory of MLX on Apple silicon."""

    name = "mlx"

    @property
    def missing(self) -> str | None:
        """Why it reads nothing; this changes once the training has loaded MLX."""
        return None if "mlx.core" in sys.modules else "MLX is not loaded"

    def read(self, processes: Sequence[int]) -> Readings:
        """Return the readings of now."""
        mlx: Any = sys.modules["mlx.core"]
        memory = mlx if hasattr(mlx, "get_active_memory") else mlx.metal  # where versions before 0.22 have it
        return {
            "mlx_active_mb": memory.get_active_memory() / MB,
            "mlx_cache_mb": memory.get_cache_memory() / MB,
            "mlx_peak_mb": memory.get_peak_memory() / MB,
        }


def _uses_cuda(torch: Any) -> bool:
    """Say whether torch has begun to use CUDA; asking more would begin it, and then no data loader could fork."""
    return bool(torch.cuda.is_initialized())


def _has_mps(torch: Any) -> bool:
    return sys.platform == "darwin" and bool(torch.backends.mps.is_available())
