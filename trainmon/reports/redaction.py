"""A run without what says whose machine it was trained on: paths, host names and user names."""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainmon.runs.run import AttemptRecord, Run

# An absolute path, with spaces inside its folders: rather a word too many than half of a name. No URL.
_PATH = re.compile(
    r"""(?<![\w.…/\\-])(?:file://)?(?:~|[A-Za-z]:)?(?:/(?!/)|\\{1,2})"""
    r"""(?:[^\s\\/:*?"'<>|,;][^\\/:*?"'<>|,;\n]*[\\/]+)+[^\s\\/:*?"'<>|,;)]*"""
)
_USER = re.compile(r"(?:/home/|/Users/|\\Users\\)([^\\/:\n]+)")
_NOBODY = frozenset({"root", "user", "admin", "ubuntu", "localhost", "jovyan", "shared", "public"})  # they name no person


def redacted(run: Run) -> Run:
    """Return the run without absolute paths (their last part stays), host names and user names, wherever they stand."""
    clean = _Cleaner(_names(run))
    attempts = tuple(replace(one, record=_record(one.record, clean)) for one in run.attempts)
    return replace(
        run,
        id=clean.text(run.id),
        name=clean.text(run.name),
        path=Path(clean.text(run.path.name)),
        rows=replace(run.rows, texts={name: clean.value(list(cells)) for name, cells in run.rows.texts.items()}),
        attempts=attempts,
        chains=tuple(replace(chain, attempts=tuple(attempts[one.number - 1] for one in chain.attempts)) for chain in run.chains),
        config=clean.value(run.config),
        summary=clean.value(run.summary),
        plan=replace(run.plan, source=clean.text(run.plan.source)),
        checkpoints=tuple(replace(saved, name=clean.text(saved.name)) for saved in run.checkpoints),
        problems=tuple(replace(each, file=clean.text(each.file), reason=clean.text(each.reason)) for each in run.problems),
        tags=tuple(clean.text(tag) for tag in run.tags),
        notes=clean.text(run.notes),
    )


class _Cleaner:
    """Takes paths and the given names out of texts, and out of values that hold texts."""

    def __init__(self, names: set[str]) -> None:
        longest_first = sorted((name for name in names if name.lower() not in _NOBODY and len(name) > 1), key=len, reverse=True)
        words = "|".join(re.escape(name) for name in longest_first)
        self._names = re.compile(rf"(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9])", re.IGNORECASE) if words else None

    def text(self, words: str) -> str:
        """Return a text without them."""
        shorter = _PATH.sub(_last_part, words)
        return self._names.sub("[name]", shorter) if self._names else shorter

    def value(self, value: Any) -> Any:
        """Return a value without them."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(each) for key, each in value.items()}
        return [self.value(each) for each in value] if isinstance(value, list | tuple) else value


def _last_part(path: re.Match[str]) -> str:
    return "…/" + re.split(r"[\\/]", path[0].rstrip("\\/"))[-1]


def _record(record: AttemptRecord | None, clean: _Cleaner) -> AttemptRecord | None:
    if record is None:
        return None
    reason = clean.text(record.reason) if record.reason else record.reason
    config, environment = clean.value(record.config), clean.value(record.environment)
    return replace(record, host=None, boot_id=None, reason=reason, config=config, environment=environment)


def _names(run: Run) -> set[str]:
    """Return the host and user names that are known: of this machine, of the attempts, and in the paths of home folders."""
    hosts = [socket.gethostname(), *(one.record.host or "" for one in run.attempts if one.record)]
    texts = [str(run.path), *_texts([run.config, run.summary, run.notes, *(p.reason for p in run.problems)])]
    texts += [text for one in run.attempts if one.record for text in _texts([one.record.config, one.record.reason])]
    users = [found for text in texts for found in _USER.findall(text)]
    return {*hosts, *(host.partition(".")[0] for host in hosts), *users, *_this_user()}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _this_user() -> list[str]:
    try:
        return [getpass.getuser()]
    except (OSError, KeyError):  # a container's user without an entry
        return []
