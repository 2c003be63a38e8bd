"""Cookies of third parties while they stream by: who set what on whose domain, and which were stored.

The owner of a cookie is whoever's response set it; else whoever the catalogue knows by its name on that domain; else
the domain. Of a cookie on the company's own domains only the end of the evidence tells the owner: the script that set
it, the explaining visits know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from crawler.claims import Purpose
from crawler.evidence import Arm, Cookie, CookieEvent, Request
from crawler.findings import EvidenceRef
from crawler.parties import Party, etld_plus_one, host_of, party
from crawler.rules.case.cookie_sites import CookieSites
from crawler.rules.case.cookie_table import MAX_COOKIES, CookieTable
from crawler.rules.case.inventory import CookieSeen
from crawler.rules.case.model import StoredCookie
from crawler.rules.case.recurrence import Recurrence
from crawler.rules.case.request_row import MAX_URL
from crawler.rules.case.site import site_of
from crawler.rules.case.tally import MAX_NAMES, MAX_ROWS, Tally, documented
from crawler.vendors import catalogue, identify
from crawler.vendors.cookie_owner import CookieOwner, owner_of_cookie
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
    """Everything seen of cookies so far. `fresh` says that every visit had a profile of its own."""

    def __init__(self, own_domains: Iterable[str], *, fresh: bool = True) -> None:
        self._fresh = fresh
        self._own = tuple(own_domains)
        self._stored: dict[tuple[str, Arm, str, str, str], _Stored] = {}
        self._setters: dict[tuple[str, str], Hit] = {}
        self._own_cookies: dict[tuple[str, str], dict[tuple[str, Arm], str]] = {}
        """Name and domain of a cookie on an own domain to a page that had it for each site and arm."""
        self.table = CookieTable()
        self.sites = CookieSites()

    def take_response(self, request: Request, row: int, hit: Hit | None) -> None:
        """The Set-Cookie lines of one response, redirects among them: some are gone again before anyone looks."""
        for cookie in request.set_cookie[:MAX_NAMES]:
            domain = cookie.domain.lstrip(".").lower() or host_of(request.url)
            host = host_of(request.url)
            if host != domain and not host.endswith("." + domain):
                continue  # no browser lets a host set a cookie for another; a recording may tell of the attempt
            if cookie.asked_lifetime_s is not None and cookie.asked_lifetime_s <= 0:
                continue  # who takes a cookie away has not set it
            if hit is not None and len(self._setters) < MAX_COOKIES:
                self._setters.setdefault((cookie.name, domain), hit)
            if cookie.blocked:
                continue
            ref = EvidenceRef(
                stream="requests",
                row=row,
                url=request.url[:MAX_URL],
                visit=request.visit,
                note=f"Set-Cookie: {cookie.name[:100]}, asked {_lifetime(cookie.asked_lifetime_s)}",
            )
            asked_s = cookie.asked_lifetime_s
            self.sites.take(request.page_url, request.arm, (cookie.name, domain), asked_s, None, ref)
            if party(domain, request.page_url, self._own) is not Party.THIRD:
                continue
            self._store(
                request.page_url,
                request.arm,
                request.visit,
                hit or self._owner(cookie.name, domain, request.url, request.page_url),
                (cookie.name, domain, cookie.value_length, cookie.value_hash, _kept(asked_s)),
                ref,
            )

    def take_cookie(self, cookie: Cookie, row: int, tally: Tally) -> None:
        """One cookie of the jar. The trace arm only tells who set it."""
        domain = cookie.domain.lstrip(".").lower()
        third = party(domain, cookie.page_url, self._own) is Party.THIRD
        owner = self._owner(cookie.name, domain, cookie.setter_url or "", cookie.page_url) if third else None
        self.table.take_cookie(cookie, domain, owner.vendor if owner else "")
        if cookie.blocked_reason is not None:
            return
        stored, asked = cookie.stored_lifetime_s, cookie.asked_lifetime_s
        lifetime = stored if stored is not None else _kept(asked)
        note = f"cookie {cookie.name[:100]} on {domain[:100]}, {_lifetime(lifetime)}"
        url = (cookie.setter_url or f"https://{domain}/")[:MAX_URL]
        ref = EvidenceRef(stream="cookies", row=row, url=url, visit=cookie.visit, note=note)
        more = f", asked {_lifetime(asked)}" if asked is not None and asked != lifetime else ""
        told = replace(ref, note=note + more + (", explaining visit" if cookie.arm is Arm.TRACE else ""))
        self.sites.take(cookie.page_url, cookie.arm, (cookie.name, domain), asked, stored, told)
        if cookie.arm is Arm.TRACE:
            return
        if owner is not None:
            tally.take_cookie(cookie.page_url, cookie.arm, owner, cookie.name)
            facts = (cookie.name, domain, cookie.value_length, cookie.value_hash, lifetime)
            self._store(cookie.page_url, cookie.arm, cookie.visit, owner, facts, ref)
        elif len(self._own_cookies) < MAX_COOKIES:
            pages = self._own_cookies.setdefault((cookie.name[:200], domain[:253]), {})
            pages.setdefault((site_of(cookie.page_url), cookie.arm), cookie.page_url)

    def take_event(self, event: CookieEvent) -> None:
        """One change of a cookie, for the table alone: the jar and the responses say what a rule may hold."""
        domain = event.domain.lstrip(".").lower()
        whose, vendor = party(domain, event.page_url, self._own), ""
        if whose is Party.THIRD and not self.table.knows(event.name, domain, event.arm):
            vendor = self._owner(event.name, domain, event.setter_url or "", event.page_url).vendor
        self.table.take_event(event, domain, str(whose), vendor)

    def rows(self, owner: Callable[[str], str], tally: Tally) -> tuple[CookieSeen, ...]:
        """The cookie table; only now is known whose the cookies on own domains are, and `tally` is told by what the
        compared visits know."""
        rows = self.table.rows(owner, self.whose)
        for seen in rows:
            hit = _product(seen.judged.vendor) or seen.judged.hit
            for (_, arm), page_url in self._own_cookies.get((seen.name, seen.domain), {}).items():
                if hit is not None:
                    tally.take_cookie(page_url, arm, hit, seen.name)
        return rows

    def whose(self, name: str, domain: str, whose: str, set_by: str, setter_url: str | None) -> CookieOwner:
        """Whose cookie it is, by its name, its setter and its domain together."""
        own = whose != Party.THIRD
        setter = self._setters.get((name, domain))
        by_script = set_by in ("script", "cookie-store")
        if own and setter_url is not None and (by_script or setter is None):
            setter = identify(setter_url, resource_type="script" if by_script else "", own_domains=self._own)
        elif own and by_script:
            setter = None
        elif setter is None and setter_url and site_of(setter_url) == etld_plus_one(domain):
            setter = identify(setter_url, own_domains=self._own)
        return owner_of_cookie(name, domain, own=own, setter=setter)

    def owner_of(self, name: str, domain: str) -> Hit:
        """Who is behind a third party's cookie."""
        return self._owner(name, domain, "", "")

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
                constant=self._fresh and found.values.constant,
                untold=not self._fresh and not documented(name, domain, own=False),
            )
            for (site, arm, vendor, name, domain), found in sorted(self._stored.items())
        )

    def _owner(self, name: str, domain: str, setter_url: str, page_url: str) -> Hit:
        setter = self._setters.get((name, domain))
        if setter is not None:
            return setter
        known = owner_of_cookie(name, domain, own=False, setter=None)
        product = _product(known.vendor)
        if product is not None:
            return replace(product, verified=known.fact is None or known.fact.verified)
        url = f"https://{domain}/"
        if setter_url and site_of(setter_url) == etld_plus_one(domain):
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
        key = (site_of(page_url), arm, owner.vendor, name[:200], domain[:253])
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
