"""Values that the site keeps in the browser, in cookies or in storage: who may have set one, how firmly that is known.

The compared visits never see who writes to the storage. So a key of it is known by a name that the catalogue lists,
which is a hint and low at most, or by what an explaining visit saw, which makes notes (`crawler/decisions/0012`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from crawler.claims import Purpose
from crawler.evidence import Arm
from crawler.findings import Severity
from crawler.parties import Party, host_of
from crawler.rules.case.inventory import CookieSeen, ItemStored
from crawler.rules.case.model import Case, Journey, VendorSeen
from crawler.vendors import catalogue
from crawler.vendors.companies import same_company, same_owner
from crawler.vendors.cookie_owner import CookieBasis

LEAST_PREFIX = 3
"""Letters of a pattern that name a key's owner: `kx*` fits the site's own keys as well."""
_AREAS = {"local": "localStorage", "session": "sessionStorage"}
_CARRIERS = frozenset({Purpose.TAG_MANAGER, Purpose.CDN})
"""Their hosts deliver other people's scripts: who wrote the script is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptValue:
    """A cookie, or a key of the storage, with whoever may have set it."""

    where: str
    """Empty for a cookie; `localStorage`, `sessionStorage`, or both."""
    setters: frozenset[str]
    """Vendor keys."""
    setter_urls: tuple[str, ...]
    """Of other companies' responses and scripts."""
    weight: Severity | None
    """How much it weighs that it went to somebody else: None when nobody knows who set it, INFO when only an explaining
    visit does, LOW when only its name tells."""
    by_name: bool
    whose: str
    """In words: `Mixpanel's`, `the site's own`."""

    def set_by(self, receiver: VendorSeen, hosts: Iterable[str]) -> bool:
        """Whether the receiver, or another of its company, may have set it."""
        known = catalogue().vendors
        for setter in self.setters:
            if setter == receiver.vendor or (setter in known and same_company(known[setter].company, receiver.company)):
                return True
        return any(same_owner(host_of(url), host) for url in self.setter_urls for host in hosts)


def kept_values(case: Case) -> dict[tuple[str, str], KeptValue]:
    """By name and domain of a cookie, or key and origin of the storage."""
    found = {(cookie.name, cookie.domain): _cookie(cookie) for cookie in case.cookies}
    stored: dict[tuple[str, str], list[ItemStored]] = {}
    for item in case.items:
        if item.area in _AREAS and item.party != Party.THIRD and item.arms != (Arm.TRACE,):
            stored.setdefault((item.key, item.origin), []).append(item)
    return found | {key: _stored(key[0], items) for key, items in stored.items()}


def value_of(kept: dict[tuple[str, str], KeptValue], journey: Journey) -> KeptValue | None:
    """What travelled; None when it stands in no table."""
    return kept.get((journey.name, journey.domain))


def _cookie(cookie: CookieSeen) -> KeptValue:
    basis, weight = cookie.judged.basis, None
    if basis is CookieBasis.SETTER:
        weight = Severity.MEDIUM
    elif basis is CookieBasis.NAME:
        weight = Severity.LOW
    elif cookie.setter_url is not None and not (cookie.setter_vendor and cookie.basis == CookieBasis.NOBODY):
        weight = Severity.INFO if cookie.setter_explained else Severity.MEDIUM
    by_name = cookie.basis == CookieBasis.NAME
    return KeptValue(
        where="",
        setters=frozenset({cookie.vendor, cookie.setter_vendor} - {""}),
        setter_urls=(cookie.setter_url,) if cookie.setter_url and (cookie.vendor or cookie.setter_vendor) else (),
        weight=weight,
        by_name=basis is CookieBasis.NAME,
        whose=_whose(cookie.vendor, by_name=by_name),
    )


def _stored(key: str, items: list[ItemStored]) -> KeptValue:
    known = catalogue().vendors
    named = owners_of_key(key)
    urls = tuple(dict.fromkeys(url for item in items for url in item.setter_urls))
    # One item names the first of its writers as its vendor; the addresses of all of them count.
    wrote = {item.vendor for item in items if item.setter_url} - {""}
    carried = any(vendor in known and known[vendor].purpose in _CARRIERS for vendor in wrote)
    weight = Severity.LOW if named else Severity.INFO if urls and not carried else None
    return KeptValue(
        where=" and ".join(sorted({_AREAS[item.area] for item in items})),
        setters=frozenset({*named, *wrote}),
        setter_urls=urls,
        weight=weight,
        by_name=bool(named),
        whose=_whose(named[0] if named else min(wrote, default=""), by_name=bool(named)),
    )


def owners_of_key(key: str) -> tuple[str, ...]:
    """Vendors that keep something under such a key of the storage, by what the catalogue lists."""
    exact, patterns = _keys()
    return tuple(sorted({*exact.get(key, ()), *(v for prefix, v in patterns if key.startswith(prefix))}))


@cache
def _keys() -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    exact: dict[str, tuple[str, ...]] = {}
    patterns: list[tuple[str, str]] = []
    for vendor in catalogue().vendors.values():
        for name in vendor.storage:
            if not name.endswith("*"):
                exact[name] = (*exact.get(name, ()), vendor.key)
            elif len(name) > LEAST_PREFIX:
                patterns.append((name[:-1], vendor.key))
    return exact, tuple(patterns)


def _whose(vendor: str, *, by_name: bool) -> str:
    if not vendor:
        return "the site's own"
    product = catalogue().vendors.get(vendor)
    name = product.name if product else vendor[:80]
    return f"by its name {name}'s" if by_name else f"{name}'s"
