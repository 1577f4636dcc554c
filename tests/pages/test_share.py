from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from pages._parts import share, view_state
from tests.builders import append, rows, write_run
from tests.pages.conftest import PAGES, Open, run_until, words
from tests.pages.test_compare import two
from trainmon import wording
from trainmon.commands import sharing
from trainmon.runs.ids import run_id

PATHS = {page: page.removesuffix(".py") for page in PAGES} | {"live.py": ""}
ELSEWHERE = {"x": "epoch", "smooth": "0.25", "scale": "log", "part": "all", "attempts": "all", "redact": "true"}
MUCH = pytest.mark.parametrize("page", PAGES)


def restarted(directory: Path) -> str:
    """Return the id of a run with two attempts, so that every control is there."""
    first, second = rows(start=1_700_000_000.0)[:150], rows(start=1_700_100_000.0)
    return run_id(write_run(directory, [*first, *second]))


def opened(app: AppTest) -> AppTest:
    app.session_state[share.PANEL] = True
    app.run()
    assert not app.exception
    return app


def links(app: AppTest) -> list[str]:
    return [block.value for block in app.code if block.value.startswith("http")]


def query(link: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(link).query, keep_blank_values=True)


def bound(block: Any) -> Iterator[str]:
    """Yield the name of every control whose value lives in the address."""
    for each in getattr(block, "children", {}).values():
        yield from bound(each)
        if name := getattr(getattr(each, "proto", None), "query_param_key", ""):
            yield name


@MUCH
def test_every_control_of_a_page_is_in_its_links(page: str, open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page=page, run=restarted(tmp_path / "run"))
    known = PAGES[page].controls
    found = set(bound(app.main))
    assert found <= known.keys()
    pinned, following = (query(link) for link in links(opened(app)))
    assert found <= following.keys()
    for name in found:
        assert following[name] == view_state.words(app.session_state[name])
    assert {**following, "until": ["453"]} == pinned


@MUCH
def test_a_default_is_in_the_link_as_the_control_has_it(page: str, open_page: Open, tmp_path: Path) -> None:
    app = open_page(tmp_path, page=page, run=restarted(tmp_path / "run"))
    for name in bound(app.main):
        default = PAGES[page].controls[name]
        assert default is None or view_state.words(default) == view_state.words(app.session_state[name])


def content(app: AppTest, root: Path) -> list[str]:
    """Return the captions of a page's own content: behind the one of its frame, which begins with the run's path."""
    captions = [each.value.replace("\\", "") for each in app.caption]
    frame = next((place for place, caption in enumerate(captions) if caption.startswith(str(root))), len(captions) - 2)
    return captions[frame + 1 :]


@MUCH
def test_who_opens_a_link_sees_the_same(page: str, open_page: Open, tmp_path: Path) -> None:
    run = restarted(tmp_path / "run")
    asked = {name: word for name, word in ELSEWHERE.items() if name in PAGES[page].controls}
    app = opened(open_page(tmp_path, page=page, run=run, **asked))
    for link in links(app):
        assert urlsplit(link).path == f"/{PATHS[page]}"
        assert {name: query(link)[name] for name in asked} == {name: [word] for name, word in asked.items()}
        other = opened(open_page(tmp_path, page=page, **query(link)))
        assert {name: query(links(other)[1])[name] for name in asked} == {name: [word] for name, word in asked.items()}
        assert content(other, tmp_path) == content(app, tmp_path)


def test_a_link_of_now_shows_now_when_more_rows_have_come(open_page: Open, tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=100)
    run = write_run(tmp_path / "run", lines[:60])
    now, following = links(opened(open_page(tmp_path, page="loss.py")))
    assert query(now)["run"] == query(following)["run"] == [run_id(run)]
    append(run, lines[60:])
    said = words(open_page(tmp_path, page="loss.py", **query(now)))
    assert "the first 60 rows only" in said
    assert "all 60 rows drawn" in said
    assert "as of step 59" in said
    assert "running" not in said
    assert "all 100 rows drawn" not in said


def test_a_link_does_not_change_while_it_is_copied(open_page: Open, tmp_path: Path) -> None:
    lines = rows(epochs=1, steps=100)
    run = write_run(tmp_path / "run", lines[:60])
    app = opened(open_page(tmp_path))
    before = links(app)
    append(run, lines[60:])
    run_until(app, lambda: "Step 99" in words(app))
    assert links(app) == before
    app.session_state[share.PANEL] = False
    app.run()
    assert query(links(opened(app))[0])["until"] == ["101"]


def test_controls_of_one_name_on_two_pages_do_not_take_each_others_values(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    app = open_page(tmp_path, page="loss.py", run=ids, metrics=["learning_rate", "memory_mb"])
    for page in ("compare.py", "loss.py", "memory.py", "loss.py", "compare.py", "live.py"):
        app.switch_page(page)
        app.query_params["run"] = ids
        app.run()
        assert not app.exception, page


def test_a_comparison_is_pinned_run_by_run(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    append(tmp_path / "poor", rows(epochs=1, steps=10, first_epoch=3))
    now, following = links(opened(open_page(tmp_path, page="compare.py", run=ids, baseline=ids[1], x="wall")))
    assert query(now)["run"] == query(following)["run"] == ids
    assert query(now)["until"] == ["303", "314"]
    assert query(following)["baseline"] == [ids[1]]
    assert query(following)["x"] == ["wall"]


def test_the_baseline_is_in_the_link_even_where_it_is_the_first_run(open_page: Open, tmp_path: Path) -> None:
    ids = two(tmp_path)
    assert query(links(opened(open_page(tmp_path, page="compare.py", run=ids)))[1])["baseline"] == [ids[0]]


def test_an_attempt_is_named_in_the_link(open_page: Open, tmp_path: Path) -> None:
    run = restarted(tmp_path / "run")
    assert query(links(opened(open_page(tmp_path, run=f"{run}@2")))[0])["run"] == [f"{run}@2"]


def test_a_link_that_was_pinned_stays_where_it_was(open_page: Open, tmp_path: Path) -> None:
    run = restarted(tmp_path / "run")
    assert query(links(opened(open_page(tmp_path, run=run, until="50")))[0])["until"] == ["50"]


def test_the_list_of_all_runs_can_be_followed_but_not_pinned(open_page: Open, tmp_path: Path) -> None:
    two(tmp_path)
    app = opened(open_page(tmp_path))
    assert len(links(app)) == 1
    assert "run" not in query(links(app)[0])
    assert wording.NOTHING_TO_PIN in words(app)


def test_the_link_holds_the_token_and_says_what_that_means(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, "a+b")
    monkeypatch.setenv(sharing.URL_VARIABLE, "https://runs.example.org/mon/")
    write_run(tmp_path / "run")
    app = opened(open_page(tmp_path, page="memory.py", token="a+b"))
    assert all(link.startswith("https://runs.example.org/mon/memory?") for link in links(app))
    assert all(query(link)["token"] == ["a+b"] for link in links(app))
    assert wording.LINK_HOLDS_TOKEN in words(app)


def test_on_this_machine_only_the_panel_says_so_and_what_to_do(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(share, "_bound", lambda: "127.0.0.1")
    write_run(tmp_path / "run")
    app = opened(open_page(tmp_path))
    said = words(app)
    assert wording.ONLY_THIS_MACHINE in said
    assert "python -m trainmon app --share" in said
    assert "ssh -L 8501:127.0.0.1:8501" in said
    assert all("localhost" not in link for link in links(app))


def test_a_public_address_that_is_none_is_said_and_the_file_is_still_there(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sharing.URL_VARIABLE, "runs.example.org")
    write_run(tmp_path / "run")
    app = opened(open_page(tmp_path))
    assert "TRAINMON_PUBLIC_URL is 'runs.example.org'; it has to be" in words(app)
    assert links(app) == []
    assert wording.WHY_A_FILE in words(app)


@pytest.mark.parametrize(("token", "bound_to"), [("secret", "127.0.0.1"), (None, "0.0.0.0"), (None, None), (None, "192.0.2.1")])
def test_visitors_start_nothing_on_this_machine(
    token: str | None, bound_to: str | None, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if token is not None:
        monkeypatch.setenv(sharing.TOKEN_VARIABLE, token)
    monkeypatch.setattr(share, "_bound", lambda: bound_to)
    app = open_page(tmp_path, token=token or "")
    assert "Watch the demo" in words(app)
    assert not app.button


def test_the_link_is_printed_when_the_server_starts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(share, "_bound", lambda: "0.0.0.0")
    monkeypatch.setattr(sharing, "network_address", lambda: "192.0.2.7")
    share.announce()
    assert capsys.readouterr().out == ""  # no token to bring: Streamlit's own words say where the app is
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, "a+b")
    share.announce()
    assert "\n  http://192.0.2.7:8501/?token=a%2Bb\n" in capsys.readouterr().out
    monkeypatch.setenv(sharing.URL_VARIABLE, "runs.example.org")
    share.announce()
    assert capsys.readouterr().out.startswith("TRAINMON_PUBLIC_URL is 'runs.example.org'; it has to be")
