"""A product of the catalogue: one YAML file under `catalogue/`, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crawler.purposes import Purpose
from crawler.vendors.model import Demand, Role
from crawler.vendors.proof import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A shape of request that belongs to the product. Every part that is given must match; parts left out match all."""

    role: Role
    hosts: tuple[str, ...] = ()
    """Exact, `*.suffix` (with the suffix itself), `name.*` (any country's suffix), or `*` inside a label. None: any
    host, the site's own included."""
    paths: tuple[str, ...] = ()
    """Exact, trailing `*` for a prefix, or `re:` with a full-match regex."""
    methods: tuple[str, ...] = ()
    params: Mapping[str, tuple[str, ...]]
    """Name to alternatives: `*` present, `!` absent, a literal, or `re:` with a full-match regex."""
    body: str | None = None
    """`re:` with a regex to search in the body."""
    account: tuple[str, ...] = ()
    """Where the customer's id stands: a parameter, or `path:`, `host:`, `body:` with a regex of one group. The first
    that gives a value counts."""
    event: tuple[str, ...] = ()
    """Where the event's name stands, as for `account`."""
    variant: str | None = None
    verified: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieFact:
    """A cookie that the product sets."""

    name: str
    """May end in `*`."""
    kind: str
    """`first-party`: on the site's own domain; `third-party`: on one of `domains`."""
    domains: tuple[str, ...] = ()
    lifetime_days: float | None = None
    """As documented; 0 for a session cookie, None when unknown."""
    verified: bool = True
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfHonour:
    """A vendor's public statement that it honours `Sec-GPC: 1` by itself on requests that it receives."""

    scope: str
    """Which requests, and for whom, in a few words for a report."""
    source: str
    read_on: date
    paths: tuple[str, ...] = ()
    """Paths of endpoints, as the endpoints write them, to which the statement is limited; none: all of the product."""

    def covers(self, endpoint: Endpoint) -> bool:
        """Whether the statement is about requests of this shape."""
        return not self.paths or any(path in self.paths for path in endpoint.paths)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One product, not a corporation."""

    key: str
    name: str
    company: str
    purpose: Purpose
    gpc: Demand
    signals: str | None
    """Decoder of `crawler.signals`, None when the product's hits carry no opt-out state of their own."""
    aliases: tuple[str, ...]
    """As policies write it."""
    homepage: str
    endpoints: tuple[Endpoint, ...]
    cookies: tuple[CookieFact, ...]
    storage: tuple[str, ...]
    """Keys of localStorage or sessionStorage; may end in `*`."""
    variants: tuple[str, ...]
    """Names of variants that a policy or a request can tell apart."""
    proof: Proof
    note: str | None = None
    self_honours_gpc: SelfHonour | None = None
