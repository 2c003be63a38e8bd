"""Shapes of what pages say of an opt-out, and of strings that requests carry; and which visits speak with one voice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.evidence import Arm
from crawler.findings import EvidenceRef
from crawler.rules.case.visits import visits_of
from crawler.signals.consent import OptOut


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSaid:
    """One statement of one source, on one site in one arm, and the visits that had it."""

    site: str
    arm: Arm
    source: str
    where: str
    name: str
    opt_out: OptOut
    words: str
    saw_gpc: bool | None
    counts: bool
    against_itself: str
    visits: frozenset[str]
    evidence: tuple[EvidenceRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StringSent:
    """Requests to one vendor whose US Privacy or GPP string says that nobody opted out."""

    site: str
    arm: Arm
    vendor: str
    visits: frozenset[str]
    evidence: tuple[EvidenceRef, ...]


def opted_out(said: Iterable[ConsentSaid], site: str, arm: Arm) -> frozenset[str]:
    """Visits in which what counts says opted out, and nothing that counts says otherwise."""
    own = [s for s in said if s.counts and (s.site, s.arm) == (site, arm)]
    yes, no = (visits_of(s for s in own if s.opt_out is o) for o in (OptOut.YES, OptOut.NO))
    return yes - no
