"""Shapes of what a report lists beside vendors: cookies, what scripts called, what they stored.

Who did it is known from the explaining visits alone, so a row may rest on them; whether a thing was there at all, and
in which arms, the compared visits say. Of these, rules read cookies alone: whose one is, and where its value went. What
an explaining visit adds may make a note of theirs, and nothing that can fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.vendors.cookie_owner import UNKNOWN, CookieOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class WentTo:
    """A vendor whose requests carried the value of a cookie."""

    vendor: str
    name: str
    arms: tuple[str, ...]
    visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieSeen:
    """One line of the cookie table: a cookie of any party over all compared arms."""

    name: str
    domain: str
    party: str
    vendor: str
    set_by: str
    setter_url: str | None
    setter_line: int | None
    """1-based; of scripts only, and known from the explaining visits."""
    setter_vendor: str
    """Vendor of the setter's address, which for a cookie on the site's own domain need not be the site; else empty."""
    lifetime_s: float | None
    """The longest that the browser kept it; None for a session cookie."""
    asked_lifetime_s: float | None
    """The longest that was asked for; None for a session cookie, and when nobody knows."""
    partition_keys: tuple[str, ...]
    stored: bool
    """False when every browser that was offered it refused it."""
    blocked_reasons: tuple[str, ...]
    """The browser's words where it refused it, each once."""
    sent_to: tuple[tuple[str, int], ...]
    """Hosts that requests of compared visits carried it to, and in how many requests; the most frequent first."""
    sent_hosts: int
    """All such hosts, those that `sent_to` has no room for among them."""
    changes: Mapping[str, int]
    """How often it was set, changed, deleted and refused in the compared visits."""
    step: str
    """The step of a visit in which it was first set; empty when nobody knows."""
    arms: tuple[str, ...]
    basis: str = ""
    """What its vendor rests on: `setter`, `domain`, `name` (alone: low certainty), empty when nobody is known."""
    why: str = ""
    """The basis in words."""
    judged: CookieOwner = UNKNOWN
    """Its owner as the compared visits alone know it: what can fail rests on this."""
    setter_explained: bool = False
    """True when only an explaining visit knows the setter's address."""
    documented_lifetime_s: float | None = None
    """As the catalogue has it for a cookie of this name and vendor; 0 for a session cookie, None when unknown."""
    documented_verified: bool = False
    went_to: tuple[WentTo, ...] = ()
    """Vendors that its value was sent to, other than with the cookie itself; those of most visits first."""
    went_vendors: int = 0
    """All such vendors, those that `went_to` has no room for among them."""

    @property
    def unclassified(self) -> bool:
        """Nobody knows whose it is, and nobody saw what set it."""
        return self.basis == "" and self.setter_url is None and self.stored


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiUse:
    """Calls of one kind by the scripts of one actor."""

    kind: str
    calls: int
    visits: int
    """Explaining visits in which it was called."""
    apis: tuple[str, ...]
    details: tuple[str, ...]
    url: str
    """The script with the most calls from one place, and that place."""
    line: int | None
    step: str
    """The earliest step in which it was called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorSeen:
    """Whose scripts called what: a vendor, the site itself (vendor empty), or scripts without an address."""

    vendor: str
    name: str
    """Empty for the site's own scripts."""
    purpose: str
    party: str
    """first, same-organisation, third; `unknown` for scripts without an address."""
    scripts: int
    """Different script addresses, at most `MAX_SCRIPTS` of `behaviour`."""
    uses: tuple[ApiUse, ...]
    """Sorted by kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStored:
    """One key of local or session storage, one IndexedDB object store, one cache, over all visits."""

    area: str
    origin: str
    key: str
    party: str
    """Of the origin, against the page."""
    vendor: str
    """Of the script that wrote it; else of the origin, when that is another party's. Empty for the site's own."""
    setter_url: str | None
    setter_line: int | None
    setter_urls: tuple[str, ...]
    """All scripts that were seen to write it, at most `MAX_WRITERS` of `behaviour`."""
    writes: int
    """In the explaining visits."""
    entries: int | None
    """The most records of an object store, or responses of a cache, in one visit."""
    removed: bool
    """It was written and was gone again at the end of a visit."""
    arms: tuple[str, ...]
    """`trace` alone for what only the explaining visits saw."""
