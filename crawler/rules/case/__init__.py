"""The case: one company's promises beside what was seen on its sites, in the shape that the rules read."""

from crawler.rules.case.gather import case_from
from crawler.rules.case.model import (
    DATA_ROLES,
    Case,
    IdentifierSeen,
    Shortfall,
    Sighting,
    StoredCookie,
    VendorSeen,
)

__all__ = [
    "DATA_ROLES",
    "Case",
    "IdentifierSeen",
    "Shortfall",
    "Sighting",
    "StoredCookie",
    "VendorSeen",
    "case_from",
]
