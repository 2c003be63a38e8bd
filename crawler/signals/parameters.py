"""What a request says, as names and values: query, `;k=v` path parts, form, line-separated, multipart and JSON bodies.

Everything is bounded, for a site may send anything: the first megabyte of URL and body, and a fixed number of fields.
GA4 posts one query string per line, Floodlight puts its parameters into the path, TikTok posts JSON, Meta may post
a multipart form (MisterPhilip/omnibug on GitHub, read 2026-11-22).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

MAX_CHARS = 1_048_576
"""Characters of a URL, and of a body, that are looked at."""
MAX_FIELDS = 5_000
MAX_JSON_NODES = 50_000
_NAME = re.compile(r'name="([^"]{1,200})"')


@dataclass(frozen=True, slots=True)
class Parameters:
    """Values by name, in the order in which they stand; `json` is the parsed body where it is JSON."""

    fields: Mapping[str, tuple[str, ...]]
    json: object = None

    def values(self, name: str) -> tuple[str, ...]:
        """The distinct values of a parameter, first seen first."""
        return tuple(dict.fromkeys(self.fields.get(name, ())))

    def json_values(self, name: str) -> list[object]:
        """Every value under that key, at any depth of the JSON body."""
        return [value for key, value in _walk(self.json) if key == name]


def read(url: str, body: str | None) -> Parameters:
    """Take a request apart. Never raises; what cannot be read is left out."""
    fields: dict[str, list[str]] = {}
    try:
        parts = urlsplit(url[:MAX_CHARS])
    except ValueError:
        return Parameters({})
    path = parts.path.split(";")
    _add(fields, iter(path[1:]))
    _add(fields, iter(_split(parts.query)))
    document = None
    if body and not body.startswith("base64:"):
        text = body[:MAX_CHARS]
        document = parse_json(text)
        if document is None:
            _add(fields, _multipart(text) if text.startswith("--") else _lines(text))
    return Parameters({name: tuple(values) for name, values in fields.items()}, document)


def parse_json(text: str) -> object:
    """The JSON object or array of a text, or None when it is neither."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document


def nested_json(parameters: Parameters, name: str, key: str) -> list[object]:
    """Values under `key` inside a parameter that itself holds JSON, as Pinterest's `pd` does."""
    found: list[object] = []
    for value in parameters.values(name):
        found += [inner for inner_key, inner in _walk(parse_json(value)) if inner_key == key]
    return found


def _split(query: str) -> list[str]:
    return query.split("&", MAX_FIELDS)


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from _split(line)


def _multipart(text: str) -> Iterator[str]:
    """Fields of a multipart form as unsplit `name=value` pairs; files and their contents are not of interest."""
    name, in_value = None, False
    for line in text.splitlines():
        if line.startswith("--"):
            name, in_value = None, False
        elif in_value and name is not None:
            yield f"{name}={line.replace('%', '%25').replace('+', '%2B')}"
            name = None
        elif not line:
            # The first empty line of a part ends its headers; the line after it is the value, empty or not.
            in_value = True
        elif line.lower().startswith("content-disposition"):
            match = _NAME.search(line)
            name = match.group(1) if match else None


def _add(fields: dict[str, list[str]], pairs: Iterator[str]) -> None:
    for count, pair in enumerate(pairs):
        if count >= MAX_FIELDS:
            return
        name, equals, value = pair.partition("=")
        if name and equals:
            fields.setdefault(unquote_plus(name), []).append(unquote_plus(value))


def _walk(document: object) -> Iterator[tuple[str, object]]:
    stack, seen = [document], 0
    while stack and seen < MAX_JSON_NODES:
        node = stack.pop()
        seen += 1
        if isinstance(node, dict):
            for key, value in node.items():
                yield str(key), value
                stack.append(value)
        elif isinstance(node, list):
            stack.extend(node[:MAX_JSON_NODES])
