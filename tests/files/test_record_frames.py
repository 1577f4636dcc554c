"""Frames of records: their checksums, and lengths that were seen before."""

from __future__ import annotations

import struct

from tests.event_files import record
from trainmon.files.record_frames import Lengths, is_whole, masked_crc


def test_the_checksum_is_tensorflows() -> None:
    # The first twelve bytes that every event file of "brain.Event:2" begins with.
    assert struct.pack("<QI", 24, masked_crc(struct.pack("<Q", 24))) == bytes.fromhex("1800000000000000a37f4b22")


def test_a_header_tells_the_length_of_its_payload() -> None:
    lengths = Lengths()
    header = record(b"x" * 300)[:12]
    assert lengths[header] == 300
    assert lengths[header] == 300


def test_a_damaged_header_is_told_and_not_remembered() -> None:
    lengths = Lengths()
    header = bytearray(record(b"x" * 300)[:12])
    header[1] ^= 1
    assert lengths[bytes(header)] == -1
    assert not lengths


def test_no_more_lengths_are_remembered_than_a_file_of_many_needs() -> None:
    lengths = Lengths()
    for length in range(10_050):
        packed = struct.pack("<Q", length)
        assert lengths[packed + struct.pack("<I", masked_crc(packed))] == length
    assert len(lengths) <= 10_000


def test_a_payload_is_whole_or_not() -> None:
    whole = record(b"payload")
    assert is_whole(b"payload", whole[-4:])
    assert not is_whole(b"paxload", whole[-4:])
