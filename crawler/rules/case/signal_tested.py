"""Whether a promise to honour the signal was put to a test: somebody was there whom the signal is about."""

from __future__ import annotations

from crawler.claims import Purpose
from crawler.rules.case.model import COMPARED, CONCERNED, Case, VendorSeen
from crawler.rules.case.service import SERVICE
from crawler.vendors.model import Demand, KnownBy

NOT_ABOUT = SERVICE | {Purpose.UNKNOWN}
"""Purposes that the signal is not about unless the catalogue says otherwise of a product."""

UNTESTED = "No vendor that the signal is about was seen, with it or without: nothing put the promise to a test."


def demand_of(seen: VendorSeen) -> Demand:
    """What the signal demands. Only a catalogue or a filter list is heard on vendors whose purpose is none of its."""
    if seen.known_by is KnownBy.CATALOGUE or seen.tracker_rule:
        return seen.demand
    if seen.known_by is KnownBy.NOBODY or seen.purpose in NOT_ABOUT:
        return Demand.UNAFFECTED
    return seen.demand


def untested(case: Case, demands: frozenset[Demand] = CONCERNED) -> str:
    """Why nothing seen keeps no promise here; empty where a vendor with one of these demands was told of a visit in a
    compared arm."""
    seen = (v for v in case.vendors if v.arm in COMPARED and demand_of(v) in demands)
    return "" if any(v.visits() for v in seen) else UNTESTED
