"""Writes event files byte by byte, as TensorBoard's writers do, without any of their libraries."""

from __future__ import annotations

import struct

from trainmon.files.record_frames import masked_crc

START = 1_700_000_000.0


def varint(number: int) -> bytes:
    """Return a number as protobuf has it."""
    number &= (1 << 64) - 1
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def field(number: int, value: int | float | bytes) -> bytes:
    """Return a field of a message: a whole number, a double, or bytes (a message, a text)."""
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    return varint(number << 3) + varint(value)


def record(payload: bytes) -> bytes:
    """Return a payload in its frame."""
    length = struct.pack("<Q", len(payload))
    return length + struct.pack("<I", masked_crc(length)) + payload + struct.pack("<I", masked_crc(payload))


def event(*values: bytes, step: int = 0, time: float = START) -> bytes:
    """Return a record with the values of a summary; step 0 is left out, as protobuf does."""
    steps = field(2, step) if step else b""
    return record(field(1, time) + steps + field(5, b"".join(field(1, value) for value in values)))


def version(time: float = START) -> bytes:
    """Return the record with which every event file begins."""
    return record(field(1, time) + field(3, b"brain.Event:2"))


def scalar(tag: str, value: float) -> bytes:
    """Return a value as TensorFlow 1 and PyTorch write it."""
    return field(1, tag.encode()) + b"\x15" + struct.pack("<f", value)


def plugin(name: str, content: bytes = b"") -> bytes:
    """Return the metadata that say whose a tag is."""
    return field(9, field(1, field(1, name.encode()) + (field(2, content) if content else b"")))


def tensor(tag: str, dtype: int, content: bytes, *, of: str = "scalars", shape: tuple[int, ...] = ()) -> bytes:
    """Return a value as TensorFlow 2 writes it, its numbers as bytes; without metadata where `of` is empty."""
    dimensions = b"".join(field(2, field(1, size)) for size in shape)
    body = field(1, dtype) + field(2, dimensions) + field(4, content)
    return field(1, tag.encode()) + field(8, body) + (plugin(of) if of else b"")


def text(tag: str, content: str) -> bytes:
    """Return a text as PyTorch's add_text writes it."""
    body = field(1, 7) + field(2, field(2, field(1, 1))) + field(8, content.encode())
    return field(1, f"{tag}/text_summary".encode()) + field(8, body) + plugin("text")


def settings(**named: float | str | bool) -> bytes:
    """Return the hyperparameters of a session as the hparams plugin has them."""
    entries = b"".join(field(1, field(1, name.encode()) + field(2, _setting(value))) for name, value in named.items())
    content = field(2, field(3, entries))
    return field(1, b"_hparams_/session_start_info") + field(9, field(1, field(1, b"hparams") + content))


def _setting(value: float | str | bool) -> bytes:
    if isinstance(value, bool):
        return field(4, int(value))
    return field(3, value.encode()) if isinstance(value, str) else field(2, float(value))


def training(*steps: int, tags: tuple[str, ...] = ("train/loss",), start: float = START) -> bytes:
    """Return records of some steps, a tag after the other in each, a second a step; the values are 1 / (step + 1)."""
    return b"".join(event(scalar(tag, 1 / (step + 1)), step=step, time=start + step) for step in steps for tag in tags)
