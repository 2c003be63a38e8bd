"""The long tail: the host lists of third-party-web (MIT), for hosts that the catalogue does not know.

Source: npm third-party-web, see `data/third-party-web/PROVENANCE.json`. Its categories are coarse, so a hit by it
never says more than "a request to this company's hosts".
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

from crawler.parties import etld_plus_one
from crawler.purposes import Purpose
from crawler.vendors.model import Demand

FOLDER = Path(__file__).parent / "data" / "third-party-web"

PURPOSES: Mapping[str, Purpose] = types.MappingProxyType(
    {
        "ad": Purpose.ADVERTISING,
        "analytics": Purpose.ANALYTICS,
        "social": Purpose.SOCIAL,
        "tag-manager": Purpose.TAG_MANAGER,
        "video": Purpose.EMBED,
        "content": Purpose.EMBED,
        "customer-success": Purpose.CHAT,
        "marketing": Purpose.MARKETING,
        "consent-provider": Purpose.CONSENT,
        "cdn": Purpose.CDN,
        "hosting": Purpose.CDN,
        "utility": Purpose.UNKNOWN,
        "other": Purpose.UNKNOWN,
    }
)
"""Its category to our purpose."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Who stands behind a host."""

    key: str
    """`tpw:<slug>`."""
    name: str
    company: str
    purpose: Purpose

    @property
    def gpc(self) -> Demand:
        """Advertising and social are what an opt-out is about; of the others a person must say."""
        return Demand.RESTRICTED if self.purpose in (Purpose.ADVERTISING, Purpose.SOCIAL) else Demand.REVIEW


def entity_of(host: str) -> tuple[Entity, str] | None:
    """The entity of a host and the pattern of the list that names it; None when it names none."""
    exact, below = _index()
    if host in exact:
        return _entity(exact[host]), host
    tail = host
    while tail:
        if tail in below:
            return _entity(below[tail]), f"*.{tail}"
        tail = tail.partition(".")[2]
    return None


def companies_on(domain: str) -> frozenset[str]:
    """Companies of all entities with a host on this eTLD+1."""
    return frozenset(
        _entity(number).company
        for entries in _index()
        for host, number in entries.items()
        if host.endswith(domain) and etld_plus_one(host) == domain
    )


@cache
def version() -> str:
    """Version of the bundled package."""
    return str(orjson.loads((FOLDER / "PROVENANCE.json").read_bytes())["version"])


@cache
def _entities() -> list[dict[str, object]]:
    found: list[dict[str, object]] = orjson.loads((FOLDER / "entities.json").read_bytes())
    return found


@cache
def _index() -> tuple[dict[str, int], dict[str, int]]:
    """Entity numbers by exact host, and by the domain at and below which they hold."""
    exact: dict[str, int] = {}
    below: dict[str, int] = {}
    for number, entity in enumerate(_entities()):
        domains = entity["domains"]
        assert isinstance(domains, list)
        for domain in domains:
            if domain.startswith("*."):
                below.setdefault(domain[2:], number)
            else:
                exact.setdefault(domain, number)
    return exact, below


@cache
def _entity(number: int) -> Entity:
    row = _entities()[number]
    name = str(row["name"])
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    purpose = PURPOSES.get(str(row.get("category", "other")), Purpose.UNKNOWN)
    return Entity(f"tpw:{slug}", name, str(row.get("company") or name), purpose)
