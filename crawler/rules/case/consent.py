"""What the pages of a site say of the visitor's opt-out, by source, while the consent states stream by.

Only what stands on the site's own or the company's hosts is the page's state; a third party's cookie is its own affair.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crawler.evidence import Arm, ConsentState, Request
from crawler.findings import EvidenceRef, Restriction
from crawler.parsing import RequestFacts
from crawler.parties import Party
from crawler.rules.case.consent_said import ConsentSaid, StringSent
from crawler.rules.case.request_row import MAX_URL, request_row
from crawler.rules.case.site import site_of
from crawler.rules.case.tally import MAX_ROWS
from crawler.signals import consent, frameworks
from crawler.signals.consent import Statement
from crawler.vendors.model import Hit

MAX_SAID = 2_000
"""Different statements kept."""
MAX_VENDORS = 2_000


@dataclass(slots=True)
class _Seen:
    visits: set[str] = field(default_factory=set)
    rows: list[EvidenceRef] = field(default_factory=list)

    def take(self, visit: str, ref: EvidenceRef) -> None:
        self.visits.add(visit)
        if len(self.rows) < MAX_ROWS:
            self.rows.append(ref)


class Consent:
    """Statements of pages, and strings that requests carried."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, Arm, str, str, str, Statement], _Seen] = {}
        self._sent: dict[tuple[str, Arm, str], _Seen] = {}
        self.not_listed: Counter[str] = Counter()

    def take(self, state: ConsentState, row: int) -> None:
        """One source of one visit; explaining visits are left out, they are never compared."""
        if state.arm is Arm.TRACE or state.party == Party.THIRD:
            return
        said = consent.decode(state.source, state.name, state.value, state.problem)
        site = site_of(state.page_url)
        key = (site, state.arm, state.source[:40], state.where[:20], state.name[:80], said)
        if key not in self._said and len(self._said) >= MAX_SAID:
            self.not_listed["consent"] += 1
            return
        ref = EvidenceRef(
            stream="consent",
            row=row,
            url=state.page_url[:MAX_URL],
            visit=state.visit,
            note=f"{state.name[:80]}: {said.words}",
            step=state.step[:40],
        )
        self._said.setdefault(key, _Seen()).take(state.visit, ref)

    def take_request(self, request: Request, apart: RequestFacts, row: int, hit: Hit) -> None:
        """A hit that shares data, whatever the vendor's own parameters say."""
        readings = (reading for _, reading in frameworks.heard(apart).opt_out)
        telling = next((r for r in readings if r.restriction is Restriction.UNRESTRICTED), None)
        key = (site_of(request.page_url), request.arm, hit.vendor)
        if telling is None or (key not in self._sent and len(self._sent) >= MAX_VENDORS):
            return
        self._sent.setdefault(key, _Seen()).take(request.visit, request_row(request, row, telling.evidence[:300]))

    def said(self) -> tuple[ConsentSaid, ...]:
        """By site, arm, source and words; an order that does not depend on the order of rows."""
        return tuple(
            ConsentSaid(
                site=site,
                arm=arm,
                source=source,
                where=where,
                name=name,
                opt_out=statement.opt_out,
                words=statement.words,
                saw_gpc=statement.saw_gpc,
                counts=statement.counts,
                against_itself=statement.against_itself,
                visits=frozenset(seen.visits),
                evidence=tuple(seen.rows),
            )
            for (site, arm, source, where, name, statement), seen in sorted(
                self._said.items(), key=lambda entry: (*entry[0][:5], entry[0][5].opt_out, entry[0][5].words)
            )
        )

    def sent(self) -> tuple[StringSent, ...]:
        """By site, arm and vendor."""
        return tuple(
            StringSent(site=site, arm=arm, vendor=vendor, visits=frozenset(seen.visits), evidence=tuple(seen.rows))
            for (site, arm, vendor), seen in sorted(self._sent.items(), key=lambda entry: entry[0])
        )
