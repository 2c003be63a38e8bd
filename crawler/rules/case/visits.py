"""In which visits things were seen: any of them, and by arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from crawler.evidence import Arm


class InVisits(Protocol):
    """What was seen in some visits, and knows their ids."""

    @property
    def visits(self) -> frozenset[str]:
        """Ids of visits."""


class InArm(InVisits, Protocol):
    """What was seen in some visits of one arm: a cookie, a host, the journey of a value."""

    @property
    def arm(self) -> Arm:
        """The arm of all its visits."""


def visits_of(seen: Iterable[InVisits]) -> frozenset[str]:
    """The visits that show any of these."""
    return frozenset[str]().union(*(one.visits for one in seen))


def visits_by_arm(seen: Iterable[InArm]) -> dict[Arm, frozenset[str]]:
    """The visits that show any of these, by arm; arms in their usual order, and only those that show something."""
    return together({one.arm: one.visits} for one in seen)


def together(seen: Iterable[Mapping[Arm, frozenset[str]]]) -> dict[Arm, frozenset[str]]:
    """The same of things that know their visits by arm."""
    found: dict[Arm, set[str]] = {}
    for one in seen:
        for arm, visits in one.items():
            found.setdefault(arm, set()).update(visits)
    return {arm: frozenset(found[arm]) for arm in Arm if found.get(arm)}
