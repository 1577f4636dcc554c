"""Says which process on which boot of which host this is, and whether a recorded one still lives."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

START_TOLERANCE_SECONDS = 0.05  # clock ticks are 10 ms; a reused process id starts far later than that


def host_name() -> str:
    """Return this host's name."""
    if sys.platform != "win32":
        return os.uname().nodename
    import platform

    return platform.node()


@cache
def boot_id() -> str | None:
    """Return what changes at each boot of this host, None where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        pass
    try:
        import psutil
    except ImportError:
        return None
    return str(round(psutil.boot_time() / 10))  # macOS and Windows: the boot time shifts a little when the clock is set


def process_started(pid: int) -> float | None:
    """Return when a process started, None where it is gone or this is not known.

    Linux: seconds since boot (they do not move when the clock is set); elsewhere seconds since 1970. Only good for comparing
    with itself on the same host and boot.
    """
    if sys.platform == "linux":
        return _linux_started(pid)
    try:
        import psutil
    except ImportError:
        return None
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def process_alive(host: str | None, boot: str | None, pid: int | None, started: float | None) -> bool | None:
    """Say whether the recorded process still lives; None where this host cannot know (another host, nothing recorded)."""
    if host != host_name() or boot is None or pid is None or boot_id() is None:
        return None
    if boot != boot_id():
        return False
    now = process_started(pid)
    if now is None:
        return False if _process_is_gone(pid) else None
    return None if started is None else abs(now - started) <= START_TOLERANCE_SECONDS


def _process_is_gone(pid: int) -> bool:
    """Say whether no process has this id; False where the system does not say."""
    if os.name != "posix":
        return False  # os.kill(pid, 0) ends the process on Windows
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False
    return sys.platform == "linux"  # it answers to a signal but /proc calls it dead: a zombie


def _linux_started(pid: int) -> float | None:
    """Return field 22 of /proc/PID/stat (man 5 proc) in seconds, None for a process that is gone or a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        fields = text[text.rindex(")") + 2 :].split()  # the name before it may hold blanks and brackets
        return None if fields[0] in "ZX" else int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return None
