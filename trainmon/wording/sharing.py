"""What is said about links, and about who may open them."""

from __future__ import annotations

NEEDS_TOKEN = "This trainmon opens with its whole link, token included: ask whoever shares it."
SNAPSHOT, FOLLOWING = "As it is now", "Keep following"
SNAPSHOT_HELP = "shows the rows that there are at this moment, and no later ones."
FOLLOWING_HELP = "shows what there is when the link is opened, and goes on with the training."
NOTHING_TO_PIN = "The list of all runs goes on: choose a run to share it as it is now."
REPORT_FILE = "The report as a file"
WHY_A_FILE = "A sleeping laptop serves no links. The HTML report needs neither this machine nor a network, and carries the rows."
LINK_HOLDS_TOKEN = "Whoever has this link sees all runs of this app: the token is in it."
NO_TOKEN = "Everybody who reaches this address sees all runs of this app: it asks for no token."
ONLY_THIS_MACHINE = "The app listens on this machine only, so these links work here and nowhere else. To share it:"
WITHOUT_NAMES = "HTML without paths and names"


def not_an_address(variable: str, given: str) -> str:
    """Return that a variable holds no address that a browser could open."""
    return (
        f"{variable} is {given[:120]!r}; it has to be the http or https address under which others reach the app, "
        "such as https://runs.example.org."
    )


def ways_to_share(port: int, host: str) -> tuple[tuple[str, str], ...]:
    """Return how to let others in where the app listens on this machine only: in words, and as a command."""
    return (
        ("Serve it to the network, behind a token:", "python -m trainmon app --share"),
        ("Or let somebody with an account here tunnel to it, who then opens the same links:", _tunnel(port, host)),
        ("Or send the HTML file below.", ""),
    )


def _tunnel(port: int, host: str) -> str:
    return f"ssh -L {port}:127.0.0.1:{port} {host}"


def shared_at(address: str) -> str:
    """Return what the command line prints once the app is shared."""
    return f"Shared. Open this link, or give it to others; without the token in it there is nothing to see:\n\n  {address}\n"


def shared_nowhere(address: str) -> str:
    """Return the same where nobody else can reach the app."""
    return f"This link works on this machine only: the app listens nowhere else, or there is no network.\n\n  {address}\n"
