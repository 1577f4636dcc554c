from __future__ import annotations

from pathlib import Path

from tests.builders import write_run
from tests.pages.conftest import Open, words
from tests.pages.test_loss import chart


def test_newest_and_lowest_memory_are_shown_with_the_1_gb_line(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", memory=4_000.0)
    app = open_page(tmp_path, page="memory.py")
    said = words(app)
    assert "Available now 3,701 MB" in said
    assert "Lowest 3,701 MB" in said
    _, data = chart(app)
    assert data["limits"].column("y").to_pylist() == [1_024.0]


def test_the_5_gb_line_comes_where_there_was_ever_more(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", memory=8_000.0)
    _, data = chart(open_page(tmp_path, page="memory.py"))
    assert data["limits"].column("y").to_pylist() == [1_024.0, 5_000.0]


def test_a_run_without_memory_says_what_to_pass(open_page: Open, tmp_path: Path) -> None:
    write_run(tmp_path / "run", memory=None)
    app = open_page(tmp_path, page="memory.py")
    assert "No memory was logged" in words(app)
    assert "memory_mb=get_available_memory()" in words(app)
