"""Who is behind a host of the site whose name is an alias (CNAME) for a host of somebody else.

An alias by itself says nothing: most lead to whoever hosts the site, its shop, its help pages or its pictures. A
company is named only when one of these holds for a name of the chain, asked in this order:

1. The name is a known target of disguises (`data/cname-targets`): customers of a collector point their hosts there.
2. The name is no hosting company's, and the request, addressed openly to that name, has the shape of a product of the
   catalogue that follows visitors.
3. The same, of an advertising or analytics company of third-party-web, where EasyPrivacy has a rule on that host
   as well. Either alone has named hosting for tracking (Salesforce's sites count as advertising there).

Hosts that serve pages of the site are the caller's to leave out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from crawler.parties import Party, etld_plus_one, host_of, party
from crawler.purposes import Purpose
from crawler.vendors.identify import catalogue, identify
from crawler.vendors.model import Demand, Hit, KnownBy, Role

FOLDER = Path(__file__).parent / "data" / "cname-targets"

FOLLOWING = frozenset(
    {
        Purpose.ANALYTICS, Purpose.ADVERTISING, Purpose.SOCIAL, Purpose.SESSION_REPLAY, Purpose.VISITOR_IDENTIFICATION,
        Purpose.MARKETING, Purpose.CALL_TRACKING, Purpose.TAG_MANAGER,
    }
)  # fmt: skip
"""Purposes of products that a disguise serves. Chat, consent, payment, pictures and the like under a host of the site
are how they are meant to be used."""
_LISTED_ALONE = frozenset({Purpose.ADVERTISING, Purpose.ANALYTICS})
_FILES = frozenset({"script", "stylesheet", "font", "media", "manifest"})
_SENDS = frozenset({"xhr", "fetch", "ping", "websocket", "eventsource"})
_FRAMES = frozenset({"document"})


@dataclass(frozen=True, slots=True)
class Behind:
    """A request to a host of the site that somebody else answers."""

    hit: Hit
    target: str
    """The name of the chain that tells who."""


@dataclass(frozen=True, slots=True)
class _Target:
    domain: str
    vendor: str
    name: str
    purpose: Purpose
    kind: str
    """collector; tag-server (the site's own container on rented servers); pages (it serves pages and files, too)."""
    source: str
    verified: bool


def behind(
    url: str,
    chain: Iterable[str],
    *,
    method: str = "GET",
    body: str | None = None,
    resource_type: str = "",
    page_url: str = "",
    own_domains: Iterable[str] = (),
) -> Behind | None:
    """Who answers a request to a first-party host with this chain of names; None when that is nobody to be named.

    Names of the company's own are passed over. Never raises on what a site sends or a name server answers.
    """
    own = tuple(own_domains)
    for name in chain:
        if party(name, page_url, own) is not Party.THIRD:
            continue
        target = _target(name)
        if target is None and _below(name, _hosting()):
            continue
        open_url = _addressed_to(url, name)
        hit = identify(
            open_url, method=method, body=body, resource_type=resource_type, page_url=page_url, own_domains=own
        )
        found = _by_target(target, hit, url, method, body, resource_type) if target else _by_shape(name, hit)
        if found is not None:
            basis = f"CNAME {host_of(url)[:100]} to {name[:100]}; {found.basis}"
            return Behind(replace(found, basis=basis, first_party_host=True), name)
    return None


def _by_shape(name: str, hit: Hit | None) -> Hit | None:
    if hit is None:
        return None
    if hit.known_by is KnownBy.CATALOGUE:
        # A shape that holds on any host says nothing of this one; it is recognised without its other name.
        at_home = hit.vendor in catalogue().index.products_on(etld_plus_one(name))
        return hit if at_home and hit.purpose in FOLLOWING else None
    # By a rule on the host: one on a path alone would hold wherever the path leads.
    marked = hit.tracker_rule is not None and etld_plus_one(name) in hit.tracker_rule
    return hit if marked and hit.known_by is KnownBy.THIRD_PARTY_WEB and hit.purpose in _LISTED_ALONE else None


def _by_target(
    target: _Target, hit: Hit | None, url: str, method: str, body: str | None, resource_type: str
) -> Hit | None:
    if hit is not None and hit.known_by is KnownBy.CATALOGUE and hit.vendor == target.vendor:
        return replace(hit, basis=f"{hit.basis}; {target.source}", verified=hit.verified or target.verified)
    vendor = catalogue().vendors.get(target.vendor)
    purpose = vendor.purpose if vendor else target.purpose
    restricted = Demand.RESTRICTED if purpose in (Purpose.ADVERTISING, Purpose.SOCIAL) else Demand.REVIEW
    return Hit(
        vendor=target.vendor,
        name=vendor.name if vendor else target.name,
        company=vendor.company if vendor else target.name,
        purpose=purpose,
        role=_role(target, url, method, body, resource_type),
        gpc=vendor.gpc if vendor else restricted,
        known_by=KnownBy.CATALOGUE if vendor else KnownBy.CNAME_LIST,
        basis=f"{target.source}: {target.domain}",
        signals=vendor.signals if vendor else None,
        verified=target.verified,
    )


def _role(target: _Target, url: str, method: str, body: str | None, resource_type: str) -> Role:
    """What a request without a known shape does. Files tell of no visit, nor do pictures where pages are served."""
    if resource_type in _FRAMES:
        return Role.FRAME
    if body or method not in ("GET", "HEAD") or resource_type in _SENDS:
        return Role.COLLECT
    if resource_type in _FILES or target.kind == "pages":
        return Role.LIBRARY
    return Role.COLLECT if urlsplit(url).query else Role.UNKNOWN


def _addressed_to(url: str, host: str) -> str:
    """The same request, sent to another host; without a port, which belongs to the first."""
    return re.sub(r"(?<=://)[^/?#]*", lambda _: host, url, count=1)


def _target(name: str) -> _Target | None:
    known = _targets()
    tail = name
    while tail:
        if tail in known:
            return known[tail]
        tail = tail.partition(".")[2]
    return None


def _below(name: str, domains: frozenset[str]) -> bool:
    while name:
        if name in domains:
            return True
        name = name.partition(".")[2]
    return False


@cache
def _data() -> Mapping[str, Any]:
    found: Mapping[str, Any] = orjson.loads((FOLDER / "targets.json").read_bytes())
    return found


@cache
def _hosting() -> frozenset[str]:
    return frozenset(_data()["hosting"])


@cache
def _targets() -> Mapping[str, _Target]:
    sources = _data()["sources"]
    return {
        row["domain"]: _Target(
            domain=row["domain"],
            vendor=row["vendor"],
            name=row["name"],
            purpose=Purpose(row.get("purpose", "unknown")),
            kind=row.get("kind", "collector"),
            source=sources[row["source"]]["text"],
            verified=sources[row["source"]]["verified"],
        )
        for row in _data()["targets"]
    }
