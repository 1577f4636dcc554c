"""What is said to whoever runs a training, through the logger "trainmon"."""

from __future__ import annotations


def warn(message: str, *values: object) -> None:
    """Say what went wrong and what happens now; logging is loaded only where there is something to say."""
    import logging

    logging.getLogger("trainmon").warning(message, *values)
