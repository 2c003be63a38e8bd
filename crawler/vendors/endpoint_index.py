"""All endpoints of the catalogue by host and path, so that a request is held against a handful of shapes only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from crawler.parsing import RequestFacts
from crawler.parties import etld_plus_one
from crawler.vendors.product import Vendor
from crawler.vendors.shape import COUNTRY_HOST, EXACT_HOST, Pattern, Score, Shape, any_path, takes

# co.uk, com.au, de, com: a country's suffix and not somebody's hosting domain (blogspot.com, github.io).
_COUNTRY_SUFFIX = re.compile(r"(?:[a-z]{2,3}\.)?[a-z]{2,3}")
_ANY_SCRIPT = "/a/b.js"
_KEPT_PLACES = 16_384
_KEPT_PATH = 256
"""Longer paths hold an id or data: they do not come again, and are not kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitting:
    """A shape whose host, path and method fit, and how specific it is should the rest fit, too."""

    score: Score
    shape: Shape
    pattern: str
    """Of the host, for the report."""


class _Hostless:
    """Shapes that are looked for on any host. Nearly every request is none: one regex over all their paths tells."""

    def __init__(self, shapes: list[Shape]) -> None:
        self.shapes = shapes
        self._path = any_path(shape.endpoint for shape in shapes)

    def may_match(self, path: str, raw_path: str) -> bool:
        """False only when no shape's path fits."""
        regex = self._path
        return regex is None or bool(regex.fullmatch(path) or (path is not raw_path and regex.fullmatch(raw_path)))


class EndpointIndex:
    """Finds the most specific shape that a request has."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self._exact: dict[str, list[tuple[Shape, str]]] = {}
        self._suffix: dict[str, list[tuple[Shape, str]]] = {}
        self._country: dict[str, list[tuple[Shape, str]]] = {}
        self._glob: dict[str, list[tuple[Pattern, Shape, str]]] = {}
        self._any_host: list[Shape] = []
        self._literals: list[tuple[str, str]] = []
        self._kept = lru_cache(maxsize=_KEPT_PLACES)(self._at)
        for vendor in vendors:
            for position, endpoint in enumerate(vendor.endpoints):
                shape = Shape(vendor, endpoint, position)
                if not endpoint.hosts:
                    self._any_host.append(shape)
                for host in endpoint.hosts:
                    self._add(host, shape)

    def _add(self, host: str, shape: Shape) -> None:
        if host.endswith(".*"):
            self._country.setdefault(host[:-2], []).append((shape, host))
            return
        if "*" not in host:
            self._exact.setdefault(host, []).append((shape, host))
            literal = host
        elif host.startswith("*.") and "*" not in host[2:]:
            literal = host[2:]
            self._suffix.setdefault(literal, []).append((shape, host))
        else:
            # `aax-*.amazon-adsystem.com`: kept under the labels behind the last star.
            literal = host.rsplit("*", 1)[1].partition(".")[2]
            name = Pattern(re.escape(host).replace(r"\*", r"[^.]*"))
            self._glob.setdefault(literal, []).append((name, shape, host))
        self._literals.append((literal, shape.vendor.key))

    @cached_property
    def _hostless(self) -> tuple[_Hostless, _Hostless]:
        """Those that take the path of any script are asked apart: else every script would be held against all."""
        parts: tuple[list[Shape], list[Shape]] = ([], [])
        for shape in self._any_host:
            parts[any(takes(path, _ANY_SCRIPT) for path in shape.endpoint.paths)].append(shape)
        return _Hostless(parts[0]), _Hostless(parts[1])

    def best(self, request: RequestFacts, *, hostless_only: bool = False) -> Fitting | None:
        """The most specific shape that the request has.

        Ties go to the product whose key sorts first, within a product to the endpoint that stands first.
        """
        for fitting in self._places(request, hostless_only):
            if not fitting.shape.asks or fitting.shape.says(request):
                return fitting
        return None

    def tie(self, request: RequestFacts, *, hostless_only: bool = False) -> bool:
        """Whether another product has a shape that is just as specific as the best."""
        found = [f for f in self._places(request, hostless_only) if f.shape.says(request)]
        return any(f.score == found[0].score and f.shape.vendor is not found[0].shape.vendor for f in found[1:])

    def products_on(self, domain: str) -> frozenset[str]:
        """Keys of the products that have an endpoint on hosts of this eTLD+1."""
        return frozenset(
            key for literal, key in self._literals if literal.endswith(domain) and etld_plus_one(literal) == domain
        )

    def on_host(self, host: str) -> frozenset[str]:
        """Keys of all products that have an endpoint on this very host."""
        return frozenset(shape.vendor.key for shape, _, _ in self._on_host(host))

    def owner(self, host: str) -> str | None:
        """Key of the one product to which a whole host belongs, by an endpoint that asks for nothing but the host."""
        keys = {
            shape.vendor.key
            for shape, _, rank in self._on_host(host)
            if not (shape.endpoint.paths or shape.endpoint.params or shape.endpoint.body)
        }
        return keys.pop() if len(keys) == 1 else None

    def _places(self, request: RequestFacts, hostless_only: bool) -> tuple[Fitting, ...]:
        host = "" if hostless_only else request.host
        find = self._at if len(request.raw_path) > _KEPT_PATH else self._kept
        return find(host, request.path, request.raw_path, request.method)

    def _at(self, host: str, path: str, raw_path: str, method: str) -> tuple[Fitting, ...]:
        """What fits a place, the most specific first: the parameters and the body are left to be asked."""
        found = [
            Fitting(score, shape, pattern)
            for shape, pattern, rank in self._candidates(host, path, raw_path)
            if (score := shape.score(path, raw_path, method, rank)) is not None
        ]
        found.sort(key=lambda f: (*(-part for part in f.score), f.shape.vendor.key, f.shape.position))
        return tuple(found)

    def _candidates(self, host: str, path: str, raw_path: str) -> Iterator[tuple[Shape, str, int]]:
        for hostless in self._hostless:
            if hostless.may_match(path, raw_path):
                for shape in hostless.shapes:
                    yield shape, "any host", 0
        if host:
            yield from self._on_host(host)

    def _on_host(self, host: str) -> Iterator[tuple[Shape, str, int]]:
        for shape, pattern in self._exact.get(host, ()):
            yield shape, pattern, EXACT_HOST
        tail = host
        while tail:
            for shape, pattern in self._suffix.get(tail, ()):
                yield shape, pattern, len(tail)
            for name, shape, pattern in self._glob.get(tail, ()):
                if name.compiled.fullmatch(host):
                    yield shape, pattern, len(pattern)
            tail = tail.partition(".")[2]
        if self._country:
            domain = etld_plus_one(host)
            label, _, suffix = domain.partition(".")
            if _COUNTRY_SUFFIX.fullmatch(suffix):
                for shape, pattern in self._country.get(host[: len(host) - len(domain)] + label, ()):
                    yield shape, pattern, COUNTRY_HOST
