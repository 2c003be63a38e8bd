"""Whose a cookie is: its name, who set it, and the domain it stands on decide together, and each answer says which did.

Anybody can write a cookie named `_ga`. So a name alone is a hint: it is told as such, and no charge may rest on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from crawler.claims import Purpose
from crawler.vendors.companies import same_company
from crawler.vendors.cookie_index import CookieIndex
from crawler.vendors.identify import catalogue, identify_cookie
from crawler.vendors.model import Hit
from crawler.vendors.product import CookieFact, Vendor

_CARRIERS = frozenset({Purpose.TAG_MANAGER, Purpose.CDN})
"""Purposes of those whose hosts deliver other people's scripts: a cookie that one of them set need not be theirs."""


class CookieBasis(StrEnum):
    """What an owner rests on."""

    SETTER = "setter"
    """The response, or the script, that set it."""
    DOMAIN = "domain"
    """It stands on the owner's own domain."""
    NAME = "name"
    """Its name alone, on a domain of the audited company: low certainty."""
    NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieOwner:
    """Whose a cookie is, and what says so."""

    vendor: str
    """Vendor key; empty when nobody can be named."""
    basis: CookieBasis
    why: str
    fact: CookieFact | None = None
    """What the catalogue knows of it."""
    hit: Hit | None = None
    """The setter, where it is the owner."""


UNKNOWN = CookieOwner(vendor="", basis=CookieBasis.NOBODY, why="nobody is known to set a cookie of this name here")


def owner_of_cookie(name: str, domain: str, *, own: bool, setter: Hit | None) -> CookieOwner:
    """The owner of a cookie on `domain` (without leading dot), which is the audited company's when `own`.

    `setter` is whoever the request that set it, or the script's address, is known as; None when it is the company's
    own, or nobody knows. Never raises.
    """
    known = list(_index().matches(name, domain, first_party=own))
    if setter is not None and not (own and setter.purpose in _CARRIERS and not _of(setter, known)):
        fact = next(iter(_of(setter, known)), None)
        vendor = fact[0].key if fact and own else setter.vendor
        named = f", although its name is one of {known[0][0].name}" if own and known and fact is None else ""
        return CookieOwner(
            vendor=vendor,
            basis=CookieBasis.SETTER,
            why=f"set by {setter.name[:100]}{named}",
            fact=fact[1] if fact else None,
            hit=setter,
        )
    if known:
        vendor_known, found = known[0]
        basis = CookieBasis.NAME if own else CookieBasis.DOMAIN
        where = "the site's own domain" if own else domain[:100]
        return CookieOwner(vendor=vendor_known.key, basis=basis, why=f"cookie name {found.name} on {where}", fact=found)
    answer = None if own else identify_cookie(name, domain, "")
    return UNKNOWN if answer is None else CookieOwner(vendor=answer[0], basis=CookieBasis.DOMAIN, why=answer[1])


def _of(setter: Hit, known: list[tuple[Vendor, CookieFact]]) -> list[tuple[Vendor, CookieFact]]:
    """The products among the known ones that the setter is, or that are of its company; itself first."""
    own = [(vendor, fact) for vendor, fact in known if same_company(vendor.company, setter.company)]
    return sorted(own, key=lambda pair: pair[0].key != setter.vendor)


@cache
def _index() -> CookieIndex:
    return CookieIndex(catalogue().vendors.values())
