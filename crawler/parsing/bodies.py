"""What stands in a request's body: forms, lines, multipart forms, JSON; compressed bodies as what they hold."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from urllib.parse import quote

import orjson

MAX_BODY = 1_048_576
"""Characters of a body that are looked at, decompressed."""
MAX_PARTS = 5_000
_MAX_DEPTH = 8
_MAX_LINES = 1_000
_DOCUMENTS = 50
_BASE64_JSON = frozenset({"eyJ", "W3s", "eyI", "ewo", "Wwo"})
"""How base64 of a JSON object or list of objects begins."""
_JSON = re.compile(r"[{\[]\s*[\"{\[]")
_NAME = re.compile(r'name="([^"]{1,200})"')


def text_of(body: str) -> str:
    """The text of a recorded body: itself, or what a compressed one holds; empty when it is no text."""
    if not body.startswith("base64:"):
        return body[:MAX_BODY]
    try:
        data = base64.b64decode(body[7 : 7 + 2 * MAX_BODY], validate=True)
    except (binascii.Error, ValueError):
        return ""
    if data[:2] != b"\x1f\x8b" and data[:1] != b"\x78":
        return ""
    try:
        return zlib.decompressobj(47).decompress(data, MAX_BODY).decode("utf-8")
    except (zlib.error, UnicodeDecodeError):
        return ""


Leaves = list[tuple[str, str]]
"""Names, with dots between the keys above them, and values."""


def read(text: str) -> tuple[Leaves, list[str]]:
    """The leaves of a body that is JSON, and the query strings of one that is not."""
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return _json(text), []
    if text.startswith("--") and "name=" in text:
        return [], list(_multipart(text))
    if "\n" not in text and "\r" not in text:
        return [], [text] if "=" in text else []
    return [], [line for line in text.splitlines()[:_MAX_LINES] if "=" in line]


def inside(name: str, value: str) -> Leaves:
    """The leaves of JSON that a parameter's value is, plain or in base64; nothing when it is none."""
    if value[:3] not in _BASE64_JSON and _JSON.match(value) is None:
        return []
    try:
        text = value if value[:1] in ("{", "[") else base64.b64decode(_padded(value), altchars=b"-_", validate=True)
        document = orjson.loads(text)
    except (orjson.JSONDecodeError, ValueError, RecursionError):
        return []
    found: Leaves = []
    _gather(document, name, 1, found)
    return found


def _padded(text: str) -> str:
    plain = text.rstrip("=").replace("+", "-").replace("/", "_").replace(" ", "-")
    return plain + "=" * (-len(plain) % 4)


def _json(text: str) -> Leaves:
    """Leaves of a JSON body; several documents may stand one per line (Sentry's envelopes)."""
    try:
        documents = [orjson.loads(text.encode("utf-8", "replace"))]
    except (orjson.JSONDecodeError, RecursionError):
        documents = []
        for line in text.splitlines()[:_DOCUMENTS]:
            try:
                documents.append(orjson.loads(line.encode("utf-8", "replace")))
            except (orjson.JSONDecodeError, RecursionError):
                continue
    found: Leaves = []
    for document in documents:
        _gather(document, "", 0, found)
    return found


def _gather(value: object, at: str, depth: int, found: Leaves) -> None:
    if isinstance(value, str):
        found.append((at, value))
    elif isinstance(value, dict | list):
        if depth >= _MAX_DEPTH and value:
            return
        if not value:
            found.append((at, "{}"))  # said, and nothing in it: neither on nor off
        elif isinstance(value, dict):
            for key, inner in value.items():
                _gather(inner, f"{at}.{key}" if at else key, depth + 1, found)
        else:
            for inner in value:
                _gather(inner, at, depth + 1, found)
    elif isinstance(value, bool):
        found.append((at, "true" if value else "false"))
    elif value is not None:
        found.append((at, str(value)))


def _multipart(text: str) -> Iterator[str]:
    """Each field of a multipart form as a query string of its own."""
    boundary = text.split("\n", 1)[0].strip()
    for part in text.split(boundary, MAX_PARTS):
        head, blank, value = part.replace("\r\n", "\n").lstrip("\n").partition("\n\n")
        name = _NAME.search(head)
        if blank and name:
            yield f"{quote(name[1])}={quote(value.removesuffix(chr(10)))}"
