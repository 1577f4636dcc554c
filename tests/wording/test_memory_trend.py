"""What is said of a memory that falls, rises or stays, and of a disk that fills."""

from __future__ import annotations

from trainmon import wording

WHEN = wording.reaches(1_024, 9_400, 8_900, 10_200)


def plain(words: str) -> str:
    return words.replace(wording.THIN_SPACE, "")


def test_a_fall_ends_with_what_comes_of_it() -> None:
    endings = [
        wording.fell_below(1_024),
        wording.ended_above(1_024),
        wording.memory_lasts(1_024, 5_000, by_step=True, planned=True),
        wording.memory_lasts(1_024, 70, by_step=False, planned=False),
        wording.will_reach(WHEN, 3_600),
        wording.will_reach(WHEN, None),
        wording.will_reach(WHEN, 3_600, 1_234),
        wording.will_reach(WHEN, None, 0.26, by_step=False),
        wording.may_reach(WHEN, 9_000, by_step=True),
        wording.would_have_reached(WHEN),
    ]
    assert [plain(wording.memory_falls("9 MB per epoch", ending, over=False)) for ending in endings] == [
        "Available memory falls by 9 MB per epoch, and is below 1 GB.",
        "Available memory falls by 9 MB per epoch, and 1 GB was not reached.",
        "Available memory falls by 9 MB per epoch, and lasts: 1 GB not before the planned end at step 5000.",
        "Available memory falls by 9 MB per epoch; 1 GB is not in sight, not before epoch 70.",
        "Available memory falls by 9 MB per epoch: 1 GB at about step 9400 (8900 to 10200), in about 1 h at this pace.",
        "Available memory falls by 9 MB per epoch: 1 GB at about step 9400 (8900 to 10200).",
        "Available memory falls by 9 MB per epoch: 1 GB at about step 9400 (8900 to 10200), "
        "in about 1200 steps (1 h at this pace).",
        "Available memory falls by 9 MB per epoch: 1 GB at about step 9400 (8900 to 10200), in about 0.3 epochs.",
        "Available memory falls by 9 MB per epoch; 1 GB at about step 9400 (8900 to 10200), "
        "which may be before the planned end at step 9000.",
        "Available memory falls by 9 MB per epoch; had it gone on: 1 GB at about step 9400 (8900 to 10200).",
    ]


def test_a_fall_that_has_begun_on_the_way_is_said_to() -> None:
    assert wording.memory_falls("9 MB per epoch", "", over=False, begun=True) == (
        "Available memory has begun to fall, by 9 MB per epoch."
    )
    assert wording.memory_began(over=True) == "Available memory began to fall: too few readings since then for a trend."


def test_memory_that_does_not_fall_may_be_low_all_the_same() -> None:
    low = wording.memory_is_low(1_024)
    assert wording.memory_steady(low, over=True) == "Available memory was steady, and below 1 GB: no trend beyond its own swings."
    assert wording.memory_rises("9 MB per epoch", low, over=False) == "Available memory rises by 9 MB per epoch, and below 1 GB."
    assert wording.memory_rises("9 MB per epoch", "", over=True) == "Available memory rose by 9 MB per epoch."


def test_a_disk_is_full_at_some_step_or_lasts() -> None:
    assert plain(wording.disk_fills(90, 9_400, 8_900, 10_200, by_step=True)) == (
        "Free disk falls by 90 MB per 100 steps: full at about step 9400 (8900 to 10200)."
    )
    assert plain(wording.disk_lasts(90, 5_000, by_step=True, planned=False)) == (
        "Free disk falls by 90 MB per 100 steps, and lasts beyond: step 5000."
    )
