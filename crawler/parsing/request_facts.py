"""A request taken apart once: host, path, and the parameters of its query, path and body.

Nearly all requests are asked for a few of their parameters only, so names are split off at once and values are decoded
when somebody asks for them. Everything is bounded, for a site may send anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, KeysView
from urllib.parse import unquote_plus, urlsplit

from crawler.parsing import bodies

MAX_URL = 65_536
"""Characters of a URL that are looked at."""
MAX_PATH = 8_192
"""Characters of a path that are looked at; Floodlight keeps all its data there."""
MAX_PARAMS = 5_000
"""Parameters of a request that are looked at, those in its query, its path and its body together."""
_JSON_BEGINS = ("{", "[", "%7B", "%7b", "%5B", "%5b", "ey", "ew", "W3", "Ww")
"""How a value begins that may be JSON: plain, percent-encoded, in base64."""
_JSON_STARTS = re.compile(r"=(?:[{\[]|%7[Bb]|%5[Bb]|e[yw]|W[3w])")
"""The same behind an equals sign."""
_NONE: dict[str, list[str]] = {}
"""Of the many requests without JSON; never written to."""
_Values = dict[str, str | list[str]]
"""By name: one value as it was written, or a list of values that are decoded already."""
_SCHEMES = frozenset({"http", "https", "ws", "wss"})
# What browsers write nearly always; anything else takes the slow and careful way.
_USUAL = re.compile(r"(?:https?|wss?)://([a-z0-9.-]*[a-z0-9])(?::[0-9]+)?(/[^?#\t\r\n]*)?(?:\?([^#\t\r\n]*))?(?:#.*)?")


class RequestFacts:
    """What is asked about one request. Never raises on what a site sends.

    A parameter may stand in the query, in the path after a semicolon, or in the body: form, one query string per line
    (GA4), multipart, JSON (`context.pixel.code`: keys joined by dots, list positions left out). JSON inside a
    parameter, plain or in base64, is a level more: `data.event`.
    """

    __slots__ = ("_deep", "_inside", "_values", "body", "host", "method", "path", "query", "raw_path", "url")

    def __init__(self, url: str, host: str, raw_path: str, query: str, method: str, body: str | None) -> None:
        self.url = url
        self.host = host
        if len(raw_path) > MAX_PATH:
            raw_path = raw_path[:MAX_PATH]
        self.raw_path = self.path = raw_path
        if ";" in raw_path:
            # `/activity;src=1;type=2`: Floodlight keeps its parameters in the path.
            bare, _, rest = raw_path.partition(";")
            if "=" in rest:
                self.path = bare
        self.query = query
        self.method = method if method.isupper() else method.upper()
        self.body = bodies.text_of(body) if body else ""
        self._values: _Values | None = None
        self._inside = False
        self._deep: dict[str, list[str]] = _NONE

    def get(self, name: str) -> list[str] | None:
        """All values of a parameter, query first, then path, then body; None when there is no such parameter."""
        values = self._split() if self._values is None else self._values
        found = values.get(name)
        if found is None:
            if "." not in name or self._inside or name.partition(".")[0] not in values:
                return None
            self._look_inside()
            found = values.get(name)
            if found is None:
                return None
        if isinstance(found, str):
            found = values[name] = [_decoded(found)]
        return found

    def values(self, name: str) -> tuple[str, ...]:
        """The distinct values of a parameter, first seen first."""
        found = self.get(name)
        if found is None:
            return ()
        return tuple(found) if len(found) == 1 else tuple(dict.fromkeys(found))

    def under(self, name: str) -> tuple[str, ...]:
        """The distinct values of a parameter, wherever it stands: by itself or at any depth of JSON."""
        self._look_inside()
        deep = self._deep.get(name) if self._deep else None
        if deep is None:
            return self.values(name)
        return tuple(dict.fromkeys(value for key in (name, *deep) for value in self.get(key) or ()))

    def pairs(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Name and value of those parameters that are there, wherever they stand, in the order of `names`."""
        values = self._look_inside()
        there = [name for name in names if name in values or name in self._deep]
        return [(name, value) for name in there for value in self.under(name)]

    def has_any(self, names: Iterable[str]) -> bool:
        """Whether one of these parameters is there, by itself or at any depth of JSON."""
        values = self._values if self._inside else self._look_inside()
        if values and not values.keys().isdisjoint(names):
            return True
        return bool(self._deep) and not self._deep.keys().isdisjoint(names)

    def names(self) -> KeysView[str]:
        """Names of all parameters; of those inside JSON in a parameter only once somebody asked for one."""
        return (self._split() if self._values is None else self._values).keys()

    @property
    def params(self) -> dict[str, list[str]]:
        """Every parameter with all its values, those inside JSON in a parameter as well."""
        self._look_inside()
        return {name: self.get(name) or [] for name in self.names()}

    def _split(self) -> _Values:
        values = self._values = _plain(self.query) if self.query else {}
        if self.path is not self.raw_path:
            _take(values, self.raw_path[len(self.path) + 1 :].split(";", MAX_PARAMS))
        if self.body:
            leaves, forms = bodies.read(self.body)
            for form in forms:
                _take(values, form.split("&", MAX_PARAMS))
            self._add(values, leaves)
        return values

    def _look_inside(self) -> _Values:
        """All parameters, with what stands inside those that are JSON: Mixpanel's `data`, Snowplow's `ue_px`."""
        values = self._split() if self._values is None else self._values
        if self._inside:
            return values
        self._inside = True
        search = _JSON_STARTS.search
        if (
            search(self.query)
            or (self.body and search(self.body))
            or (self.path is not self.raw_path and search(self.raw_path))
        ):
            for name, written in list(values.items()):
                if not isinstance(written, str) or written.startswith(_JSON_BEGINS):
                    for value in list(self.get(name) or ()):
                        self._add(values, bodies.inside(name, value))
        return values

    def _add(self, values: _Values, leaves: bodies.Leaves) -> None:
        """Add leaves of JSON, in which nothing is to be decoded."""
        if leaves and self._deep is _NONE:
            self._deep = {}
        for name, value in leaves:
            known = values.get(name)
            if known is None:
                if len(values) >= MAX_PARAMS:
                    return
                values[name] = [value]
                _, dot, last = name.rpartition(".")
                if dot:
                    self._deep.setdefault(last, []).append(name)
            elif isinstance(known, str):
                values[name] = [_decoded(known), value]
            elif len(known) < MAX_PARAMS:
                known.append(value)


def facts(url: str, method: str = "GET", body: str | None = None) -> RequestFacts | None:
    """Take a request apart; None for what is not sent to a host (data:, blob:, about:, unparsable).

    `body` as in `evidence.Request`: text, or `base64:` and bytes, which are read when they are compressed text.
    """
    url = url[:MAX_URL]
    if usual := _USUAL.fullmatch(url):
        host, path, query = usual.groups("")
        return RequestFacts(url, host, path or "/", query, method, body)
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not host:
        return None
    return RequestFacts(url, host, parts.path or "/", parts.query, method, body)


def _plain(query: str) -> _Values:
    """The parameters of a query. Nearly always each name stands there once and as it is, which is made fast."""
    parts = query.split("&", MAX_PARAMS)
    found: _Values = {}
    for part in parts:
        name, _, value = part.partition("=")
        found[name] = value
    names = "".join(found)
    if len(found) != len(parts) or "" in found or "%" in names or "+" in names or len(parts) > MAX_PARAMS:
        found = {}
        _take(found, parts)
    return found


def _take(values: _Values, parts: list[str]) -> None:
    """Add `name=value` parts, names decoded and values not yet."""
    for part in parts:
        name, _, value = part.partition("=")
        name = _decoded(name)
        known = values.get(name)
        if known is None:
            if name and len(values) < MAX_PARAMS:
                values[name] = value
        elif isinstance(known, str):
            values[name] = [_decoded(known), _decoded(value)]
        else:
            known.append(_decoded(value))


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="replace") if "%" in text or "+" in text else text
