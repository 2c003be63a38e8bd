"""Who is this request, who set this cookie. Catalogue first, then third-party-web, then the bare domain."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from crawler.parsing import RequestFacts, facts
from crawler.parties import Party, etld_plus_one, party
from crawler.purposes import Purpose
from crawler.vendors import compiled, cookie_index, third_party_web
from crawler.vendors.cookie_index import CookieIndex
from crawler.vendors.filters import easyprivacy
from crawler.vendors.known import Catalogue
from crawler.vendors.model import Demand, Hit, KnownBy, Role
from crawler.vendors.shape import Shape

_NOTHING_FOUND = 400


@cache
def catalogue() -> Catalogue:
    """All products of the catalogue. Raises `InvalidCatalogue` when a file is wrong."""
    return compiled.load()


def identify(
    url: str,
    *,
    method: str = "GET",
    body: str | None = None,
    resource_type: str = "",
    page_url: str = "",
    own_domains: Iterable[str] = (),
    status: int | None = None,
) -> Hit | None:
    """`identify_request` of a request that was not taken apart yet; None for what is not sent to a host."""
    request = facts(url, method, body)
    if request is None:
        return None
    return identify_request(
        request, resource_type=resource_type, page_url=page_url, own_domains=own_domains, status=status
    )


def identify_request(
    request: RequestFacts,
    *,
    resource_type: str = "",
    page_url: str = "",
    own_domains: Iterable[str] = (),
    status: int | None = None,
) -> Hit | None:
    """Name the vendor behind a request, seen from a page. Never raises on what a site sends.

    None for requests to the company's own hosts that have no vendor's shape. A third party always gets a hit.
    `resource_type` is a word of `evidence.Request`; `status` only tells apart, in the hit's basis, shapes on an own
    host that answered with an error.
    """
    own = _own(request.host, page_url, own_domains if isinstance(own_domains, tuple) else tuple(own_domains))
    hit = by_catalogue(catalogue(), request, own=own, status=status)
    if hit or own:
        return hit
    return _long_tail(request, resource_type, page_url)


def identify_cookie(name: str, domain: str, page_url: str, own_domains: Iterable[str] = ()) -> tuple[str, str] | None:
    """Vendor key of a cookie and why, by its name's pattern together with the domain that it stands on.

    On the company's own domains the catalogue's first-party names decide. On a third party's domain a name alone
    decides nothing: it must stand on one of the product's domains; else the domain names the product to which all of
    it belongs, or the third-party-web entity. None when nobody is known.
    """
    domain = domain.lstrip(".").rstrip(".").lower()
    if not domain:
        return None
    own = party(domain, page_url, own_domains) is not Party.THIRD
    found = _cookies().find(name, domain, first_party=own)
    if found or own:
        return found
    owner = catalogue().index.owner(domain)
    if owner:
        return owner, f"no known name, but all of {domain} belongs to the product"
    entity = third_party_web.entity_of(domain)
    if entity:
        return entity[0].key, f"domain, third-party-web {third_party_web.version()}: {entity[1]}"
    return None


@cache
def _cookies() -> CookieIndex:
    return cookie_index.CookieIndex(catalogue().vendors.values())


@lru_cache(maxsize=16_384)
def _own(host: str, page_url: str, own_domains: tuple[str, ...]) -> bool:
    return party(host, page_url, own_domains) is not Party.THIRD


def by_catalogue(known: Catalogue, request: RequestFacts, *, own: bool, status: int | None = None) -> Hit | None:
    """The catalogue's answer alone; with `own`, only shapes that hold on any host can match."""
    best = known.index.best(request, hostless_only=own)
    if best is None:
        return None
    shape = best.shape
    failed = status if own and status is not None and status >= _NOTHING_FOUND else None
    return _hit(shape, best.pattern, shape.account(request), shape.event(request), own, failed)


@lru_cache(maxsize=16_384)
def _hit(shape: Shape, pattern: str, account: str | None, event: str | None, own: bool, failed: int | None) -> Hit:
    vendor, endpoint = shape.vendor, shape.endpoint
    basis = f"catalogue {vendor.key}: {shape.describe(pattern)}"
    if failed is not None:
        basis += f" (answered {failed})"
    return Hit(
        vendor=vendor.key,
        name=vendor.name,
        company=vendor.company,
        purpose=vendor.purpose,
        role=endpoint.role,
        gpc=vendor.gpc,
        known_by=KnownBy.CATALOGUE,
        basis=basis,
        signals=vendor.signals,
        self_honours=claim.scope if (claim := vendor.self_honours_gpc) and claim.covers(endpoint) else None,
        variant=endpoint.variant,
        account=account,
        event=event,
        verified=endpoint.verified,
        first_party_host=own,
    )


def _long_tail(request: RequestFacts, resource_type: str, page_url: str) -> Hit:
    verdict = easyprivacy.match(request.url, page_url, resource_type, request.method)
    rule = str(verdict) if verdict.blocked else None
    lifted = str(verdict) if verdict.exception else None
    return _stranger(request.host, rule, lifted)


@lru_cache(maxsize=16_384)
def _stranger(host: str, rule: str | None, lifted: str | None) -> Hit:
    """Who a host belongs to that no product of the catalogue has claimed, and what a list says of the request."""
    entity = third_party_web.entity_of(host)
    if entity:
        who, pattern = entity
        return Hit(
            vendor=who.key,
            name=who.name,
            company=who.company,
            purpose=who.purpose,
            role=Role.UNKNOWN,
            gpc=who.gpc,
            known_by=KnownBy.THIRD_PARTY_WEB,
            basis=f"third-party-web {third_party_web.version()}: {pattern}",
            tracker_rule=rule,
            lifted_rule=lifted,
        )
    site = etld_plus_one(host)
    return Hit(
        vendor=site,
        name=site,
        company=_company_on(site) or site,
        purpose=Purpose.UNKNOWN,
        role=Role.UNKNOWN,
        gpc=Demand.REVIEW,
        known_by=KnownBy.FILTER_LIST if rule else KnownBy.NOBODY,
        basis=rule or f"third party {site}, in no list",
        tracker_rule=rule,
        lifted_rule=lifted,
    )


@lru_cache(maxsize=4_096)
def _company_on(site: str) -> str | None:
    """The company behind a domain, when everything known there is of one company: `play.google.com` is Google's."""
    known = catalogue()
    companies = {known.vendors[key].company for key in known.index.products_on(site)}
    companies |= third_party_web.companies_on(site)
    return companies.pop() if len(companies) == 1 else None
