"""Event records as rows: what a scalar is, where a row ends, and what damaged records cost."""

from __future__ import annotations

import math
import struct
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import event_files as write
from trainmon.files.growing_records import GrowingRecords
from trainmon.runs.readers.stores.event_records import EventRecords
from trainmon.runs.readers.stores.event_rows import EventRows

Points = list[tuple[float, float]]


class Read:
    """What was read of one event file: (step, value) by tag, and the rows as the tags that they hold."""

    def __init__(self, path: Path) -> None:
        self.records = EventRecords(path.name, self._add)
        self.file = GrowingRecords(path, self.records)
        self.points: defaultdict[str, Points] = defaultdict(list)
        self.rows: list[tuple[float, float, set[str]]] = []

    def refresh(self) -> Read:
        self.file.refresh()
        return self

    def _add(self, rows: EventRows, size: int) -> None:
        steps, times, numbers = rows.steps(), rows.times(), rows.numbers()
        for row, (step, time) in enumerate(zip(steps, times, strict=True)):
            self.rows.append((step, time, {tag for tag, (_, logged) in numbers.items() if logged[row]}))
        for tag, (values, logged) in numbers.items():
            self.points[tag] += zip(steps[logged].tolist(), values[logged].tolist(), strict=True)

    @property
    def reasons(self) -> list[str]:
        return [problem.reason for problem in self.records.problems()]


def read(path: Path, data: bytes) -> Read:
    path.write_bytes(data)
    return Read(path).refresh()


def test_events_of_one_step_that_follow_each_other_are_one_row(tmp_path: Path) -> None:
    found = read(tmp_path / "e", write.version() + write.training(0, 1, 300, tags=("loss", "accuracy")))
    assert found.rows == [(step, write.START + step, {"loss", "accuracy"}) for step in (0, 1, 300)]
    assert found.records.entries == 7


def test_a_tag_that_comes_again_begins_a_row(tmp_path: Path) -> None:
    found = read(tmp_path / "e", write.training(3, 3, 3, 3, tags=("loss", "accuracy")))
    assert [tags for _, _, tags in found.rows] == [{"loss", "accuracy"}] * 4


@pytest.mark.parametrize("step", [0, 1, 127, 128, 16_383, 16_384, 2**31, 2**53, -1])
def test_a_step_of_any_length_is_read(tmp_path: Path, step: int) -> None:
    data = b"".join(write.event(write.scalar("loss", value), step=step) for value in (1.0, 0.5, 0.25))
    assert read(tmp_path / "e", data).points["loss"] == [(step, 1.0), (step, 0.5), (step, 0.25)]


@pytest.mark.parametrize(
    ("dtype", "content", "value"),
    [
        (1, struct.pack("<f", 0.5), 0.5),
        (2, struct.pack("<d", 0.1), 0.1),
        (2, struct.pack("<d", 1e300), 1e300),
        (19, struct.pack("<e", 0.5), 0.5),
        (14, struct.pack("<H", 0x3F80), 1.0),
        (3, struct.pack("<i", -7), -7),
        (9, struct.pack("<q", 2**40), 2**40),
        (10, b"\x01", 1.0),
    ],
)
def test_a_tensor_without_dimensions_is_a_scalar(tmp_path: Path, dtype: int, content: bytes, value: float) -> None:
    data = b"".join(write.event(write.tensor("epoch_loss", dtype, content), step=step) for step in range(3))
    assert read(tmp_path / "e", data).points["epoch_loss"] == [(0, value), (1, value), (2, value)]


@pytest.mark.parametrize(
    ("dtype", "number", "packed", "value"),
    [
        (1, 5, struct.pack("<f", 0.5), 0.5),
        (2, 6, struct.pack("<d", 0.1), 0.1),
        (3, 7, write.varint(12), 12),
        (9, 10, write.varint(-5), -5),
        (19, 13, write.varint(0x3800), 0.5),
        (14, 13, write.varint(0x3F80), 1.0),
    ],
)
def test_a_tensor_may_hold_its_value_in_the_field_of_its_type(
    tmp_path: Path, dtype: int, number: int, packed: bytes, value: float
) -> None:
    body = write.field(1, dtype) + write.field(2, b"") + write.field(number, packed)
    summary = write.field(1, b"loss") + write.field(8, body)
    assert read(tmp_path / "e", write.event(summary, step=4)).points["loss"] == [(4, value)]


def test_the_plugin_may_stand_at_the_first_event_alone(tmp_path: Path) -> None:
    one = struct.pack("<f", 1.0)
    data = write.event(write.tensor("curve", 1, one, of="pr_curves")) + write.event(write.tensor("curve", 1, one, of=""), step=1)
    data += write.event(write.tensor("loss", 1, one)) + write.event(write.tensor("loss", 1, one, of=""), step=1)
    found = read(tmp_path / "e", data)
    assert dict(found.points) == {"loss": [(0, 1.0), (1, 1.0)]}
    assert found.records.entries == 4


def test_what_is_no_scalar_is_counted_and_skipped(tmp_path: Path) -> None:
    image = write.field(1, b"image") + write.field(4, write.field(4, b"\x89PNG" + b"x" * 5000))
    histogram = write.tensor("weights", 2, b"\0" * 240, of="histograms", shape=(10, 3))
    data = (
        write.version()
        + write.event(image)
        + write.event(histogram)
        + write.record(write.field(1, 1.0) + write.field(4, b"graph"))
    )
    found = read(tmp_path / "e", data)
    assert (found.rows, found.records.entries, found.reasons) == ([], 4, [])


def test_several_values_of_one_event_are_one_row(tmp_path: Path) -> None:
    found = read(tmp_path / "e", write.event(write.scalar("loss", 1), write.scalar("accuracy", 0.5), step=2))
    assert found.rows == [(2, write.START, {"loss", "accuracy"})]


def test_values_that_are_decoded_and_values_that_are_recognised_share_a_row(tmp_path: Path) -> None:
    double = struct.pack("<d", 0.1)
    data = b"".join(
        write.event(write.scalar("loss", step), step=step) + write.event(write.tensor("norm", 2, double), step=step)
        for step in range(4)
    )
    assert [(step, tags) for step, _, tags in read(tmp_path / "e", data).rows] == [(step, {"loss", "norm"}) for step in range(4)]


def test_values_that_are_not_finite_are_kept(tmp_path: Path) -> None:
    values = [1.0, math.nan, math.inf, -math.inf, 2.0]
    data = b"".join(write.event(write.scalar("loss", value), step=step) for step, value in enumerate(values))
    found = [value for _, value in read(tmp_path / "e", data).points["loss"]]
    np.testing.assert_equal(found, values)


def test_tags_of_one_length_and_tags_in_other_letters_are_kept_apart(tmp_path: Path) -> None:
    tags = ("loss/a", "loss/b", "perda/ção", "损失")
    found = read(tmp_path / "e", write.training(*range(200), tags=tags))
    assert {tag: len(points) for tag, points in found.points.items()} == dict.fromkeys(tags, 200)
    assert all(points == found.points["loss/a"] for points in found.points.values())


def test_settings_of_a_session_and_texts_that_are_settings_are_kept(tmp_path: Path) -> None:
    data = write.event(write.settings(lr=0.1, layers=4.0, optimizer="adam", nesterov=True))
    data += write.event(write.text("args", '{"num_train_epochs": 3}')) + write.event(write.text("notes", '{"a": 1}'))
    data += write.event(write.text("config", "no json"))
    found = read(tmp_path / "e", data).records.settings
    assert found == {"lr": 0.1, "layers": 4, "optimizer": "adam", "nesterov": True, "num_train_epochs": 3}


def test_a_growing_file_is_read_like_a_whole_one_wherever_it_is_cut(tmp_path: Path) -> None:
    data = write.version() + write.training(*range(126, 130), tags=("loss", "accuracy"))
    whole = read(tmp_path / "whole", data)
    for cut in range(1, len(data)):
        found = read(tmp_path / f"{cut}", data[:cut])
        assert found.reasons == []
        with (tmp_path / f"{cut}").open("ab") as file:
            file.write(data[cut:])
        found.refresh()
        assert (found.points, found.records.entries) == (whole.points, whole.records.entries)


def test_a_record_that_is_damaged_inside_its_frame_costs_that_record(tmp_path: Path) -> None:
    records = [write.event(write.scalar("loss", step), step=step) for step in range(5)]
    broken = bytearray(records[2])
    broken[12 + 9 + 2] = 0x2F  # the summary's own key
    found = read(tmp_path / "e", records[0] + records[1] + bytes(broken) + records[3] + records[4])
    assert [step for step, _ in found.points["loss"]] == [0, 1, 3, 4]
    assert found.reasons == [
        f"record 3 (at byte {len(records[0] + records[1])}) is damaged (its checksum is wrong); it is left out"
    ]
    assert found.records.entries == 5


def test_a_record_that_was_written_as_no_event_is_named_as_such(tmp_path: Path) -> None:
    found = read(tmp_path / "e", write.version() + write.record(b"\xff\xff\xff") + write.training(1))
    assert found.reasons == ["record 2 (at byte 40) is no event; it is left out"]
    assert found.points["train/loss"] == [(1, 0.5)]


def test_behind_a_damaged_length_nothing_is_read(tmp_path: Path) -> None:
    data = write.version() + write.training(0, 1)
    broken = bytearray(write.training(2, 3))
    broken[3] ^= 0x40
    found = read(tmp_path / "e", data + bytes(broken))
    assert [step for step, _ in found.points["train/loss"]] == [0, 1]
    expected = f"record 4 (at byte {len(data)}) has a damaged length, so that nothing behind it can be read"
    assert found.reasons == [expected]
    assert found.refresh().reasons == [expected]


def test_zeros_that_a_crash_left_are_no_records(tmp_path: Path) -> None:
    found = read(tmp_path / "e", write.version() + write.training(0) + b"\0" * 5000)
    assert found.records.entries == 2
    assert len(found.reasons) == 1


def test_zeros_that_turn_out_to_be_data_are_read(tmp_path: Path) -> None:
    path, data = tmp_path / "e", write.version() + write.training(0, 1)
    found = read(path, data[:60] + b"\0" * (len(data) - 60))
    found.refresh()
    path.write_bytes(data)
    assert found.refresh().points["train/loss"] == [(0, 1.0), (1, 0.5)]
    assert found.reasons == []


def test_a_huge_length_waits_where_its_own_checksum_is_right(tmp_path: Path) -> None:
    huge = struct.pack("<Q", 2**60)
    header = huge + struct.pack("<I", write.masked_crc(huge))
    found = read(tmp_path / "e", write.version() + write.training(0) + header + b"x" * 1000)
    assert (found.records.entries, found.reasons, found.file.waiting) == (2, [], 1012)


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" * 10, b"epoch,loss\n1,2\n", b"\0" * 100])
def test_a_file_that_is_no_event_file_is_named_as_such(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path / "e", data).reasons == ["is no event file: what it begins with is no record"]


def test_a_pointer_of_git_lfs_is_named_with_what_to_do(tmp_path: Path) -> None:
    found = read(tmp_path / "e", b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 12\n")
    assert found.reasons == ["is a Git LFS pointer, not the file itself; run `git lfs pull`"]


@pytest.mark.parametrize("data", [b"", b"\x18", b"\x18\0\0\0\0\0\0\0\xa3\x7f\x4b"])
def test_a_file_that_has_just_begun_is_no_problem(tmp_path: Path, data: bytes) -> None:
    found = read(tmp_path / "e", data)
    assert (found.rows, found.reasons) == ([], [])


TAGS = st.sampled_from([("a",), ("a", "b"), ("b", "a"), ("a", "b", "val/a"), ("a", "a")])
STRETCHES = st.lists(st.tuples(TAGS, st.integers(1, 150), st.integers(0, 3)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(STRETCHES, st.integers(0, 17_000), st.integers(0, 10_000), st.booleans())
def test_rows_that_are_alike_are_read_like_all_others(
    tmp_path_factory: pytest.TempPathFactory, stretches: list[tuple[tuple[str, ...], int, int]], step: int, cut: int, image: bool
) -> None:
    data, expected = b"", defaultdict(list)
    for tags, count, stride in stretches:
        for _ in range(count):
            data += write.training(step, tags=tags)
            for tag in tags:
                expected[tag].append((step, float(np.float32(1 / (step + 1)))))
            step += stride
        data += write.event(write.field(1, b"image") + write.field(4, b"x" * 50)) if image else b""
    path = tmp_path_factory.mktemp("alike") / "e"
    found = read(path, data[:cut])
    path.write_bytes(data)
    assert found.refresh().points == expected
    times = {write.START + step for step, _ in (point for points in expected.values() for point in points)}
    assert {time for _, time, _ in found.rows} == times


def test_damage_inside_a_stretch_of_rows_that_are_alike_costs_its_record(tmp_path: Path) -> None:
    record = write.training(5)
    data = bytearray(write.training(*range(3, 100)))
    data[50 * len(record) + 25] ^= 0x80  # inside a summary
    found = read(tmp_path / "e", bytes(data))
    assert len(found.points["train/loss"]) == 96
    assert len(found.reasons) == 1


def test_thousands_of_tags_are_read(tmp_path: Path) -> None:
    tags = tuple(f"layer{number}/norm" for number in range(3000))
    found = read(tmp_path / "e", write.training(1, 2, tags=tags))
    assert len(found.points) == 3000
    assert len(found.rows) == 2


def test_many_damaged_records_are_counted_and_not_all_told(tmp_path: Path) -> None:
    found = read(tmp_path / "e", write.record(b"\xff" * 30) * 500)
    assert len(found.reasons) == 21
    assert found.reasons[-1] == "480 more records are damaged"


def test_a_file_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "e"
    found = read(path, write.version() + write.training(0, 1, 2))
    path.write_bytes(write.version(write.START + 50) + write.training(0))
    found.refresh()
    assert (found.records.begun, found.records.entries) == (2, 2)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400))
def test_no_bytes_at_all_stop_it(tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int) -> None:
    data = write.version() + write.training(0, 1, 130, tags=("a", "b"))
    path = tmp_path_factory.mktemp("noise") / "e"
    found = read(path, data[:place] + noise + data[place:])
    found.refresh()
    framed = read(path.with_name("framed"), write.version() + write.record(noise) + data)
    assert framed.records.entries == 9
