"""Ids of runs: the same through whichever root a run is found."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

LONGEST_ID = 100  # characters: ids are shorter, and a longer word from an address is not repeated in full


def run_id(path: Path) -> str:
    """Return the id of the run at `path`: its name made URL-safe, and six hex digits of its resolved path."""
    resolved = path.resolve()
    plain = unicodedata.normalize("NFKD", resolved.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.") or "run"
    return f"{slug[:80]}-{hashlib.sha256(os.fsencode(resolved)).hexdigest()[:6]}"


def quoted_id(asked: str) -> str:
    """Return what somebody asked for in quotes, without the end of what no id is long enough for."""
    return repr(asked if len(asked) <= LONGEST_ID else f"{asked[:LONGEST_ID]}...")
