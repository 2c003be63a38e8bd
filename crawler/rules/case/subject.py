"""Which arm speaks for a vendor when a rule asks about the site as a whole, and on what visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from crawler.evidence import Arm
from crawler.rules.case.model import DATA_ROLES, Case, VendorSeen
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.vendors.model import Role

_KINDS = ((True, DATA_ROLES), (False, DATA_ROLES), (True, frozenset({Role.LIBRARY})))


@dataclass(frozen=True, slots=True)
class Subject:
    """A vendor on a site, as seen in the arm that shows it best."""

    seen: VendorSeen
    visits: frozenset[str]
    reached: bool = True
    library_only: bool = False

    def shown_by(self, seen: VendorSeen) -> frozenset[str]:
        """Visits of another arm that show the same of the vendor."""
        return seen.visits({Role.LIBRARY} if self.library_only else DATA_ROLES, reached=self.reached)


def subjects(case: Case) -> Iterator[Subject]:
    """Every vendor with a request, once per site: what shared data first, then what tried to, then mere libraries."""
    for site, vendor in sorted({(v.site, v.vendor) for v in case.vendors}):
        for reached, roles in _KINDS:
            found = pick(case, site, vendor, partial(VendorSeen.visits, roles=roles, reached=reached))
            if found is not None:
                yield Subject(found[0], found[1], reached, Role.LIBRARY in roles)
                break


def pick(
    case: Case, site: str, vendor: str, visits_of: Callable[[VendorSeen], frozenset[str]]
) -> tuple[VendorSeen, frozenset[str]] | None:
    """The first arm, control before GPC before others, in which it shows consistently; else in which it shows."""
    by_arm = case.by_arm(site, vendor)
    shown = {arm: visits for arm in Arm if arm in by_arm and (visits := visits_of(by_arm[arm]))}
    if not shown:
        return None
    arm = speaking_arm(case, site, shown)
    return by_arm[arm], shown[arm]
