"""What TensorBoard's event records say, with TensorFlow's own message types cut down to what a run is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError, Message

from trainmon.runs.readers.documents.json_text import parse
from trainmon.runs.readers.stores.protobuf_messages import message_types

_MESSAGES = {
    "Event": {"wall_time": (1, "double"), "step": (2, "int64"), "summary": (5, "Summary")},
    "Summary": {"value": (1, "repeated Value")},
    "Value": {"tag": (1, "bytes"), "simple_value": (2, "float"), "tensor": (8, "Tensor"), "metadata": (9, "Metadata")},
    "Metadata": {"plugin_data": (1, "PluginData")},
    "PluginData": {"plugin_name": (1, "bytes"), "content": (2, "bytes")},
    "Tensor": {
        "dtype": (1, "int32"),
        "shape": (2, "Shape"),
        "tensor_content": (4, "bytes"),
        "float_val": (5, "repeated float"),
        "double_val": (6, "repeated double"),
        "int_val": (7, "repeated int32"),
        "string_val": (8, "repeated bytes"),
        "int64_val": (10, "repeated int64"),
        "bool_val": (11, "repeated bool"),
        "half_val": (13, "repeated int32"),
        "uint32_val": (16, "repeated uint32"),
        "uint64_val": (17, "repeated uint64"),
    },
    "Shape": {"dim": (2, "repeated Dimension")},
    "Dimension": {"size": (1, "int64")},
    "Hparams": {"session_start_info": (3, "SessionStart")},
    "SessionStart": {"hparams": (1, "repeated Hparam")},
    "Hparam": {"key": (1, "bytes"), "value": (2, "Setting")},
    "Setting": {"number_value": (2, "double"), "string_value": (3, "bytes"), "bool_value": (4, "bool")},
}
_BFLOAT16, _HALF = 14, 19
# TensorFlow's number of a type: how its bytes in tensor_content are read, and the field that holds single values.
_DTYPES = {
    1: ("<f4", "float_val"),
    2: ("<f8", "double_val"),
    3: ("<i4", "int_val"),
    4: ("u1", "int_val"),
    5: ("<i2", "int_val"),
    6: ("i1", "int_val"),
    9: ("<i8", "int64_val"),
    10: ("?", "bool_val"),
    _BFLOAT16: ("<u2", "half_val"),
    17: ("<u2", "int_val"),
    _HALF: ("<f2", "half_val"),
    22: ("<u4", "uint32_val"),
    23: ("<u8", "uint64_val"),
}
_SCALAR_PLUGINS = (b"", b"scalars")
_SETTINGS_TAGS = ("args", "config", "hparams", "hyperparameters", "hyper_parameters", "training_args")
_SESSION_START = b"_hparams_/session_start_info"
_MOST_TAGS = 20_000
_LONGEST_SETTINGS = 1 << 20


@cache
def _types() -> dict[str, type[Message]]:
    return message_types("trainmon.tensorboard", _MESSAGES)


@dataclass(frozen=True)
class Event:
    """One record: its scalars by tag in their order, and the settings of the training that it tells."""

    step: int
    wall_time: float
    scalars: list[tuple[bytes, float]]
    settings: dict[str, Any]


class EventDecoder:
    """Decodes the records of one file; what plugin a tag belongs to may stand at its first event alone."""

    def __init__(self) -> None:
        self._event = _types()["Event"]
        self._plugins: dict[bytes, bytes] = {}

    def decode(self, payload: bytes) -> Event:
        """Return what a record says; raises ValueError where it is no event."""
        try:
            event: Any = self._event.FromString(payload)
        except DecodeError:
            raise ValueError("is no event") from None
        scalars, settings = [], {}
        for value in event.summary.value:
            if value.HasField("simple_value"):
                scalars.append((value.tag, value.simple_value))
                continue
            plugin = self._plugin_of(value)
            number = _number_of(value.tensor, plugin)
            if number is not None:
                scalars.append((value.tag, number))
            elif plugin in (b"text", b"hparams"):
                settings.update(_settings(value, plugin))
        return Event(event.step, event.wall_time, scalars, settings)

    def _plugin_of(self, value: Any) -> bytes:
        named = value.metadata.plugin_data.plugin_name
        if named and len(self._plugins) < _MOST_TAGS:
            self._plugins.setdefault(value.tag, named)
        return named or self._plugins.get(value.tag, b"")


def _number_of(tensor: Any, plugin: bytes) -> float | None:
    """Return the number that a tensor of a plugin is, None where it is anything else."""
    if plugin not in _SCALAR_PLUGINS or tensor.shape.dim or tensor.dtype not in _DTYPES:
        return None
    form, field = _DTYPES[tensor.dtype]
    cells, content = getattr(tensor, field), tensor.tensor_content
    if cells:
        return _from_bits(cells[0] & 0xFFFF, tensor.dtype) if field == "half_val" else float(cells[0])
    if len(content) != np.dtype(form).itemsize:
        return None
    bits = np.frombuffer(content, form)[0]
    return _from_bits(int(bits), _BFLOAT16) if tensor.dtype == _BFLOAT16 else float(bits)


def _from_bits(bits: int, dtype: int) -> float:
    """Return the number that the sixteen bits of a half or a bfloat16 are."""
    if dtype == _BFLOAT16:
        return float(np.array([bits << 16], np.uint32).view(np.float32)[0])
    return float(np.array([bits], np.uint16).view(np.float16)[0])


def _settings(value: Any, plugin: bytes) -> dict[str, Any]:
    """Return the settings that a text or the start of a session holds, {} where there are none."""
    if plugin == b"hparams":
        return _hparams(value.metadata.plugin_data.content) if value.tag == _SESSION_START else {}
    name = value.tag.decode("utf-8", errors="replace").removesuffix("/text_summary")
    texts = value.tensor.string_val
    if name not in _SETTINGS_TAGS or not texts or len(texts[0]) > _LONGEST_SETTINGS:
        return {}
    try:
        found = parse(texts[0])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _hparams(content: bytes) -> dict[str, Any]:
    try:
        session: Any = _types()["Hparams"].FromString(content)
    except DecodeError:
        return {}
    return {name: found for each in session.session_start_info.hparams for name, found in [_hparam(each)] if found is not None}


def _hparam(entry: Any) -> tuple[str, float | str | bool | None]:
    value = entry.value
    if value.HasField("string_value"):
        found: float | str | bool | None = value.string_value.decode("utf-8", errors="replace")
    elif value.HasField("bool_value"):
        found = value.bool_value
    else:
        found = value.number_value if value.HasField("number_value") else None
    if isinstance(found, float) and found.is_integer():
        found = int(found)
    return entry.key.decode("utf-8", errors="replace"), found
