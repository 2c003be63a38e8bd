"""The arm that speaks for a site: the first that shows a thing steadily, else the first that shows it at all."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.evidence import Arm
from crawler.rules.case.model import Case


def speaking_arm(case: Case, site: str, visits: Mapping[Arm, frozenset[str]]) -> Arm:
    """Of the arms of `visits` the one that speaks; earlier ones go first. Raises StopIteration when there is none."""
    return next((arm for arm, seen in visits.items() if case.consistent(site, arm, seen)), next(iter(visits)))
