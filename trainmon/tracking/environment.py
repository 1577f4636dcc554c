"""What a training runs on: Python, packages, memory, GPU and the code. It never fails and loads no framework by itself."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

# The packages whose version explains a result, by the name they are imported under and the name they are installed under.
PACKAGES = {
    "torch": "torch", "numpy": "numpy", "transformers": "transformers", "peft": "peft", "accelerate": "accelerate",
    "datasets": "datasets", "bitsandbytes": "bitsandbytes", "trl": "trl", "lightning": "lightning",
    "pytorch_lightning": "pytorch-lightning", "mlx": "mlx", "mlx_lm": "mlx-lm", "jax": "jax", "flax": "flax",
    "tensorflow": "tensorflow", "keras": "keras", "sklearn": "scikit-learn", "xgboost": "xgboost", "lightgbm": "lightgbm",
}  # fmt: skip
GIT_SECONDS = 2.0  # a repository on a slow disk must not keep a process from ending


def collect_environment() -> dict[str, Any]:
    """Return `python`, `packages` (name to version), `memory_mb`, `gpu` (a name or None) and `git` ({commit, dirty} or None).

    `memory_mb` is what the machine has in all, None where the system does not tell.
    """
    found = {"python": platform.python_version(), "packages": _packages(), "memory_mb": _memory_mb()}
    return {**found, "gpu": _gpu(), "git": _git()}


def _packages() -> dict[str, str]:
    """Return the versions of the known packages that this process has imported."""
    from importlib import metadata

    found = {}
    for module, package in PACKAGES.items():
        if module in sys.modules:
            try:
                found[package] = metadata.version(package)
            except Exception:  # a broken installation has metadata of any kind, and must not end a training
                found[package] = str(getattr(sys.modules[module], "__version__", "unknown"))
    return found


def _memory_mb() -> int | None:
    try:
        pages = os.sysconf("SC_PHYS_PAGES")
        return pages * os.sysconf("SC_PAGE_SIZE") // 2**20 if pages > 0 else None
    except (AttributeError, ValueError, OSError):  # Windows has no such question
        return None


def _gpu() -> str | None:
    """Return the GPU's name where torch already uses one: asking earlier would start CUDA, which survives no later fork."""
    torch = sys.modules.get("torch")
    try:
        if torch is not None and torch.cuda.is_initialized():
            return str(torch.cuda.get_device_name())
        if torch is not None and sys.platform == "darwin" and torch.backends.mps.is_available():
            return "Apple silicon (MPS)"
    except Exception:  # foreign code on a machine of any state
        return None
    return None


def _git() -> dict[str, Any] | None:
    """Return the commit of the training script's repository and whether its files differ from it, None outside of one."""
    script = getattr(sys.modules.get("__main__"), "__file__", None)
    folder = Path(script).resolve().parent if script else Path.cwd()
    commit = _ask_git(folder, "rev-parse", "HEAD")
    if not commit:
        return None
    changes = _ask_git(folder, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "dirty": None if changes is None else bool(changes)}


def _ask_git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=GIT_SECONDS, stdin=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.decode("utf-8", errors="replace").strip()
