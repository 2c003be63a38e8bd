"""What a policy says about a vendor: named, covered by a category, undeclared; forbidden; and which sentence it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.claims import Claim, ClaimKind, Company, Purpose
from crawler.findings import Coverage
from crawler.vendors.model import Role

MAX_CONTEXT = 3
"""Named vendors quoted as context when no sentence is contradicted outright."""

_ALSO_NAMED_BY = {"universal-analytics": "google-analytics"}
"""Products that a policy names by the same words: Google Analytics 4 took over the name from its predecessor.
Source: blogs.perficient.com/2022/12/22, read 2026-11-22."""


@dataclass(frozen=True, slots=True)
class Declared:
    """How the policy declares a vendor, and by which claims."""

    coverage: Coverage
    claims: tuple[Claim, ...] = ()


def declared(company: Company, vendor: str, purpose: Purpose) -> Declared:
    """Named beats category; what neither names nor covers is undeclared. Denials are asked for by `forbidding`."""
    names = {vendor, _ALSO_NAMED_BY.get(vendor, vendor)}
    named = tuple(c for c in company.claims if c.kind is ClaimKind.VENDOR and c.vendor in names)
    if named:
        return Declared(Coverage.NAMED, named)
    category = tuple(c for c in company.claims if c.kind is ClaimKind.CATEGORY and purpose in c.purposes)
    if category:
        return Declared(Coverage.CATEGORY, category)
    return Declared(Coverage.UNDECLARED)


def forbidding(company: Company, vendor: str, purpose: Purpose, roles: Iterable[Role]) -> tuple[Claim, ...]:
    """Denials that a vendor with these roles contradicts: by its name, by its purpose, or by what it was seen to do."""
    seen = {str(role) for role in roles}
    return tuple(
        c
        for c in company.claims
        if c.kind is ClaimKind.FORBIDDEN and (vendor in c.vendors or purpose in c.purposes or seen & set(c.roles))
    )


def coverage_of(company: Company, vendor: str, purpose: Purpose, roles: Iterable[Role]) -> Coverage:
    """One word for tables: forbidden where a denial speaks of it, else how it is declared."""
    if forbidding(company, vendor, purpose, roles):
        return Coverage.FORBIDDEN
    return declared(company, vendor, purpose).coverage


def limiting(company: Company, purpose: Purpose) -> tuple[Claim, ...]:
    """Sentences that are all the policy says about a purpose: an undeclared vendor of it contradicts them."""
    return tuple(c for c in company.claims if purpose in c.limits)


def context(company: Company) -> tuple[Claim, ...]:
    """The sentences closest to a vendor that none speaks of: what the policy covers, else whom it names."""
    scope = tuple(c for c in company.claims if c.kind is ClaimKind.SCOPE and not c.limits)
    named = tuple(c for c in company.claims if c.kind is ClaimKind.VENDOR)
    return scope[:1] or named[:MAX_CONTEXT]


def gpc_promises(company: Company) -> tuple[Claim, ...]:
    """Sentences that promise to honour Global Privacy Control."""
    return tuple(c for c in company.claims if promises_gpc(c))


def promises_gpc(claim: Claim) -> bool:
    """Whether a claim promises to honour Global Privacy Control."""
    return claim.kind is ClaimKind.SIGNAL and claim.signal == "gpc" and claim.honoured is True
