"""Counts hits by site, arm and vendor while the requests stream by; keeps a few telling rows and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.evidence import Arm, Request, Visit
from crawler.findings import EvidenceRef, Restriction
from crawler.parties import Party
from crawler.rules.case.model import DATA_ROLES, IdentifierSeen, Sent, Sighting, UserDataSeen, VendorSeen
from crawler.rules.case.recurrence import Recurrence
from crawler.rules.case.request_row import request_row
from crawler.rules.case.site import site_of
from crawler.rules.case.steps import earlier
from crawler.rules.case.suspicion import UNNAMED, acts_of
from crawler.signals import Carried
from crawler.vendors.cookie_owner import owner_of_cookie
from crawler.vendors.model import Hit, Role
from crawler.vendors.payload import Payload
from crawler.vendors.user_data import UserData

MAX_ROWS = 5
"""Rows of evidence kept for each vendor, arm and role."""
MAX_ACCOUNTS = 50
MAX_NAMES = 200

RECAPTCHA = "google-recaptcha"
"""Its variant takes all requests of a visit and the page together; the word of one hit would mislead."""

_BADNESS = list(Restriction)


@dataclass(slots=True)
class _Mark:
    hits: int = 0
    with_header: int = 0
    visits: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Rows:
    """The most telling rows so far, each with its rank."""

    kept: list[tuple[tuple[int, ...], EvidenceRef]] = field(default_factory=list)

    def offer(self, rank: tuple[int, ...], ref: EvidenceRef) -> None:
        if len(self.kept) == MAX_ROWS and rank >= self.kept[-1][0]:
            return
        self.kept.append((rank, ref))
        self.kept.sort(key=lambda entry: entry[0])
        del self.kept[MAX_ROWS:]

    def refs(self) -> tuple[EvidenceRef, ...]:
        return tuple(ref for _, ref in self.kept)


@dataclass(slots=True)
class _Identifier:
    visits: set[str] = field(default_factory=set)
    values: Recurrence = field(default_factory=Recurrence)
    rows: _Rows = field(default_factory=_Rows)


@dataclass(slots=True)
class _Entry:
    hit: Hit
    """The one whose shape says most: one that shares data, on a verified endpoint."""
    rank: tuple[bool, bool] = (False, False)
    tracker_rule: str | None = None
    lifted_rule: str | None = None
    first_party_host: bool = False
    parties: set[Party] = field(default_factory=set)
    marks: dict[tuple[Role, str, Restriction, bool], _Mark] = field(default_factory=lambda: defaultdict(_Mark))
    identifiers: dict[tuple[str, str, Restriction], _Identifier] = field(
        default_factory=lambda: defaultdict(_Identifier)
    )
    client_ids: set[str] = field(default_factory=set)
    page_data: set[str] = field(default_factory=set)
    encodings: set[str] = field(default_factory=set)
    undecodable_bytes: int = 0
    user_data: dict[tuple[str, str, str, str, Restriction, bool], _Identifier] = field(
        default_factory=lambda: defaultdict(_Identifier)
    )
    cookies: set[str] = field(default_factory=set)
    variants: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    rows: dict[Role, _Rows] = field(default_factory=lambda: defaultdict(_Rows))
    first_steps: dict[str, str] = field(default_factory=dict)
    acts: dict[str, str] = field(default_factory=dict)


class Tally:
    """Everything seen of every vendor so far. `fresh` says that every visit had a profile of its own."""

    def __init__(self, *, fresh: bool = True) -> None:
        self._fresh = fresh
        self._entries: dict[tuple[str, Arm, str], _Entry] = {}

    def take(self, request: Request, row: int, hit: Hit, carried: Carried, reached: bool, whose: Party) -> None:
        """Count one hit."""
        entry = self._entry(request.page_url, request.arm, hit)
        rank = (hit.role in DATA_ROLES, hit.verified)
        # The order in which requests raced must not decide what the report says.
        if rank > entry.rank or (rank == entry.rank and hit.basis < entry.hit.basis):
            entry.hit, entry.rank = hit, rank
        entry.tracker_rule = min(filter(None, (entry.tracker_rule, hit.tracker_rule)), default=None)
        entry.lifted_rule = min(filter(None, (entry.lifted_rule, hit.lifted_rule)), default=None)
        entry.first_party_host |= hit.first_party_host
        entry.parties.add(whose)
        if reached and hit.known_by in UNNAMED:
            for act, words in acts_of(request):
                entry.acts[act] = max(entry.acts.get(act, ""), words, key=lambda w: (len(w), w))
        account = (hit.account or "")[:64]
        if len(entry.marks) >= MAX_ACCOUNTS:
            account = ""
        mark = entry.marks[hit.role, account, carried.restriction, reached]
        mark.hits += 1
        mark.with_header += request.sec_gpc
        mark.visits.add(request.visit)
        entry.first_steps[request.visit] = earlier(request.step, entry.first_steps.get(request.visit, request.step))
        if hit.variant and hit.vendor != RECAPTCHA:
            entry.variants[hit.variant].add(request.visit)
        badness = _BADNESS.index(carried.restriction)
        entry.rows[hit.role].offer(
            (-reached, -badness, -len(request.identifiers), row), request_row(request, row, _note(request, carried))
        )
        for sent in request.identifiers[:MAX_NAMES]:
            if len(entry.identifiers) < MAX_NAMES:
                found = entry.identifiers[sent.name[:200], sent.where, carried.restriction]
                found.visits.add(request.visit)
                found.values.take(sent.value_hash, request.visit)
                found.rows.offer((row,), request_row(request, row, f"{sent.name[:100]} in the {sent.where}"))

    def take_payload(
        self, request: Request, row: int, hit: Hit, carried: Carried, payload: Payload, whose: Party
    ) -> None:
        """Note what one hit that reached its vendor carried."""
        entry = self._entry(request.page_url, request.arm, hit)
        for names, kept in ((payload.client_ids, entry.client_ids), (payload.page_data, entry.page_data)):
            kept.update(names)
            if len(kept) > MAX_NAMES:  # the first in order of letters, so that the order of rows does not matter
                kept.difference_update(sorted(kept)[MAX_NAMES:])
        if payload.encoding != "none":
            entry.encodings.add(payload.encoding)
        entry.undecodable_bytes += payload.undecodable_bytes
        for item in payload.user_data:
            key = (item.kind, item.form, item.where, item.basis, carried.restriction, whose is Party.THIRD)
            if key in entry.user_data or len(entry.user_data) < MAX_NAMES:
                found = entry.user_data[key]
                found.visits.add(request.visit)
                found.values.take(item.fingerprint, request.visit)
                found.rows.offer((row,), request_row(request, row, _told(item)))

    def take_cookie(self, page_url: str, arm: Arm, owner: Hit, name: str) -> None:
        """Note a stored cookie of a vendor, with or without a hit of it."""
        entry = self._entry(page_url, arm, owner)
        if len(entry.cookies) < MAX_NAMES:
            entry.cookies.add(name[:200])

    def take_variants(self, visit: Visit, vendor: str, variants: Iterable[str]) -> None:
        """Note which variants one visit showed of a vendor that has hits in it."""
        entry = self._entries.get((site_of(visit.page_url), visit.arm, vendor))
        if entry is not None:
            for variant in variants:
                entry.variants[variant].add(visit.id)

    def vendors(self) -> tuple[VendorSeen, ...]:
        """The sum, in an order that does not depend on the order of rows."""
        return tuple(_seen(*key, self._entries[key], fresh=self._fresh) for key in sorted(self._entries))

    def _entry(self, page_url: str, arm: Arm, hit: Hit) -> _Entry:
        key = (site_of(page_url), arm, hit.vendor)
        if key not in self._entries:
            self._entries[key] = _Entry(hit=hit)
        return self._entries[key]


def _seen(site: str, arm: Arm, vendor: str, entry: _Entry, *, fresh: bool) -> VendorSeen:
    hit = entry.hit
    return VendorSeen(
        site=site,
        arm=arm,
        vendor=vendor,
        name=hit.name[:100],
        company=hit.company[:100],
        purpose=hit.purpose,
        demand=hit.gpc,
        known_by=hit.known_by,
        basis=hit.basis[:300],
        verified=hit.verified,
        tracker_rule=entry.tracker_rule,
        lifted_rule=entry.lifted_rule,
        first_party_host=entry.first_party_host,
        parties=frozenset(entry.parties),
        sightings=tuple(
            Sighting(
                role=role,
                account=account,
                restriction=state,
                reached=reached,
                hits=mark.hits,
                with_header=mark.with_header,
                visits=frozenset(mark.visits),
            )
            for (role, account, state, reached), mark in sorted(entry.marks.items())
        ),
        identifiers=tuple(
            IdentifierSeen(
                name=name,
                where=where,
                restriction=state,
                visits=frozenset(found.visits),
                evidence=found.rows.refs(),
                constant=fresh and found.values.constant,
                untold=not fresh and not documented(name, site, own=True),
            )
            for (name, where, state), found in sorted(entry.identifiers.items())
        ),
        sent=Sent(
            client_ids=tuple(sorted(entry.client_ids)),
            page_data=tuple(sorted(entry.page_data)),
            encodings=tuple(sorted(entry.encodings)),
            undecodable_bytes=entry.undecodable_bytes,
        ),
        user_data=tuple(
            UserDataSeen(
                kind=kind,
                form=form,
                where=where,
                basis=basis,
                restriction=state,
                third=third,
                visits=frozenset(found.visits),
                evidence=found.rows.refs(),
                constant=fresh and found.values.constant,
            )
            for (kind, form, where, basis, state, third), found in sorted(entry.user_data.items())
        ),
        cookies=tuple(sorted(entry.cookies)),
        variants={variant: frozenset(entry.variants[variant]) for variant in sorted(entry.variants)},
        evidence={role: entry.rows[role].refs() for role in Role if role in entry.rows},
        first_steps=dict(entry.first_steps),
        acts=dict(sorted(entry.acts.items())),
    )


def documented(name: str, domain: str, *, own: bool) -> bool:
    """Whether a verified source documents a cookie of that name there, the site's own or another's."""
    fact = owner_of_cookie(name, domain, own=own, setter=None).fact
    return fact is not None and fact.verified


def _told(item: UserData) -> str:
    return f"{item.kind}, {item.form}, in {item.where[:60]}"


def _note(request: Request, carried: Carried) -> str:
    parts = [carried.evidence] if carried.evidence else []
    if request.arm is Arm.GPC:
        parts.append("Sec-GPC: 1 was sent" if request.sec_gpc else "Sec-GPC was not sent with it")
    if request.identifiers:
        parts.append("carried " + ", ".join(i.name[:60] for i in request.identifiers[:3]))
    if request.error:
        parts.append(request.error[:60])
    return "; ".join(parts)
