"""Cookie syncing: the value of one company's cookie on its way to another company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.claims import Company
from crawler.findings import Coverage
from crawler.rules.case.coverage import declared
from crawler.rules.case.model import CONCERNED, Case, Journey, VendorSeen
from crawler.vendors.companies import same_company, same_owner
from crawler.vendors.model import Hit, KnownBy


@dataclass(frozen=True, slots=True, eq=False)
class Sync:
    """One cookie's value, and one vendor that got it and is of another company than its owner."""

    owner: Hit
    journey: Journey
    receiver: VendorSeen

    @property
    def demanded(self) -> bool:
        """Whether the signal demands silence or a restricted mode of both."""
        return {self.owner.gpc, self.receiver.demand} <= CONCERNED

    @property
    def firm(self) -> bool:
        """Whether both are surely known and the value surely told one visit from another."""
        known = self.owner.known_by is KnownBy.CATALOGUE and self.receiver.known_by is KnownBy.CATALOGUE
        return known and self.owner.verified and self.receiver.verified and self.journey.tells_apart

    def uncovered(self, company: Company) -> frozenset[str]:
        """Of the two vendors those that the policy neither names nor covers."""
        pair = ((self.owner.vendor, self.owner.purpose), (self.receiver.vendor, self.receiver.purpose))
        return frozenset(v for v, p in pair if declared(company, v, p).coverage is Coverage.UNDECLARED)


def syncs(case: Case) -> Iterator[Sync]:
    """All of them. What is the same in every fresh profile tells nobody apart and is left out."""
    for journey in case.journeys:
        if not journey.of_others or journey.constant:
            continue
        owner = case.owners[journey.name, journey.domain]
        receiver = case.by_arm(journey.site, journey.vendor).get(journey.arm)
        if receiver is not None and not _one_company(owner, journey, receiver):
            yield Sync(owner, journey, receiver)


def _one_company(owner: Hit, journey: Journey, receiver: VendorSeen) -> bool:
    if owner.vendor == receiver.vendor or same_company(owner.company, receiver.company):
        return True
    return any(same_owner(journey.domain, host) for host in journey.hosts)
