"""An integration loads its library only when it is imported itself, and says in one sentence what to install."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.repository import REPOSITORY

LIBRARIES = {
    "huggingface": ("transformers", "transformers"),
    "lightning": ("lightning", "lightning"),
    "keras": ("keras", "keras"),
    "mlx": ("mlx_lm", "mlx-lm"),
    "accelerate": ("accelerate", "accelerate"),
}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True)


def test_every_integration_is_tested_here() -> None:
    modules = {file.stem for file in (REPOSITORY / "trainmon" / "integrations").glob("*.py")}
    assert modules - {"__init__", "logged_names", "training_log"} == LIBRARIES.keys()


@pytest.mark.parametrize("module", LIBRARIES)
def test_a_missing_library_is_one_sentence_that_says_what_to_install(module: str) -> None:
    library, package = LIBRARIES[module]
    missing = f"import sys; sys.modules.update(dict.fromkeys([{library!r}, 'pytorch_lightning']));"
    lines = run(f"{missing} import trainmon.integrations.{module}").stderr.strip().splitlines()
    shown = "mlx-lm" if module == "mlx" else library
    assert lines[-1] == (
        f"trainmon.errors.MissingLibraryError: trainmon.integrations.{module} needs {shown}, "
        f"which cannot be imported here: python -m pip install {package}"
    )


def test_importing_trainmon_and_its_integrations_loads_no_library() -> None:
    names = [library for library, _ in LIBRARIES.values()] + ["torch", "mlx", "numpy", "psutil"]
    modules = "trainmon, trainmon.integrations, trainmon.integrations.training_log"
    code = f"import sys, {modules}; print([name for name in {names} if name in sys.modules])"
    assert run(code).stdout.strip() == "[]"
