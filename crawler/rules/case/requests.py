"""One request of a site, and everybody who wants to know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from crawler.evidence import Page, Request, Visit
from crawler.findings import Restriction
from crawler.parsing import facts
from crawler.parties import Party, party
from crawler.rules.case.consent import Consent
from crawler.rules.case.cookie_ledger import CookieLedger
from crawler.rules.case.disguises import Disguises
from crawler.rules.case.journeys import Journeys
from crawler.rules.case.model import DATA_ROLES
from crawler.rules.case.tally import RECAPTCHA, Tally
from crawler.signals import Carried, restriction
from crawler.vendors import identify_request, payload, recaptcha_variants
from crawler.vendors.filters.lists import FilterLists
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


class Requests:
    """Names each request once and hands it on: to vendors, cookies, consent, disguises, journeys of values."""

    def __init__(
        self,
        own_domains: tuple[str, ...],
        lists: FilterLists,
        *,
        tally: Tally,
        ledger: CookieLedger,
        disguises: Disguises,
        journeys: Journeys,
        consent: Consent,
    ) -> None:
        self._own_domains = own_domains
        self._lists = lists
        self._tally = tally
        self._ledger = ledger
        self._disguises = disguises
        self._journeys = journeys
        self._consent = consent
        self._widgets: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def take(self, request: Request, row: int) -> None:
        """A request of a judged visit that is the site's own doing."""
        if request.on_wire:
            self._ledger.table.take_request(request)
        if request.method == "OPTIONS" or request.resource_type == "preflight":
            return  # the browser's question whether it may send; it holds none of the page's data
        apart = facts(request.url, request.method, request.body)
        hit = cover = None
        if apart is not None:
            hit = identify_request(
                apart,
                resource_type=request.resource_type,
                page_url=request.page_url,
                own_domains=self._own_domains,
                status=request.status,
            )
            cover = self._disguises.take(request, row)
            if cover is not None and (hit is None or hit.vendor == cover.vendor):
                hit = cover
        if apart is None or hit is None:
            self._ledger.take_response(request, row, None)
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
        whose = Party.THIRD if hit is cover else party(request.url, request.page_url, self._own_domains)
        if self._lists.own and whose is Party.THIRD:
            hit = self._lists.mark(hit, request.url, request.page_url, request.resource_type, request.method)
        self._tally.take(request, row, hit, carried, reached, whose)
        if reached and hit.role in DATA_ROLES:
            self._consent.take_request(request, apart, row, hit)
            sent = payload.read(apart, hit.vendor, request.body, request.body_bytes, request.page_url)
            self._tally.take_payload(request, row, hit, carried, sent, whose)
        if request.on_wire:
            self._ledger.take_response(request, row, hit)
            if reached:
                self._journeys.take(request, row, hit, carried)
        if hit.vendor == RECAPTCHA and len(self._widgets[request.visit]) < MAX_WIDGET_REQUESTS:
            self._widgets[request.visit].append((request.url, request.resource_type))

    def take_variants(self, judged: Mapping[str, Visit], pages: Iterable[Page]) -> None:
        """Which reCAPTCHA a visit used takes all its requests and the page together; one hit alone cannot tell."""
        dom = {page.visit: page.recaptcha for page in pages}
        for visit_id, requests in self._widgets.items():
            found = recaptcha_variants(requests, dom.get(visit_id, ()))
            self._tally.take_variants(judged[visit_id], RECAPTCHA, found)
