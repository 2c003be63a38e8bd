"""From a bundle to a case: each stream is read once, row by row, so that memory grows with vendors and not with rows.

Rows that are not the site's doing, or never left the browser, are no hits; only visits that count are looked at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from crawler.claims import Company
from crawler.evidence import Arm, Page, Request, Visit
from crawler.findings import Restriction
from crawler.parsing import facts
from crawler.parties import Party, etld_plus_one, host_of, party
from crawler.rules.case.behaviour import Behaviour, Items, Scripts
from crawler.rules.case.completeness import is_judged, shortfalls
from crawler.rules.case.consent import Consent
from crawler.rules.case.cookie_ledger import CookieLedger
from crawler.rules.case.disguises import Disguises
from crawler.rules.case.journeys import Journeys, with_receivers
from crawler.rules.case.model import DATA_ROLES, Case
from crawler.rules.case.tally import RECAPTCHA, Tally
from crawler.signals import Carried, restriction
from crawler.vendors import identify_request, payload, recaptcha_variants
from crawler.vendors.filter_lists import BUNDLED, FilterLists
from crawler.vendors.model import Role

MAX_WIDGET_REQUESTS = 200
"""Requests of one visit that are looked at to tell which reCAPTCHA it is."""

_GIVEN_UP = "ERR_ABORTED"
"""By the page, or because it closed, before anything was sent."""
_UNREACHED = (
    "ERR_NAME_NOT_RESOLVED", "ERR_NAME_RESOLUTION_FAILED", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_TIMED_OUT",
    "ERR_CONNECTION_FAILED", "ERR_ADDRESS_UNREACHABLE", "ERR_ADDRESS_INVALID", "ERR_INTERNET_DISCONNECTED",
    "ERR_NETWORK_ACCESS_DENIED", "ERR_PROXY_CONNECTION_FAILED", "ERR_TUNNEL_CONNECTION_FAILED", "ERR_CERT_",
    "ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "ERR_SSL_UNRECOGNIZED_NAME_ALERT", "ERR_BLOCKED_BY_CLIENT",
    "ERR_BLOCKED_BY_ADMINISTRATOR", "ERR_BLOCKED_BY_CSP",
)  # fmt: skip
"""Errors that say surely that no data left. An aborted beacon is none of them, nor is what the browser refused to take
in (ERR_BLOCKED_BY_ORB, ERR_BLOCKED_BY_RESPONSE): there the request had gone out.
Source: net/base/net_error_list.h of Chromium, read 2026-11-22."""

_NO_STATE = Carried(Restriction.NONE, "", "")


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
    own_domains = (*company.own_domains, *sorted({etld_plus_one(host_of(s)) for s in company.sites if host_of(s)}))
    # A resumed run may hold a visit twice: the last one stands.
    visits = {visit.id: visit for _, visit in bundle.rows("visits")}
    judged = {visit.id: visit for visit in visits.values() if is_judged(visit)}
    pages = tuple(page for _, page in bundle.rows("pages"))
    gaps = tuple(gap for _, gap in bundle.rows("gaps"))

    disguises = Disguises((name for _, name in bundle.rows("host_names")), visits.values(), own_domains)
    tally = Tally()
    journeys = Journeys(fresh="recorded_elsewhere" not in bundle.manifest)
    ledger = CookieLedger(own_domains)
    consent = Consent()
    widgets: dict[str, list[tuple[str, str]]] = defaultdict(list)
    wire_rows: Counter[str] = Counter()
    for row, request in bundle.rows("requests"):
        if not request.own_traffic and request.on_wire:
            wire_rows[request.visit] += 1
        visit = judged.get(request.visit)
        if visit is not None and visit.arm is not Arm.TRACE and not request.own_traffic:
            _take_request(request, row, own_domains, lists, tally, ledger, disguises, journeys, widgets, consent)
    for row, cookie in bundle.rows("cookies"):
        if cookie.visit in judged:
            ledger.take_cookie(cookie, row, tally)
            disguises.take_cookie(cookie)
    for row, state in bundle.rows("consent"):
        if state.visit in judged:
            consent.take(state, row)
    _take_variants(judged, pages, widgets, tally)

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
            frozenset(page.visit for page in pages),
            damage,
            vendors,
        ),
        disguised=disguises.hosts(),
        names=disguises.names(),
    )


def _take_request(
    request: Request,
    row: int,
    own_domains: tuple[str, ...],
    lists: FilterLists,
    tally: Tally,
    ledger: CookieLedger,
    disguises: Disguises,
    journeys: Journeys,
    widgets: dict[str, list[tuple[str, str]]],
    consent: Consent,
) -> None:
    if request.on_wire:
        ledger.table.take_request(request)
    if request.method == "OPTIONS" or request.resource_type == "preflight":
        return  # the browser's question whether it may send; it holds none of the page's data
    apart = facts(request.url, request.method, request.body)
    hit = cover = None
    if apart is not None:
        hit = identify_request(
            apart,
            resource_type=request.resource_type,
            page_url=request.page_url,
            own_domains=own_domains,
            status=request.status,
        )
        cover = disguises.take(request, row)
        if cover is not None and (hit is None or hit.vendor == cover.vendor):
            hit = cover
    if apart is None or hit is None:
        ledger.take_response(request, row, None)
        return
    attempt = not request.on_wire and request.error is not None and _GIVEN_UP not in request.error
    if request.wire_class == "blocked" or not (request.on_wire or attempt or hit.role is Role.LIBRARY):
        return  # nothing was sent, nor would have been; a library out of the cache is still in use
    carried = _NO_STATE
    if hit.role in DATA_ROLES:
        carried = restriction(hit.signals, apart, sec_gpc=request.sec_gpc, self_honours=hit.self_honours)
    reached = not attempt and not (
        request.status is None and request.error and any(e in request.error for e in _UNREACHED)
    )
    whose = Party.THIRD if hit is cover else party(request.url, request.page_url, own_domains)
    if lists.own and whose is Party.THIRD:
        hit = lists.mark(hit, request.url, request.page_url, request.resource_type, request.method)
    tally.take(request, row, hit, carried, reached, whose)
    if reached and hit.role in DATA_ROLES:
        consent.take_request(request, apart, row, hit)
        sent = payload.read(apart, hit.vendor, request.body, request.body_bytes, request.page_url)
        tally.take_payload(request, row, hit, carried, sent, whose)
    if request.on_wire:
        ledger.take_response(request, row, hit)
        if reached:
            journeys.take(request, row, hit, carried)
    if hit.vendor == RECAPTCHA and len(widgets[request.visit]) < MAX_WIDGET_REQUESTS:
        widgets[request.visit].append((request.url, request.resource_type))


def _take_variants(
    judged: Mapping[str, Visit], pages: tuple[Page, ...], widgets: Mapping[str, list[tuple[str, str]]], tally: Tally
) -> None:
    """Which reCAPTCHA a visit used takes all its requests and the page together; one hit alone cannot tell."""
    dom = {page.visit: page.recaptcha for page in pages}
    for visit_id, requests in widgets.items():
        visit = judged[visit_id]
        found = recaptcha_variants(requests, dom.get(visit_id, ()))
        tally.take_variants(visit, RECAPTCHA, found)


def _by_site(judged: Mapping[str, Visit]) -> Mapping[tuple[str, Arm], Mapping[str, frozenset[str]]]:
    ids: dict[tuple[str, Arm], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for visit in judged.values():
        if visit.arm is not Arm.TRACE:
            ids[etld_plus_one(host_of(visit.page_url)), visit.arm][visit.page_url].add(visit.id)
    return {key: {page: frozenset(v) for page, v in sorted(ids[key].items())} for key in sorted(ids)}
