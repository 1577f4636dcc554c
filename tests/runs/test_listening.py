"""File events that break off: when they are asked for again."""

from __future__ import annotations

from pathlib import Path

from trainmon.runs.listening import Listener


def replace(folder: Path, name: str) -> bool:
    folder.rename(folder.parent / name)
    folder.mkdir()
    return True


def test_what_breaks_off_at_once_is_begun_again_ever_more_rarely(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    listener = Listener(tmp_path / "root", lambda files, structure: None)
    begun = [now for now in range(200) if listener.listen(now) and replace(tmp_path / "root", f"{now}")]
    assert begun == [0, 2, 6, 14, 30, 62, 122, 182]
    assert listener.broke_off
    listener.stop()


def test_what_breaks_off_after_a_long_time_is_begun_again_at_once(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    listener = Listener(tmp_path / "root", lambda files, structure: None)
    assert [now for now in range(100) if listener.listen(now)] == [0]
    replace(tmp_path / "root", "earlier")
    assert listener.listen(100)
    assert not listener.broke_off
    listener.stop()
