"""The catalogue's cookies by name and setting domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawler.vendors.product import CookieFact, Vendor


class CookieIndex:
    """Finds the product that a cookie belongs to: an exact name wins over patterns, a longer pattern over a shorter."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        self._facts: dict[str, list[tuple[Vendor, CookieFact]]] = {}
        for vendor in vendors:
            for fact in vendor.cookies:
                self._facts.setdefault(fact.name, []).append((vendor, fact))
        self._patterns = sorted((n for n in self._facts if n.endswith("*")), key=lambda n: (-len(n), n))

    def find(self, name: str, domain: str, *, first_party: bool) -> tuple[str, str] | None:
        """Vendor key and basis; `domain` without leading dot, `first_party` when it is the company's own."""
        for vendor, fact in self.matches(name, domain, first_party=first_party):
            where = "the site's own domain" if first_party else domain
            return vendor.key, f"cookie name {fact.name} on {where}"
        return None

    def matches(self, name: str, domain: str, *, first_party: bool) -> Iterator[tuple[Vendor, CookieFact]]:
        """Every product that says it sets such a cookie on such a domain, the best match first."""
        names = [name] if name in self._facts and not name.endswith("*") else []
        names += [p for p in self._patterns if name.startswith(p[:-1])]
        for pattern in names:
            for vendor, fact in self._facts[pattern]:
                if fact.kind == "first-party":
                    if first_party:
                        yield vendor, fact
                elif not first_party and any(domain == d or domain.endswith("." + d) for d in fact.domains):
                    yield vendor, fact
