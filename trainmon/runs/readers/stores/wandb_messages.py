"""What the records of W&B's transaction log say, with its message types cut down to what a run is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from google.protobuf.message import DecodeError, Message

from trainmon.runs.readers.documents.json_rows import MEDIA
from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.readers.stores.protobuf_messages import message_types

_MESSAGES = {
    "Record": {"history": (2, "History"), "config": (5, "Config"), "run": (17, "Run"), "exit": (18, "Exit")},
    "History": {"item": (1, "repeated Item"), "step": (2, "Step")},
    "Step": {"num": (1, "int64")},
    "Item": {"key": (1, "bytes"), "nested_key": (2, "repeated bytes"), "value_json": (16, "bytes")},
    "Config": {"update": (1, "repeated Item"), "remove": (2, "repeated Item")},
    "Run": {
        "config": (4, "Config"),
        "display_name": (8, "bytes"),
        "notes": (9, "bytes"),
        "tags": (10, "repeated bytes"),
        "host": (13, "bytes"),
        "start_time": (17, "Time"),
    },
    "Time": {"seconds": (1, "int64"), "nanos": (2, "int32")},
    "Exit": {"exit_code": (1, "int32"), "runtime": (2, "int32")},
}
STEP = "_step"
_OWN = "_wandb"  # W&B's own settings, among those of the training


@cache
def _types() -> dict[str, type[Message]]:
    return message_types("trainmon.wandb", _MESSAGES)


@dataclass
class WandbRun:
    """What a log's records say of its run so far; `exit_code` is None as long as it runs.

    `started` is seconds since 1970, `seconds` how long it took.
    """

    name: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    host: str = ""
    started: float | None = None
    exit_code: int | None = None
    seconds: int = 0
    config: dict[str, Any] = field(default_factory=dict)

    def take(self, payload: bytes) -> dict[str, Any] | None:
        """Take a record, and return the row where it is one; raises ValueError where it is none of W&B's."""
        try:
            record: Any = _types()["Record"].FromString(payload)
        except DecodeError:
            raise ValueError("is no record of W&B") from None
        if record.HasField("history"):
            return _row(record.history)
        if record.HasField("run"):
            self._take_run(record.run)
        if record.HasField("config"):
            self._take_config(record.config)
        if record.HasField("exit"):
            self.exit_code, self.seconds = record.exit.exit_code, record.exit.runtime
        return None

    def _take_run(self, run: Any) -> None:
        self.name, self.notes, self.host = _text(run.display_name), _text(run.notes), _text(run.host)
        self.tags = tuple(_text(tag) for tag in run.tags)
        self.started = run.start_time.seconds + run.start_time.nanos / 1e9 if run.start_time.seconds else None
        self._take_config(run.config)

    def _take_config(self, config: Any) -> None:
        for item in config.update:
            path = _path(item)
            if path[0] != _OWN:
                _put(self.config, path, _value(item))
        for item in config.remove:
            self.config.pop(_path(item)[0], None)


def _row(history: Any) -> dict[str, Any]:
    items = [(_path(item), item) for item in history.item]
    # The parts of an image or a histogram stand beside the word that says what they are.
    wholes = {path[:-1] for path, _ in items if path[-1] == MEDIA}
    row = {"/".join(path): _value(item) for path, item in items if not wholes or not _inside(path, wholes)}
    if history.HasField("step"):
        row[STEP] = history.step.num
    return row


def _inside(path: tuple[str, ...], wholes: set[tuple[str, ...]]) -> bool:
    return any(path[:length] in wholes for length in range(1, len(path)))


def _path(item: Any) -> tuple[str, ...]:
    return tuple(_text(key) for key in item.nested_key) or (_text(item.key),)


def _value(item: Any) -> Any:
    try:
        return parse(item.value_json)
    except ValueError:
        return None


def _put(config: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        inner = config.get(key)
        config[key] = inner = inner if isinstance(inner, dict) else {}
        config = inner
    config[path[-1]] = value


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
