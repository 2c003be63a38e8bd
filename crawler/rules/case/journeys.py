"""Where cookie values went while the requests stream by: which cookie's value was found in requests to which vendor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crawler.evidence import Arm, IdentifierSent, Request
from crawler.findings import EvidenceRef, Restriction
from crawler.parties import host_of
from crawler.rules.case.inventory import CookieSeen, WentTo
from crawler.rules.case.model import Journey
from crawler.rules.case.recurrence import Recurrence
from crawler.rules.case.request_row import request_row
from crawler.rules.case.site import site_of
from crawler.rules.case.tally import MAX_NAMES, MAX_ROWS
from crawler.rules.case.visits import visits_of
from crawler.signals import Carried
from crawler.vendors.model import Hit

MAX_JOURNEYS = 10_000
"""Different cookies with different receivers on different sites; a site that makes up more is not followed further."""
MAX_HOSTS = 10
MAX_RECEIVERS = 10
"""Vendors that one line of the cookie table names."""

_STATES = list(Restriction)
_Key = tuple[str, Arm, bool, str, str, str]
"""Site, arm, whether it is a third party's, name, domain or origin, receiving vendor."""


@dataclass(slots=True)
class _Journey:
    hosts: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    state: Restriction = Restriction.NONE
    visits: set[str] = field(default_factory=set)
    evidence: list[EvidenceRef] = field(default_factory=list)


class Journeys:
    """All journeys so far. `fresh` says that every visit had a profile of its own."""

    def __init__(self, *, fresh: bool) -> None:
        self._fresh = fresh
        self._journeys: dict[_Key, _Journey] = {}
        self._values: dict[tuple[str, str], Recurrence] = {}
        """Over all arms: what identifies a visitor recurs in none."""

    def take(self, request: Request, row: int, hit: Hit, carried: Carried) -> None:
        """The values in one request that reached a vendor."""
        for others, found in ((False, request.identifiers), (True, request.identifiers_of_others)):
            for sent in found[:MAX_NAMES]:
                self._take(request, row, hit, carried, sent, others=others)

    def rows(self) -> tuple[Journey, ...]:
        """In an order that does not depend on the order of requests."""
        return tuple(self._row(key, self._journeys[key]) for key in sorted(self._journeys))

    def _take(
        self, request: Request, row: int, hit: Hit, carried: Carried, sent: IdentifierSent, *, others: bool
    ) -> None:
        name, domain = sent.name[:200], sent.domain[:253]
        site, host = site_of(request.page_url), host_of(request.url)
        key = (site, request.arm, others, name, domain, hit.vendor)
        found = self._journeys.get(key)
        if found is None:
            if len(self._journeys) >= MAX_JOURNEYS:
                return
            found = self._journeys[key] = _Journey()
        self._values.setdefault((name, domain), Recurrence()).take(sent.value_hash, request.visit)
        if len(found.hosts) < MAX_HOSTS:
            found.hosts.add(host[:253])
        found.places.add(sent.where if sent.where in ("url", "body") else "")
        found.state = max(found.state, carried.restriction, key=_STATES.index)
        found.visits.add(request.visit)
        if len(found.evidence) < MAX_ROWS:
            redirect = " after a redirect" if request.redirected_from else ""
            note = f"the value of {name[:100]} ({domain[:100]}) in the {sent.where[:10]}{redirect}"
            found.evidence.append(request_row(request, row, note))

    def _row(self, key: _Key, found: _Journey) -> Journey:
        site, arm, others, name, domain, vendor = key
        values = self._values[name, domain]
        return Journey(
            site=site,
            arm=arm,
            of_others=others,
            name=name,
            domain=domain,
            vendor=vendor,
            hosts=tuple(sorted(found.hosts)),
            places=tuple(sorted(found.places)),
            restriction=found.state,
            visits=frozenset(found.visits),
            evidence=tuple(found.evidence),
            constant=self._fresh and values.constant,
            tells_apart=self._fresh and values.differs,
        )


def with_receivers(
    cookies: tuple[CookieSeen, ...], journeys: Iterable[Journey], names: Mapping[str, str]
) -> tuple[CookieSeen, ...]:
    """The cookie table with the vendors that each value went to; `names` are the vendors' by their keys."""
    went: dict[tuple[str, str], dict[str, list[Journey]]] = {}
    for journey in journeys:
        went.setdefault((journey.name, journey.domain), {}).setdefault(journey.vendor, []).append(journey)
    return tuple(_told(cookie, went.get((cookie.name, cookie.domain), {}), names) for cookie in cookies)


def _told(cookie: CookieSeen, went: Mapping[str, list[Journey]], names: Mapping[str, str]) -> CookieSeen:
    found = [
        WentTo(
            vendor=vendor,
            name=names.get(vendor, vendor),
            arms=tuple(sorted({str(j.arm) for j in own})),
            visits=len(visits_of(own)),
        )
        for vendor, own in went.items()
    ]
    found.sort(key=lambda to: (-to.visits, to.vendor))
    return replace(cookie, went_to=tuple(found[:MAX_RECEIVERS]), went_vendors=len(found))
