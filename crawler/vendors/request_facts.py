"""A request taken apart once: host, path, and the parameters of its query, path and body."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote_plus, urlsplit

import orjson

MAX_URL = 65_536
"""Characters of a URL that are looked at."""
MAX_PATH = 8_192
"""Characters of a path that are looked at; Floodlight keeps all its data there."""
MAX_BODY = 262_144
"""Characters of a body that are looked at."""
MAX_PARAMS = 2_000
_MAX_DEPTH = 8
_SCHEMES = frozenset({"http", "https", "ws", "wss"})
_BASE64_JSON = frozenset({"eyJ", "W3s", "eyI", "ewo", "Wwo"})
"""How base64 of a JSON object or list of objects begins."""
_PLAIN_JSON = frozenset({'{"', "[{", "[["})
# What browsers write nearly always; anything else takes the slow and careful way.
_USUAL = re.compile(r"(?:https?|wss?)://([a-z0-9.-]*[a-z0-9])(?::[0-9]+)?(/[^?#\t\r\n]*)?(?:\?([^#\t\r\n]*))?(?:#.*)?")


class RequestFacts:
    """What the matcher asks about one request. Never raises on what a site sends."""

    __slots__ = ("_params", "body", "host", "method", "path", "query", "raw_path")

    def __init__(self, host: str, raw_path: str, query: str, method: str, body: str | None) -> None:
        self.host = host
        self.raw_path = raw_path = raw_path[:MAX_PATH]
        # `/activity;src=1;type=2`: Floodlight keeps its parameters in the path.
        bare, semicolon, rest = raw_path.partition(";")
        self.path = bare if semicolon and "=" in rest else raw_path
        self.query = query
        self.method = method.upper()
        self.body = "" if body is None or body.startswith("base64:") else body[:MAX_BODY]
        self._params: dict[str, list[str]] | None = None

    @property
    def params(self) -> dict[str, list[str]]:
        """Every parameter with all its values: query first, then path, then body."""
        if self._params is None:
            found: dict[str, list[str]] = {}
            for number, (key, value) in enumerate(self._pairs()):
                if number >= MAX_PARAMS:
                    break
                found.setdefault(key, []).append(value)
            self._params = found
        return self._params

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for key, value in self._flat_pairs():
            yield key, value
            if value[:3] in _BASE64_JSON or value[:2] in _PLAIN_JSON:
                yield from _inside(key, value)

    def _flat_pairs(self) -> Iterator[tuple[str, str]]:
        if self.query:
            yield from _form(self.query, "&")
        if self.path is not self.raw_path:
            yield from _form(self.raw_path[len(self.path) + 1 :], ";")
        body = self.body.lstrip()
        if not body:
            return
        if body[0] in "{[":
            yield from _json(body)
        elif body.startswith("--") and "name=" in body:
            yield from _multipart(body)
        else:
            for line in body.splitlines():
                if "=" in line:
                    yield from _form(line, "&")


def facts(url: str, method: str = "GET", body: str | None = None) -> RequestFacts | None:
    """Take a request apart; None for what is not sent to a host (data:, blob:, about:, unparsable)."""
    url = url[:MAX_URL]
    if usual := _USUAL.fullmatch(url):
        return RequestFacts(usual[1], usual[2] or "/", usual[3] or "", method, body)
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not host:
        return None
    return RequestFacts(host, parts.path or "/", parts.query, method, body)


def _form(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for part in text.split(separator, MAX_PARAMS):
        key, _, value = part.partition("=")
        if key:
            # Most keys and values hold nothing to decode.
            yield (
                key if key.isalnum() else _decoded(key),
                value if value.isalnum() else _decoded(value),
            )


def _inside(key: str, value: str) -> Iterator[tuple[str, str]]:
    """What a parameter holds that is JSON itself, plain or in base64: Mixpanel's `data`, Snowplow's `ue_px`."""
    try:
        text = value if value[0] in "{[" else base64.b64decode(_padded(value), altchars=b"-_", validate=True)
        yield from _leaves(orjson.loads(text), key, 1)
    except (orjson.JSONDecodeError, ValueError, RecursionError):
        return


def _padded(text: str) -> str:
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    return plain + "=" * (-len(plain) % 4)


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="replace") if "%" in text or "+" in text else text


def _json(text: str) -> Iterator[tuple[str, str]]:
    """Leaves of a JSON body, keys joined by dots, list positions left out: `context.pixel.code`, `batch.event`.

    Several documents may stand one per line (Sentry's envelopes).
    """
    try:
        documents = [orjson.loads(text.encode("utf-8", "replace"))]
    except (orjson.JSONDecodeError, RecursionError):
        documents = []
        for line in text.splitlines()[:50]:
            try:
                documents.append(orjson.loads(line.encode("utf-8", "replace")))
            except (orjson.JSONDecodeError, RecursionError):
                continue
    for document in documents:
        yield from _leaves(document, "", 0)


def _leaves(value: object, at: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{at}.{key}" if at else str(key), depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, at, depth + 1)
    elif isinstance(value, bool):
        yield at, "true" if value else "false"
    elif value is not None:
        yield at, str(value)


def _multipart(text: str) -> Iterator[tuple[str, str]]:
    boundary = text.split("\n", 1)[0].strip()
    for part in text.split(boundary, MAX_PARAMS):
        head, blank, value = part.replace("\r\n", "\n").lstrip("\n").partition("\n\n")
        _, found, name = head.partition('name="')
        if blank and found:
            yield name.partition('"')[0], value.removesuffix("\n")
