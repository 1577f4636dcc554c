"""The frames of TFRecord files, in which TensorBoard's event files keep their records: length, checksum, payload, checksum.

A checksum is CRC-32C, rotated and with a constant added, as TensorFlow's record_writer.cc describes it.
"""

from __future__ import annotations

import struct

HEADER_BYTES, FOOTER_BYTES = 12, 4
_POLYNOMIAL, _MASK_DELTA = 0x82F63B78, 0xA282EAD8
_MOST_KNOWN = 10_000


def _table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        table.append(value)
    return tuple(table)


CRC_TABLE = _table()


def masked_crc(data: bytes) -> int:
    """Return the checksum that stands behind `data` in a record file."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def framed(payload: bytes) -> bytes:
    """Return a payload as a record of the file."""
    length = struct.pack("<Q", len(payload))
    return length + struct.pack("<I", masked_crc(length)) + payload + struct.pack("<I", masked_crc(payload))


class Lengths(dict[bytes, int]):
    """The length of a payload by its header's twelve bytes, -1 where the header's checksum is wrong.

    Most records of a file have one of a few lengths: a header that was seen before is not checked again.
    """

    def __missing__(self, header: bytes) -> int:
        length, crc = struct.unpack("<QI", header)
        if masked_crc(header[:8]) != crc:
            return -1
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[header] = int(length)
        return int(length)


def is_whole(payload: bytes, footer: bytes) -> bool:
    """Return whether a payload is as it was written, by the checksum behind it."""
    return struct.pack("<I", masked_crc(payload)) == footer
