"""From a bundle to a case: each stream is read once, row by row, so that memory grows with vendors and not with rows.

Rows that are not the site's doing, or never left the browser, are no hits; only visits that count are looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from crawler.claims import Company
from crawler.evidence import Arm, Visit
from crawler.parties import host_of
from crawler.rules.case.behaviour import Behaviour, Items, Scripts
from crawler.rules.case.completeness import is_judged, shortfalls
from crawler.rules.case.consent import Consent
from crawler.rules.case.cookie_ledger import CookieLedger
from crawler.rules.case.disguises import Disguises
from crawler.rules.case.journeys import Journeys, with_receivers
from crawler.rules.case.model import Case
from crawler.rules.case.requests import Requests
from crawler.rules.case.site import site_of
from crawler.rules.case.tally import Tally
from crawler.vendors.filters.lists import BUNDLED, FilterLists


class Evidence(Protocol):
    """What a case is made from; `crawler.bundle.Bundle` is one."""

    manifest: dict[str, Any]
    damage: list[str]

    def rows(self, stream: str) -> Iterator[tuple[int, Any]]:
        """Each row of a stream with its number."""

    def verify(self) -> list[str]:
        """What differs from what was written."""


def case_from(bundle: Evidence, company: Company, today: date, lists: FilterLists = BUNDLED) -> Case:
    """Gather everything that the rules may look at. Never raises on what a site sent."""
    own_domains = (*company.own_domains, *sorted({site_of(s) for s in company.sites if host_of(s)}))
    # A resumed run may hold a visit twice: the last one stands.
    visits = {visit.id: visit for _, visit in bundle.rows("visits")}
    judged = {visit.id: visit for visit in visits.values() if is_judged(visit)}
    pages = tuple(page for _, page in bundle.rows("pages"))
    gaps = tuple(gap for _, gap in bundle.rows("gaps"))

    disguises = Disguises((name for _, name in bundle.rows("host_names")), visits.values(), own_domains)
    fresh = "recorded_elsewhere" not in bundle.manifest
    tally = Tally(fresh=fresh)
    journeys = Journeys(fresh=fresh)
    ledger = CookieLedger(own_domains, fresh=fresh)
    consent = Consent()
    requests = Requests(
        own_domains, lists, tally=tally, ledger=ledger, disguises=disguises, journeys=journeys, consent=consent
    )
    wire_rows: Counter[str] = Counter()
    for row, request in bundle.rows("requests"):
        if not request.own_traffic and request.on_wire:
            wire_rows[request.visit] += 1
        visit = judged.get(request.visit)
        if visit is not None and visit.arm is not Arm.TRACE and not request.own_traffic:
            requests.take(request, row)
    for row, cookie in bundle.rows("cookies"):
        if cookie.visit in judged:
            ledger.take_cookie(cookie, row, tally)
            disguises.take_cookie(cookie)
    for row, state in bundle.rows("consent"):
        if state.visit in judged:
            consent.take(state, row)
    requests.take_variants(judged, pages)

    scripts = Scripts(own_domains)
    behaviour, items = Behaviour(scripts), Items(scripts, own_domains)
    streams: tuple[tuple[str, Callable[[Any], None]], ...] = (
        ("cookie_events", ledger.take_event),
        ("api_calls", behaviour.take),
        ("storage", items.take),
    )
    for stream, take in streams:
        for _, found in bundle.rows(stream):
            if found.visit in judged:
                take(found)

    damage = [*bundle.verify(), *bundle.damage]
    cookies = ledger.rows(scripts.vendor, tally)
    vendors = tally.vendors()
    travelled = journeys.rows()
    return Case(
        company=company,
        today=today,
        own_domains=own_domains,
        visits=tuple(sorted(visits.values(), key=lambda v: v.id)),
        judged=_by_site(judged),
        vendors=vendors,
        stored=ledger.stored(),
        consent=consent.said(),
        strings_sent=consent.sent(),
        cookies=with_receivers(cookies, travelled, {v.vendor: v.name for v in vendors}),
        kept=ledger.sites.rows(),
        journeys=travelled,
        owners={k: ledger.owner_of(*k) for k in sorted({(j.name, j.domain) for j in travelled if j.of_others})},
        behaviour=behaviour.rows(),
        items=items.rows(),
        not_listed=ledger.table.not_listed + behaviour.not_listed + items.not_listed + consent.not_listed,
        explaining=sum(visit.arm is Arm.TRACE for visit in judged.values()),
        pages=tuple(sorted(pages, key=lambda p: p.visit)),
        gaps=gaps,
        shortfalls=shortfalls(
            company,
            bundle.manifest,
            tuple(sorted(visits.values(), key=lambda v: v.id)),
            gaps,
            wire_rows,
            pages,
            damage,
            vendors,
        ),
        disguised=disguises.hosts(),
        names=disguises.names(),
    )


def _by_site(judged: Mapping[str, Visit]) -> Mapping[tuple[str, Arm], Mapping[str, frozenset[str]]]:
    ids: dict[tuple[str, Arm], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for visit in judged.values():
        if visit.arm is not Arm.TRACE:
            ids[site_of(visit.page_url), visit.arm][visit.page_url].add(visit.id)
    return {key: {page: frozenset(v) for page, v in sorted(ids[key].items())} for key in sorted(ids)}
