"""The configuration that a tool leaves beside its log as YAML, as plain values: tags in it make no objects."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

MOST_BYTES = 1 << 20  # a configuration is smaller


class _Plain(yaml.SafeLoader):
    """Reads tags as the plain value that they stand before."""


def _untagged(loader: _Plain, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else None


_Plain.add_multi_constructor("", _untagged)


class YamlDocument:
    """Follows one YAML mapping; `value` is {} where the file is missing or no mapping."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.value: dict[str, Any] = {}
        self._seen: tuple[int, int] | None = None

    def refresh(self) -> bool:
        """Read the file where it changed, and say whether it did."""
        try:
            status = os.stat(self.path)
            seen = (status.st_size, status.st_mtime_ns)
        except OSError:
            seen = None
        if seen == self._seen:
            return False
        self._seen, self.value = seen, {}
        if seen is not None and seen[0] <= MOST_BYTES:
            self.value = _mapping(self.path)
        return True


def _mapping(path: Path) -> dict[str, Any]:
    try:
        # Not the libyaml loader: aliases that multiply (a "billion laughs") cost nothing before they are walked through.
        loaded = yaml.load(path.read_text(encoding="utf-8", errors="replace"), Loader=_Plain)
    except (OSError, yaml.YAMLError, ValueError, RecursionError, TypeError):
        return {}
    return {str(key): value for key, value in loaded.items()} if isinstance(loaded, dict) else {}
