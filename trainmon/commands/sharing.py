"""Who may see the app, and the address under which others reach it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode, urlsplit

import psutil

from trainmon import wording
from trainmon.errors import UsageError

TOKEN_VARIABLE, URL_VARIABLE = "TRAINMON_TOKEN", "TRAINMON_PUBLIC_URL"
PARAMETER = "token"
ALL_INTERFACES = "0.0.0.0"
Reach = Literal["everyone", "network", "machine"]
_EVERYWHERE = frozenset({"", "::", ALL_INTERFACES})


def new_token() -> str:
    """Return a token that nobody can guess, made of characters that an address holds as they are."""
    return secrets.token_urlsafe(24)


def token() -> str | None:
    """Return the token that visitors have to bring, None where the app asks for none."""
    return os.environ.get(TOKEN_VARIABLE, "").strip() or None


def allows(given: str | None) -> bool:
    """Return whether a visitor who brings this token may see anything; everybody may where none is asked for."""
    asked = token()
    return asked is None or (given is not None and hmac.compare_digest(given.encode(), asked.encode()))


def cookie() -> tuple[str, str]:
    """Return name and value of the cookie by which a browser is known again; nobody can tell the token from it.

    Cookies are shared by all ports of a machine: the name keeps two apps apart.
    """
    asked = (token() or "").encode()
    name = hashlib.sha256(asked).hexdigest()[:8]
    return f"trainmon-{name}", hmac.new(asked, b"trainmon cookie", hashlib.sha256).hexdigest()


def knows(cookies: Mapping[str, str]) -> bool:
    """Return whether these are the cookies of a browser that brought the token before."""
    name, value = cookie()
    return token() is None or hmac.compare_digest(cookies.get(name, "").encode(), value.encode())


def public_url() -> str | None:
    """Return TRAINMON_PUBLIC_URL without a slash at its end, None where it is not set.

    Raises UsageError where it is no address that a browser could open.
    """
    given = os.environ.get(URL_VARIABLE, "").strip()
    if not given:
        return None
    try:
        parts = urlsplit(given)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket left open
        fine = False
    if not fine or parts.query or parts.fragment or any(character.isspace() for character in given):
        raise UsageError(wording.not_an_address(URL_VARIABLE, given))
    return given.rstrip("/")


def loopback(host: str | None) -> bool:
    """Return whether a host name or address means the machine itself to whoever reads it."""
    name = (host or "").strip("[]").lower().rstrip(".")
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def base_address(seen: str, bound: str | None, port: int) -> tuple[str, Reach]:
    """Return the address to give to others, without a slash at its end, and how far it reaches.

    `seen` is the address of the app in the visitor's own browser, `bound` and `port` what the server listens on. Raises
    UsageError for a TRAINMON_PUBLIC_URL that is none.
    """
    public = public_url()
    if public is not None:
        return public, "everyone"
    parts = urlsplit(seen.rstrip("/"))
    if not loopback(parts.hostname):
        return parts.geturl(), "network"
    host = network_address() if everywhere(bound) else bound
    if host is not None and not loopback(host):
        return f"{parts.scheme}://{_in_brackets(host)}:{port}{parts.path}", "network"
    return f"{parts.scheme}://127.0.0.1:{parts.port or port}{parts.path}", "machine"


def everywhere(bound: str | None) -> bool:
    """Return whether a server bound to this address listens on all interfaces."""
    return (bound or "") in _EVERYWHERE


def _in_brackets(host: str) -> str:
    """Return a host as an address holds it: that of version 6 stands in brackets."""
    return f"[{host}]" if ":" in host else host


def network_address() -> str | None:
    """Return the address by which others on the network reach this machine, None where it is on none.

    That of the way out, else the first of an interface that is up; nothing is sent to find it.
    """
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    interfaces = [each.address for name, addresses in psutil.net_if_addrs().items() if name in up for each in addresses]
    return next((address for address in (_way_out(), *interfaces) if _usable(address)), None)


def _way_out() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))  # an address kept for documentation: only the routing table is asked
            return str(probe.getsockname()[0])
        except OSError:
            return ""


def _usable(address: str) -> bool:
    try:
        known = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return not (known.is_loopback or known.is_unspecified or known.is_link_local)


def link(base: str, page: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Return the address of a page with its parameters, and with the token where one is asked for."""
    asked = token()
    query = urlencode([*parameters, *([(PARAMETER, asked)] if asked is not None else [])], safe="@~,:")
    return f"{base}/{page}" + (f"?{query}" if query else "")
