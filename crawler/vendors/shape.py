"""Whether a request has the shape of an endpoint, and how specific that shape is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from crawler.parsing import RequestFacts
from crawler.vendors.product import Endpoint, Vendor

Score = tuple[int, int, int, int, int]
"""Compared from the left: kinds of constraint (host, path, parameters or body), then how exact each of them is."""

EXACT_HOST = 1000
COUNTRY_HOST = 500
_EXACT_PATH = 10_000
_REGEX_PATH = 5_000
_MAX_VALUE = 200
_REGEX = "re:"


class Pattern:
    """`re:` regexes of the catalogue, compiled when first needed."""

    __slots__ = ("_full", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self._full: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled regex. Raises `re.error` when it is none."""
        if self._full is None:
            self._full = re.compile(self.source)
        return self._full


class Shape:
    """An endpoint that requests are held against. It is made ready when it is first asked: most never are."""

    __slots__ = (
        "_account", "_body", "_event", "_params", "_paths", "_ready", "asks", "endpoint", "position", "vendor",
    )  # fmt: skip

    def __init__(self, vendor: Vendor, endpoint: Endpoint, position: int) -> None:
        self.vendor = vendor
        self.endpoint = endpoint
        self.position = position
        self.asks = bool(endpoint.params or endpoint.body)
        """Whether anything is left to be asked when host, path and method fit."""
        self._ready = False

    def _make_ready(self) -> None:
        endpoint = self.endpoint
        self._paths = sorted((_path(p) for p in endpoint.paths), key=lambda p: -p[0])
        self._params = [
            (name, "!" in wanted, tuple(_value(w) for w in wanted if w != "!"))
            for name, wanted in endpoint.params.items()
        ]
        self._body = Pattern(endpoint.body.removeprefix("re:")) if endpoint.body else None
        self._account = [_extractor(a) for a in endpoint.account]
        self._event = [_extractor(e) for e in endpoint.event]
        self._ready = True

    def score(self, path: str, raw_path: str, method: str, host_rank: int) -> Score | None:
        """How specific a match would be; None when path or method do not fit. To be asked first.

        The host is asked before it, and `says`, `account` and `event` after it.
        """
        methods = self.endpoint.methods
        # A preflight announces the request that it asks for, so methods do not tell it apart.
        if methods and method not in methods and method != "OPTIONS":
            return None
        if not self._ready:
            self._make_ready()
        path_rank = 0
        if self._paths:
            path_rank = next((rank for rank, test in self._paths if test(path, raw_path)), 0)
            if not path_rank:
                return None
        details = len(self._params) + bool(self._body)
        kinds = (host_rank > 0) + (path_rank > 0) + (details > 0)
        return kinds, host_rank, path_rank, details, bool(methods)

    def says(self, request: RequestFacts) -> bool:
        """Whether parameters and body are as the shape asks."""
        for name, may_be_absent, tests in self._params:
            values = request.get(name)
            if values is None:
                if not may_be_absent:
                    return False
            elif not any(test(value) for value in values for test in tests):
                return False
        return self._body is None or self._body.compiled.search(request.body) is not None

    def account(self, request: RequestFacts) -> str | None:
        """The customer's id in the request."""
        return _first(self._account, request) if self._account else None

    def event(self, request: RequestFacts) -> str | None:
        """The event's name; several in one request are joined by commas."""
        return _first(self._event, request) if self._event else None

    def describe(self, host: str) -> str:
        """The shape in words, for a report: host pattern, paths, parameters, each value that is not a regex.

        `t.example.com /collect with id, v=1, body`; `path` and `body` alone where a regex says what they are like.
        """
        paths = dict.fromkeys("path" if path.startswith(_REGEX) else path for path in self.endpoint.paths[:3])
        details = [_said(name, wanted) for name, wanted in self.endpoint.params.items()]
        if self.endpoint.body:
            details.append("body")
        parts = [host, " or ".join(paths), f"with {', '.join(details)}" if details else ""]
        return " ".join(p for p in parts if p)


def _said(name: str, wanted: Iterable[str]) -> str:
    """`v=1|2`; the name alone where the value may be absent, anything, or what a regex takes."""
    plain = all(value not in ("*", "!") and not value.startswith(_REGEX) for value in wanted)
    return f"{name}={'|'.join(wanted)}" if plain else name


def _path(pattern: str) -> tuple[int, Callable[[str, str], bool]]:
    """The rank of a path pattern, and its test of a path without and with the parameters in it."""
    if pattern.startswith("re:"):
        regex = Pattern(pattern[3:])
        return _REGEX_PATH, lambda path, raw: any(regex.compiled.fullmatch(text) for text in {path, raw})
    if pattern.endswith("*"):
        prefix = pattern[:-1]
        return max(1, len(prefix)), lambda path, raw: raw.startswith(prefix)
    return _EXACT_PATH, lambda path, raw: pattern in (path, raw)


def any_path(endpoints: Iterable[Endpoint]) -> re.Pattern[str] | None:
    """One regex that matches each path that any of the endpoints matches; None when one takes every path.

    Raises `re.error` when a pattern is no regex.
    """
    sources = set()
    for endpoint in endpoints:
        if not endpoint.paths:
            return None
        for pattern in endpoint.paths:
            if pattern.startswith("re:"):
                sources.add(f"(?:{pattern[3:]})")
            elif pattern.endswith("*"):
                sources.add(re.escape(pattern[:-1]) + ".*")
            else:
                sources.add(re.escape(pattern))
    return re.compile("|".join(sorted(sources)), re.DOTALL)


def takes(pattern: str, path: str) -> bool:
    """Whether a path of an endpoint takes a path of a request; False for a regex that is none."""
    if pattern.startswith("re:"):
        try:
            return re.fullmatch(pattern[3:], path) is not None
        except re.error:
            return False
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern


def _value(wanted: str) -> Callable[[str], bool]:
    if wanted == "*":
        return lambda value: True
    if wanted.startswith("re:"):
        regex = Pattern(wanted[3:])
        return lambda value: regex.compiled.fullmatch(value) is not None
    return lambda value: value == wanted


def _extractor(source: str) -> Callable[[RequestFacts], str | None]:
    kind, colon, regex_text = source.partition(":")
    if colon and kind in ("path", "host", "body"):
        regex = Pattern(regex_text)
        attribute = {"path": "raw_path", "host": "host", "body": "body"}[kind]

        def search(request: RequestFacts) -> str | None:
            found = regex.compiled.search(getattr(request, attribute))
            return found.group(1)[:_MAX_VALUE] if found and found.group(1) else None

        return search

    def parameter(request: RequestFacts) -> str | None:
        values = request.get(source)
        if values is None:
            return None
        if len(values) == 1:
            return values[0][:_MAX_VALUE] or None
        distinct = dict.fromkeys(v for v in values if v)
        return ",".join(list(distinct)[:10])[:_MAX_VALUE] or None

    return parameter


def _first(extractors: list[Callable[[RequestFacts], str | None]], request: RequestFacts) -> str | None:
    for extract in extractors:
        if value := extract(request):
            return value
    return None
