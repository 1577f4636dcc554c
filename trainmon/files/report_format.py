"""What the HTML report and its reader share: how such a file is known, and how the run inside it is packed."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

REPORT_VERSION = 1
MARKER = f'<meta name="generator" content="trainmon report {REPORT_VERSION}">'
MARKER_BYTES = 1_024  # the marker stands in the first of these, so that any other HTML file is told apart by one short read
ROWS_START, ROWS_END = '<script type="text/plain" id="trainmon-run">', "</script>"
MOST_BYTES = 256 << 20  # unpacked: more is no report of ours


def pack(document: Mapping[str, Any]) -> str:
    """Return a JSON document as text that can stand in a script element."""
    return base64.b64encode(zlib.compress(json.dumps(document, ensure_ascii=False).encode(), 9)).decode()


def unpack(text: str) -> dict[str, Any]:
    """Return the document that `pack` made text of; raises ValueError where it is none."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unpacking.eof:
        raise ValueError("it ends too early")
    document = json.loads(data)
    if not isinstance(document, dict) or document.get("format") != REPORT_VERSION:
        raise ValueError(f"it is not of format {REPORT_VERSION}")
    return document


def packed_run(html: str) -> str:
    """Return the packed run of a report; raises ValueError where there is none."""
    _, start, rest = html.partition(ROWS_START)
    packed, end, _ = rest.partition(ROWS_END)
    if not (start and end):
        raise ValueError("it holds no rows")
    return packed.strip()
