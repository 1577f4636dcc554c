from __future__ import annotations

import pytest

from trainmon.commands import sharing
from trainmon.errors import UsageError

TOKEN = "a secret: ä/+&="


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(sharing.TOKEN_VARIABLE, raising=False)
    monkeypatch.delenv(sharing.URL_VARIABLE, raising=False)
    monkeypatch.setattr(sharing, "network_address", lambda: "192.0.2.7")


def test_without_a_token_everybody_may_see() -> None:
    assert sharing.allows(None)
    assert sharing.allows("anything")
    assert sharing.knows({})


def test_with_a_token_only_those_who_bring_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, TOKEN)
    assert sharing.allows(TOKEN)
    assert not any(sharing.allows(wrong) for wrong in (None, "", TOKEN[:-1], TOKEN + " ", TOKEN.upper()))


def test_the_cookie_stands_for_its_own_token_and_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, TOKEN)
    name, value = sharing.cookie()
    assert sharing.knows({name: value})
    assert not sharing.knows({})
    assert not sharing.knows({name: TOKEN})
    assert TOKEN not in name + value
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, "another")
    assert not sharing.knows({name: value, sharing.cookie()[0]: value})


def test_two_new_tokens_differ_and_stand_in_an_address_as_they_are() -> None:
    first, second = sharing.new_token(), sharing.new_token()
    assert first != second
    assert len(first) >= 32
    assert first.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    ("seen", "bound", "address", "reach"),
    [
        ("http://192.0.2.1:8501", "0.0.0.0", "http://192.0.2.1:8501", "network"),
        ("https://gpu.example.org/mon/", "127.0.0.1", "https://gpu.example.org/mon", "network"),
        ("http://localhost:8501", "0.0.0.0", "http://192.0.2.7:8501", "network"),
        ("http://localhost:8501/mon", "::", "http://192.0.2.7:8501/mon", "network"),
        ("http://127.0.0.1:9000", None, "http://192.0.2.7:8501", "network"),
        ("http://0.0.0.0:8501", "", "http://192.0.2.7:8501", "network"),
        ("http://127.0.0.1:8501", "192.0.2.9", "http://192.0.2.9:8501", "network"),
        ("http://[::1]:8501", "fd00::2", "http://[fd00::2]:8501", "network"),
        ("http://localhost:8501", "127.0.0.1", "http://127.0.0.1:8501", "machine"),
        ("http://app.localhost:8501", "localhost", "http://127.0.0.1:8501", "machine"),
        ("http://127.9.9.9:9000/mon", "127.0.0.1", "http://127.0.0.1:9000/mon", "machine"),
    ],
)
def test_a_link_never_says_localhost(seen: str, bound: str | None, address: str, reach: str) -> None:
    assert sharing.base_address(seen, bound, 8501) == (address, reach)


def test_a_machine_on_no_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "network_address", lambda: None)
    assert sharing.base_address("http://localhost:8501", "0.0.0.0", 8501) == ("http://127.0.0.1:8501", "machine")


def test_the_public_address_goes_before_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sharing.URL_VARIABLE, "https://runs.example.org/team/ ")
    assert sharing.base_address("http://192.0.2.1:8501", "0.0.0.0", 8501) == ("https://runs.example.org/team", "everyone")


@pytest.mark.parametrize(
    "given",
    ["runs.example.org", "ftp://runs.example.org", "javascript:alert(1)", "http://", "http://a b", "http://a:port",
     "http://[::1", "http://a?x=1", "http://a#b", "/mon"],
)  # fmt: skip
def test_a_public_address_that_is_none_is_one_sentence(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sharing.URL_VARIABLE, given)
    with pytest.raises(UsageError, match=r"TRAINMON_PUBLIC_URL is .*; it has to be the http or https address"):
        sharing.base_address("http://localhost:8501", "127.0.0.1", 8501)


def test_the_link_holds_every_parameter_and_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = [("run", "a-123456@2"), ("run", "b-123456"), ("metrics", "eval/acc & more"), ("range", "1~2")]
    expected = "http://h:1/loss?run=a-123456@2&run=b-123456&metrics=eval%2Facc+%26+more&range=1~2"
    assert sharing.link("http://h:1", "loss", parameters) == expected
    monkeypatch.setenv(sharing.TOKEN_VARIABLE, TOKEN)
    assert sharing.link("http://h:1", "", []) == "http://h:1/?token=a+secret:+%C3%A4%2F%2B%26%3D"
