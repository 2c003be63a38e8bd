"""Where what a page says of the opt-out contradicts itself, or the signal that the visit sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.evidence import Arm
from crawler.rules.case.consent_said import ConsentSaid
from crawler.rules.case.model import Case
from crawler.rules.case.visits import visits_of
from crawler.signals.consent import OptOut

STRINGS = frozenset({"usprivacy", "gpp"})
"""Sources that hold an opt-out string of the United States. Groups of a tool are none: not held to the signal."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What one site shows in one arm: the judged visits, and the sources by what they contradict."""

    visits: frozenset[str]
    itself: tuple[ConsentSaid, ...] = ()
    """Sources that disagree with each other or with themselves."""
    signal: tuple[ConsentSaid, ...] = ()
    """Strings that say "not opted out" although the visit sent the signal, and nothing else says opted out."""


def contradiction(case: Case, site: str, arm: Arm) -> Contradiction | None:
    """None where nothing is contradicted. A page that contradicts itself is not held to the signal as well; of the two
    only what is steady is taken, both where neither is."""
    said = [s for s in case.consent if s.counts and (s.site, s.arm) == (site, arm)]
    judged = case.judged_visits(site, arm)
    clashes = [*_between(said), *((s.visits, (s,)) for s in said if s.against_itself)]
    clashing = frozenset[str]().union(*(visits for visits, _ in clashes)) & judged
    itself = Contradiction(clashing, itself=tuple(dict.fromkeys(s for _, parts in clashes for s in parts)))
    signal = _against_signal(case, site, said, clashing) if arm is Arm.GPC else Contradiction(frozenset())
    parts = [part for part in (itself, signal) if part.visits]
    parts = [part for part in parts if case.consistent(site, arm, part.visits)] or parts
    if not parts:
        return None
    return Contradiction(
        frozenset[str]().union(*(part.visits for part in parts)),
        tuple(s for part in parts for s in part.itself),
        tuple(s for part in parts for s in part.signal),
    )


def _between(said: Sequence[ConsentSaid]) -> list[tuple[frozenset[str], tuple[ConsentSaid, ...]]]:
    """Pairs that disagree, with the visits that had both."""
    yes, no = ([s for s in said if s.opt_out is o] for o in (OptOut.YES, OptOut.NO))
    return [(both, (a, b)) for a in yes for b in no if (both := a.visits & b.visits)]


def _against_signal(case: Case, site: str, said: Iterable[ConsentSaid], clashing: frozenset[str]) -> Contradiction:
    """Visits in which a string says "not opted out" and nothing says otherwise, on pages that do not clash."""
    pages = case.judged.get((site, Arm.GPC), {}).values()
    alone = frozenset[str]().union(*(ids for ids in pages if not ids & clashing))
    alone -= visits_of(s for s in said if s.opt_out is OptOut.YES)
    strings = [s for s in said if s.source in STRINGS and s.opt_out is OptOut.NO and s.visits & alone]
    return Contradiction(visits_of(strings) & alone, signal=tuple(strings))
