"""Shapes of the catalogue: vendors, the roles of their endpoints, hits. Data lives in `catalogue/*.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crawler.purposes import Purpose


class Role(StrEnum):
    """What an endpoint does. Loading a library and sending a visit are different findings."""

    LIBRARY = "library"
    COLLECT = "collect"
    SYNC = "sync"
    """Exchanges identifiers with another company; a vendor that matches them among its own hosts is `collect`."""
    FRAME = "frame"
    UNKNOWN = "unknown"
    """Only of third parties that the catalogue does not know."""


class Demand(StrEnum):
    """What an opt-out preference signal demands of a vendor."""

    SILENT = "silent"
    """It has no restricted mode: it must not be called."""
    RESTRICTED = "restricted"
    """It may be called in its restricted mode, or not at all."""
    UNAFFECTED = "unaffected"
    """The signal is not about it."""
    REVIEW = "review"
    """A person must say what is expected."""


class KnownBy(StrEnum):
    """Who named the vendor."""

    CATALOGUE = "catalogue"
    THIRD_PARTY_WEB = "third-party-web"
    CNAME_LIST = "cname-list"
    """The list of hosts that disguises lead to; only of a host of the site that is an alias."""
    FILTER_LIST = "filter-list"
    """Only a filter list marks it: a tracker whose name nobody gave."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request, identified."""

    vendor: str
    """Catalogue key; for others `tpw:<entity slug>` or the eTLD+1."""
    name: str
    company: str
    purpose: Purpose
    role: Role
    gpc: Demand
    known_by: KnownBy
    basis: str
    """Why: the endpoint shape that matched, or list name, version and rule."""
    signals: str | None = None
    """Which decoder of `crawler.signals` reads the opt-out state of its hits; None when it has none."""
    self_honours: str | None = None
    """Scope of the vendor's public statement that it honours the signal on requests of this shape; None without one."""
    variant: str | None = None
    account: str | None = None
    event: str | None = None
    verified: bool = True
    """False when the endpoint is known from memory only: nothing that fails a gate may rest on it."""
    tracker_rule: str | None = None
    """The rules of filter lists that block it, each with list and version, where some do."""
    lifted_rule: str | None = None
    """Rules that would block it, each with the exception of its list that lets it pass."""
    first_party_host: bool = False
    """A vendor's shape on the site's own host: a proxy, tag gateway or server-side container."""
