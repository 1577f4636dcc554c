from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.repository import REPOSITORY
from trainmon.commands import app, sharing
from trainmon.commands.main import main
from trainmon.errors import UsageError

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what the command would have replaced this process with."""
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, command: commands.append(command))
    monkeypatch.setattr(app.subprocess, "call", lambda command: commands.append(command) or 0)
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, "")
    monkeypatch.delenv(sharing.URL_VARIABLE, raising=False)
    return commands


def test_the_app_is_served_by_streamlit_with_the_roots_behind_it() -> None:
    command = app.app_command(["runs", "more"], 8600)
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert command[4:] == ["--server.port", "8600", str(REPOSITORY / "app.py"), "--", "runs", "more"]


def test_without_the_checkout_the_app_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "__file__", str(tmp_path / "site-packages" / "trainmon" / "commands" / "app.py"))
    with pytest.raises(UsageError, match="clone the repository and run this command there"):
        app.app_command([])


def test_alone_it_listens_where_the_configuration_says_and_asks_for_no_token(executed: list[list[str]]) -> None:
    main(["app", "runs"])
    assert "--server.address" not in executed[0]
    assert sharing.token() is None


def test_shared_it_listens_everywhere_and_asks_for_a_new_token(executed: list[list[str]]) -> None:
    main(["app", "runs", "--share"])
    options = executed[0][: executed[0].index("--")]
    assert options[options.index("--server.address") + 1] == "0.0.0.0"
    assert options[options.index("--client.showErrorDetails") + 1] == "none"
    first = sharing.token()
    assert first is not None
    assert len(first) >= 32
    assert first not in executed[0]  # other users of the machine see a command line


def test_a_token_of_the_users_own_is_kept(executed: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, "mine")
    main(["app", "--share"])
    assert sharing.token() == "mine"


def test_a_public_address_that_is_none_is_said_before_anything_starts(
    executed: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv(sharing.URL_VARIABLE, "runs.example.org")
    assert main(["app"]) == 3
    assert executed == []
    assert capsys.readouterr().err.startswith("trainmon: TRAINMON_PUBLIC_URL is 'runs.example.org'; it has to be")
