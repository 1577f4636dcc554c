"""What loggers write before a message."""

from __future__ import annotations

from datetime import datetime

import pytest

from trainmon.runs.readers.console.prefix import message, moment


@pytest.mark.parametrize(
    "prefix",
    [
        "2021-02-20 11:59:49,493 ",
        "2021-02-20 11:59:49,493 - mmdet - INFO - ",
        "2021-02-20 11:59:49.493 | INFO     | yolox.core.trainer:245 - ",
        "2021-02-20 11:59:49.493 | INFO     | __main__:train:45 - ",
        "2021-02-20 11:59:49 | INFO | ",
        "[2021-02-20 11:59:49,493][pkg.train][INFO] - ",
        "[2021-02-20 11:59:49,493][__main__][INFO] - ",
        "2021-02-20T11:59:49Z ",
        "2021/02/20 11:59:49 INFO: ",
        "02/20/2021 11:59:49 - INFO - __main__ -   ",
        "INFO:root:",
        "INFO:tensorflow:",
        "[INFO] ",
        "I0220 11:59:49.493123  4259 solver.cpp:218] ",
        "[02/20 11:59:49 d2.utils.events]: ",
        "10/21 12:00:00 - mmengine - INFO - ",
        "[11:59:49] ",
        "Feb 20 11:59:49 node7 train[1234]: ",
        "[rank0]: ",
        "(RayTrainWorker pid=1234, ip=10.0.0.1) ",
        "train.py:45 ",
    ],
)
def test_a_prefix_is_no_part_of_the_message(prefix: str) -> None:
    assert message(f"{prefix}epoch 1 - loss 0.5").text == "epoch 1 - loss 0.5"


@pytest.mark.parametrize(
    "text", ["epoch 1 - loss 0.5", "[Epoch 1] loss 0.5", "[1/10] loss 0.5", "Training Loss: 0.5", "s:1 trl:3.2"]
)
def test_a_message_without_a_prefix_is_whole(text: str) -> None:
    assert message(text) == (text, None)


@pytest.mark.parametrize(
    "stamp", ["2021-02-20 11:59:49,250", "2021/02/20 11:59:49.25", "2021-02-20T11:59:49.25", "2021-02-20_11:59:49.25"]
)
def test_a_time_without_a_zone_is_local(stamp: str) -> None:
    assert moment(message(f"{stamp} loss 0.5").stamp) == datetime(2021, 2, 20, 11, 59, 49, 250_000).timestamp()  # noqa: DTZ001


@pytest.mark.parametrize(
    "stamp", ["2021-02-20T11:59:49Z", "2021-02-20 11:59:49 UTC", "2021-02-20 13:59:49 +0200", "2021-02-20 13:59:49+02:00"]
)
def test_a_time_with_a_zone_is_that_moment(stamp: str) -> None:
    assert moment(message(f"{stamp} loss 0.5").stamp) == 1_613_822_389


def test_american_dates_have_the_month_first() -> None:
    assert moment(message("02/20/2021 11:59:49 - INFO - loss 0.5").stamp) == datetime(2021, 2, 20, 11, 59, 49).timestamp()  # noqa: DTZ001


def test_a_prefix_without_a_year_gives_no_time() -> None:
    assert message("[02/20 11:59:49 d2.utils.events]: loss 0.5").stamp is None
    assert moment(None) is None
    assert moment("2021-02-31 11:59:49") is None
