"""Cookies of third parties while they stream by: who set what on whose domain, and which were stored.

The owner of a cookie is whoever's response set it; else whoever the catalogue knows by its name on that domain; else
the domain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.claims import Purpose
from crawler.evidence import Arm, Cookie, CookieEvent, Request
from crawler.findings import EvidenceRef
from crawler.parties import Party, etld_plus_one, host_of, party
from crawler.rules.case.cookie_table import MAX_COOKIES, CookieTable
from crawler.rules.case.model import StoredCookie
from crawler.rules.case.recurrence import Recurrence
from crawler.rules.case.tally import MAX_NAMES, MAX_ROWS, MAX_URL, Tally
from crawler.vendors import catalogue, identify, identify_cookie
from crawler.vendors.model import Demand, Hit, KnownBy, Role

MAX_KEPT_S = 400 * 86_400
"""The longest that a browser keeps a cookie, whatever was asked.
Source: RFC 6265bis, section 5.5, read in excerpts on 2026-11-22."""


@dataclass(slots=True)
class _Stored:
    owner: Hit
    value_length: int = 0
    lifetime_s: float | None = None
    visits: set[str] = field(default_factory=set)
    values: Recurrence = field(default_factory=Recurrence)
    evidence: list[EvidenceRef] = field(default_factory=list)


class CookieLedger:
    """Everything seen of cookies so far."""

    def __init__(self, own_domains: Iterable[str]) -> None:
        self._own = tuple(own_domains)
        self._stored: dict[tuple[str, Arm, str, str, str], _Stored] = {}
        self._setters: dict[tuple[str, str], Hit] = {}
        self.table = CookieTable()

    def take_response(self, request: Request, row: int, hit: Hit | None) -> None:
        """The Set-Cookie lines of one response, redirects among them: some are gone again before anyone looks."""
        for cookie in request.set_cookie[:MAX_NAMES]:
            domain = cookie.domain.lstrip(".").lower() or host_of(request.url)
            deleted = cookie.asked_lifetime_s is not None and cookie.asked_lifetime_s <= 0
            if hit is not None and len(self._setters) < MAX_COOKIES:
                self._setters.setdefault((cookie.name, domain), hit)
            if cookie.blocked or deleted or party(domain, request.page_url, self._own) is not Party.THIRD:
                continue
            self._store(
                request.page_url,
                request.arm,
                request.visit,
                hit or self._owner(cookie.name, domain, request.url, request.page_url),
                (cookie.name, domain, cookie.value_length, cookie.value_hash, _kept(cookie.asked_lifetime_s)),
                EvidenceRef(
                    stream="requests",
                    row=row,
                    url=request.url[:MAX_URL],
                    visit=request.visit,
                    note=f"Set-Cookie: {cookie.name[:100]}, asked {_lifetime(cookie.asked_lifetime_s)}",
                ),
            )

    def take_cookie(self, cookie: Cookie, row: int, tally: Tally) -> None:
        """One cookie of the jar. The trace arm only tells who set it."""
        domain = cookie.domain.lstrip(".").lower()
        third = party(domain, cookie.page_url, self._own) is Party.THIRD
        vendor, owner = self._of(cookie.name, domain, cookie.setter_url, cookie.page_url, third=third)
        self.table.take_cookie(cookie, domain, vendor)
        if cookie.arm is Arm.TRACE or cookie.blocked_reason is not None:
            return
        if owner is not None:
            tally.take_cookie(cookie.page_url, cookie.arm, owner, cookie.name)
        if third and owner is not None:
            stored = cookie.stored_lifetime_s
            lifetime = stored if stored is not None else _kept(cookie.asked_lifetime_s)
            note = f"cookie {cookie.name[:100]} on {domain[:100]}, {_lifetime(lifetime)}"
            url = (cookie.setter_url or f"https://{domain}/")[:MAX_URL]
            ref = EvidenceRef(stream="cookies", row=row, url=url, visit=cookie.visit, note=note)
            facts = (cookie.name, domain, cookie.value_length, cookie.value_hash, lifetime)
            self._store(cookie.page_url, cookie.arm, cookie.visit, owner, facts, ref)

    def take_event(self, event: CookieEvent) -> None:
        """One change of a cookie, for the table alone: the jar and the responses say what a rule may hold."""
        domain = event.domain.lstrip(".").lower()
        whose, vendor = party(domain, event.page_url, self._own), ""
        if not self.table.knows(event.name, domain, event.arm):
            third = whose is Party.THIRD
            vendor, _ = self._of(event.name, domain, event.setter_url, event.page_url, third=third)
        self.table.take_event(event, domain, str(whose), vendor)

    def stored(self) -> tuple[StoredCookie, ...]:
        """Third-party cookies that the browser kept."""
        return tuple(
            StoredCookie(
                site=site,
                arm=arm,
                vendor=vendor,
                vendor_name=found.owner.name[:100],
                purpose=found.owner.purpose,
                verified=found.owner.known_by is not KnownBy.CATALOGUE or found.owner.verified,
                name=name,
                domain=domain,
                value_length=found.value_length,
                lifetime_s=found.lifetime_s,
                visits=frozenset(found.visits),
                evidence=tuple(found.evidence),
                constant=found.values.constant,
            )
            for (site, arm, vendor, name, domain), found in sorted(self._stored.items())
        )

    def _of(
        self, name: str, domain: str, setter_url: str | None, page_url: str, *, third: bool
    ) -> tuple[str, Hit | None]:
        """Vendor key of a cookie, empty when nobody knows, and the vendor where rules may hear of it."""
        if third:
            owner = self._owner(name, domain, setter_url or "", page_url)
            return owner.vendor, owner
        known = identify_cookie(name, domain, page_url, self._own)
        vendor = known[0] if known else ""
        return vendor, _product(vendor)

    def _owner(self, name: str, domain: str, setter_url: str, page_url: str) -> Hit:
        setter = self._setters.get((name, domain))
        if setter is not None:
            return setter
        known = identify_cookie(name, domain, page_url, self._own)
        product = _product(known[0]) if known else None
        if product is not None:
            return product
        url = f"https://{domain}/"
        if setter_url and etld_plus_one(host_of(setter_url)) == etld_plus_one(domain):
            url = setter_url
        hit = identify(url, page_url=page_url, own_domains=self._own)
        return hit or _bare(domain)

    def _store(
        self,
        page_url: str,
        arm: Arm,
        visit: str,
        owner: Hit,
        facts: tuple[str, str, int, str, float | None],
        ref: EvidenceRef,
    ) -> None:
        name, domain, value_length, value_hash, lifetime_s = facts
        key = (etld_plus_one(host_of(page_url)), arm, owner.vendor, name[:200], domain[:253])
        if key not in self._stored:
            if len(self._stored) >= MAX_COOKIES:
                return
            self._stored[key] = _Stored(owner)
        found = self._stored[key]
        found.value_length = max(found.value_length, value_length)
        if lifetime_s is not None:
            found.lifetime_s = max(found.lifetime_s or 0.0, lifetime_s)
        found.visits.add(visit)
        found.values.take(value_hash, visit)
        if len(found.evidence) < MAX_ROWS:
            found.evidence.append(ref)


def _bare(domain: str) -> Hit:
    """A domain as a vendor, for a name that nobody could identify a host by."""
    return Hit(
        vendor=domain, name=domain, company=domain, purpose=Purpose.UNKNOWN, role=Role.UNKNOWN, gpc=Demand.REVIEW,
        known_by=KnownBy.NOBODY, basis=f"cookie domain {domain}, in no list",
    )  # fmt: skip


def _product(key: str) -> Hit | None:
    """A vendor of the catalogue as a hit without a request."""
    vendor = catalogue().vendors.get(key)
    if vendor is None:
        return None
    return Hit(
        vendor=key, name=vendor.name, company=vendor.company, purpose=vendor.purpose, role=Role.UNKNOWN,
        gpc=vendor.gpc, known_by=KnownBy.CATALOGUE, basis=f"catalogue {key}: cookie name", signals=vendor.signals,
    )  # fmt: skip


def _lifetime(seconds: float | None) -> str:
    if seconds is None:
        return "for the session"
    return f"for {seconds / 86_400:.0f} days" if seconds >= 86_400 else f"for {seconds / 60:.0f} minutes"


def _kept(asked_s: float | None) -> float | None:
    return asked_s if asked_s is None else min(asked_s, MAX_KEPT_S)
