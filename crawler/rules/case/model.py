"""Shapes of a case: what was seen of each vendor on each site in each arm, and how much of the plan was seen at all.

Only judged visits count: visits that went well and, in the compared arms, proved the state of their signal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from crawler.claims import Company, Purpose
from crawler.evidence import Arm, Gap, Page, Visit
from crawler.findings import EvidenceRef, Restriction, Seen, Severity
from crawler.parties import Party
from crawler.rules.case.consent_said import ConsentSaid, StringSent
from crawler.rules.case.inventory import ActorSeen, CookieSeen, ItemStored
from crawler.rules.case.names import DisguisedHost, NamesSeen
from crawler.vendors.model import Demand, Hit, KnownBy, Role

DATA_ROLES = frozenset({Role.COLLECT, Role.SYNC, Role.FRAME, Role.UNKNOWN})
"""Roles that tell a vendor about the visit. A library by itself is inventory."""

CONCERNED = frozenset({Demand.SILENT, Demand.RESTRICTED})
"""What the signal demands of those whom it is about, without a person having to say."""

COMPARED = (Arm.CONTROL, Arm.GPC)
"""The arms that rules hold against each other."""

MAX_PAGES = 20
"""Pages named in one finding; the evidence holds all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Hits of one vendor that are alike: same role, account and opt-out state."""

    role: Role
    account: str
    restriction: Restriction
    """NONE for libraries, which carry no opt-out state."""
    reached: bool
    """False when no connection to the vendor came about: the page tried, nothing arrived."""
    hits: int
    with_header: int
    """Hits that themselves carried `Sec-GPC: 1`."""
    visits: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierSeen:
    """A first-party value that went to a vendor, under one opt-out state."""

    name: str
    where: str
    restriction: Restriction
    visits: frozenset[str]
    evidence: tuple[EvidenceRef, ...]
    constant: bool = False
    """The same value in several visits. Every visit has a fresh profile, so it tells no two visitors apart: it is the
    site's configuration, or computed from the browser. Never so in a recording made elsewhere."""
    untold: bool = False
    """Of a recording made elsewhere, and no documented cookie: nobody knows whether it tells visitors apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDataSeen:
    """Something about a person that went to a vendor, in one parameter, under one opt-out state."""

    kind: str
    form: str
    """As in `crawler.vendors.user_data`: plain, hashed, redacted."""
    where: str
    """The parameter."""
    basis: str
    """documented, named, value: what says that it is about a person."""
    restriction: Restriction
    third: bool
    """It went to a third party; False for the company's own hosts."""
    visits: frozenset[str]
    evidence: tuple[EvidenceRef, ...]
    constant: bool = False
    """The same value in several visits, each with a fresh profile: it is no visitor's. Never so in a recording made
    elsewhere, where one person may have typed it each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a vendor's hits carried besides their events, as far as it reached the vendor. Sorted, bounded."""

    client_ids: tuple[str, ...] = ()
    """Parameters with ids of the browser."""
    page_data: tuple[str, ...] = ()
    """Parameters with the address, title or referrer of a page."""
    encodings: tuple[str, ...] = ()
    """Of bodies: form, json, lines, multipart, base64, gzip, opaque."""
    undecodable_bytes: int = 0
    """Of bodies from which nothing could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorSeen:
    """One vendor on one site in one arm."""

    site: str
    """eTLD+1."""
    arm: Arm
    vendor: str
    name: str
    company: str
    purpose: Purpose
    demand: Demand
    known_by: KnownBy
    basis: str
    verified: bool
    """False when every hit rests on an endpoint that nobody has verified."""
    tracker_rule: str | None
    """Rules of filter lists that block a request to it, each with list and version."""
    first_party_host: bool
    """At least one hit went through the site's own host."""
    parties: frozenset[Party]
    sightings: tuple[Sighting, ...]
    identifiers: tuple[IdentifierSeen, ...]
    cookies: tuple[str, ...]
    """Names of its cookies that were stored."""
    variants: Mapping[str, frozenset[str]]
    """Variant to the visits in which it was recognised."""
    evidence: Mapping[Role, tuple[EvidenceRef, ...]]
    """At most five rows per role, the most telling first."""
    sent: Sent = Sent()
    user_data: tuple[UserDataSeen, ...] = ()
    lifted_rule: str | None = None
    """Rules that would block one, each with the exception that lets it pass."""
    acts: Mapping[str, str] = field(default_factory=dict)
    """What its requests did like a tracker's, by kind (`suspicion.PIXEL`), in words; of those that nobody knows."""
    first_steps: Mapping[str, str] = field(default_factory=dict)
    """Visit to the step of it in which the vendor was first requested, whatever the role."""

    def visits(self, roles: Iterable[Role] = DATA_ROLES, *, reached: bool = True) -> frozenset[str]:
        """Visits with a hit of these roles that did (or did not) reach the vendor."""
        wanted = frozenset(roles)
        return frozenset().union(*(s.visits for s in self.sightings if s.role in wanted and s.reached is reached))

    def all_visits(self) -> frozenset[str]:
        """Visits in which anything of the vendor was requested, whether or not it was reached."""
        return frozenset().union(*(s.visits for s in self.sightings))

    def hits(self) -> Mapping[Role, int]:
        """Hits by role."""
        return {r: n for r in Role if (n := sum(s.hits for s in self.sightings if s.role is r))}

    def restrictions(self) -> Mapping[Restriction, int]:
        """Hits that share data, by opt-out state."""
        data = [s for s in self.sightings if s.role in DATA_ROLES]
        return {r: n for r in Restriction if (n := sum(s.hits for s in data if s.restriction is r))}

    def worst_restriction(self) -> Restriction:
        """The least restricted state of any hit that shares data; NONE without such a hit."""
        return max(self.restrictions(), key=list(Restriction).index, default=Restriction.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCookie:
    """A cookie of a third party that the browser stored, on one site in one arm."""

    site: str
    arm: Arm
    vendor: str
    vendor_name: str
    purpose: Purpose
    verified: bool
    name: str
    domain: str
    value_length: int
    lifetime_s: float | None
    """The longest seen; None when it was a session cookie only."""
    visits: frozenset[str]
    evidence: tuple[EvidenceRef, ...]
    constant: bool = False
    """The same value in several visits, each with a fresh profile: it tells no two visitors apart."""
    untold: bool = False
    """Of a recording made elsewhere, and no documented cookie: nobody knows whether it tells visitors apart."""

    @property
    def lasting(self) -> bool:
        """A value that could tell people apart, kept for more than a day."""
        # To the second: what the browser kept differs by milliseconds from what was asked.
        return self.value_length >= 8 and round(self.lifetime_s or 0) > 86_400 and not self.constant


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCookie:
    """A cookie of any party that the browser kept in compared visits of one site."""

    site: str
    name: str
    domain: str
    visits: Mapping[Arm, frozenset[str]]
    asked_s: float | None
    """The longest that was asked for, by compared visits where they know it, else by explaining ones; None for a
    session cookie, and when nobody knows."""
    asked_is_explained: bool
    """True when only explaining visits know what was asked."""
    stored_s: float | None
    """The longest that the browser keeps it; None for a session cookie, and when nobody knows."""
    evidence: tuple[EvidenceRef, ...]
    """Those that ask for, or are kept, the longest first."""
    spans: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    """Compared visit to the longest that was asked for and kept in it, each None as `asked_s` and `stored_s` are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """The value of one cookie (or storage key), found in requests of one site and arm that reached one vendor."""

    site: str
    arm: Arm
    of_others: bool
    """True for a third party's cookie, False for a first-party one."""
    name: str
    domain: str
    """Of the cookie; the origin of a storage key."""
    vendor: str
    """Who received it."""
    hosts: tuple[str, ...]
    """Of the receiver, at most ten."""
    places: tuple[str, ...]
    """`url`, `body`."""
    restriction: Restriction
    """The least restricted state of the requests."""
    visits: frozenset[str]
    evidence: tuple[EvidenceRef, ...]
    constant: bool = False
    """The same value in several visits, each with a fresh profile: it tells no two visitors apart."""
    tells_apart: bool = False
    """Several visits, each with a fresh profile, had different values and no two had the same."""

    @property
    def way(self) -> tuple[str, bool, str, str, str]:
        """What is the same in every arm: site, whose cookie, name, domain, and who received it."""
        return self.site, self.of_others, self.name, self.domain, self.vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Something that was meant to be seen and was not."""

    site: str
    arm: str
    """An arm, or `all`."""
    reason: str
    """The word of a gap, or: missing, no-visit, no-visits, damaged, nothing-recorded, page-not-read, unexplained,
    another-page."""
    detail: str
    severity: Severity
    url: str = ""
    visit: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether a judgement of the compared arms rests on it."""
        return self.arm == "all" or self.arm in COMPARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that a rule may look at. It holds no clock: `today` is given."""

    company: Company
    today: date
    own_domains: tuple[str, ...]
    """Declared ones and the audited sites themselves."""
    visits: tuple[Visit, ...]
    """All that were made, judged or not."""
    judged: Mapping[tuple[str, Arm], Mapping[str, frozenset[str]]]
    """By site and arm: page to its judged visits."""
    vendors: tuple[VendorSeen, ...]
    """Sorted by site, vendor, arm."""
    stored: tuple[StoredCookie, ...]
    consent: tuple[ConsentSaid, ...]
    """What the pages say of the visitor's opt-out."""
    strings_sent: tuple[StringSent, ...]
    """Vendors that were told by a string that nobody opted out."""
    cookies: tuple[CookieSeen, ...]
    kept: tuple[KeptCookie, ...]
    """Sorted by site, name and domain."""
    journeys: tuple[Journey, ...]
    owners: Mapping[tuple[str, str], Hit]
    """Who is behind a third party's cookie of that name and domain, as far as one travelled."""
    behaviour: tuple[ActorSeen, ...]
    """What scripts did, from the explaining visits; no rule rests on it."""
    items: tuple[ItemStored, ...]
    """What was kept elsewhere than in cookies."""
    not_listed: Mapping[str, int]
    """By stream: rows that found no room in these tables."""
    explaining: int
    """Explaining visits that count for them."""
    pages: tuple[Page, ...]
    gaps: tuple[Gap, ...]
    shortfalls: tuple[Shortfall, ...]
    disguised: tuple[DisguisedHost, ...] = ()
    """Hosts of the sites that other companies' collectors answer for."""
    names: Mapping[str, NamesSeen] = field(default_factory=dict)
    """By site: how many of its hosts were looked behind; empty for a recording that holds no names."""

    @property
    def sites(self) -> tuple[str, ...]:
        """eTLD+1 of every site with a judged visit in a compared arm."""
        return tuple(sorted({site for site, arm in self.judged if arm in COMPARED}))

    @property
    def complete(self) -> bool:
        """Whether all that was planned in the compared arms was seen and proven."""
        return not any(s.blocks for s in self.shortfalls)

    @property
    def emulated(self) -> bool:
        """Whether the signal was imitated rather than sent by the browser itself in any judged visit."""
        judged = frozenset().union(*(v for pages in self.judged.values() for v in pages.values()))
        return any(v.id in judged and v.signal is not None and v.signal.method == "emulated" for v in self.visits)

    def judged_visits(self, site: str, arm: Arm) -> frozenset[str]:
        """Ids of the visits that count."""
        return frozenset().union(*self.judged.get((site, arm), {}).values())

    def ran(self, arm: Arm) -> bool:
        """Whether any visit of that arm counts."""
        return any(a is arm for _, a in self.judged)

    def consistent(self, site: str, arm: Arm, visits: frozenset[str]) -> bool:
        """Whether at least one page shows it in every judged repetition; else chance may have had a hand in it."""
        return any(ids and ids <= visits for ids in self.judged.get((site, arm), {}).values())

    def repeated(self, site: str, arm: Arm, visits: frozenset[str]) -> bool:
        """Whether a page that was visited more than once shows it every time; else chance cannot be told from habit."""
        return any(len(ids) > 1 and ids <= visits for ids in self.judged.get((site, arm), {}).values())

    def pages_of(self, site: str, arm: Arm, visits: frozenset[str]) -> tuple[str, ...]:
        """Pages on which these visits were made, sorted, at most `MAX_PAGES`."""
        found = sorted(page for page, ids in self.judged.get((site, arm), {}).items() if ids & visits)
        return tuple(found[:MAX_PAGES])

    def by_arm(self, site: str, vendor: str) -> Mapping[Arm, VendorSeen]:
        """What was seen of one vendor on one site."""
        return {v.arm: v for v in self.vendors if v.vendor == vendor and v.site == site}

    def seen(self, site: str, visits: Mapping[Arm, frozenset[str]]) -> Mapping[str, Seen]:
        """k of n for both compared arms, and for every other arm that is given."""
        arms = [*COMPARED, *(a for a in visits if a not in COMPARED)]
        return {
            str(arm): Seen(seen=len(visits.get(arm, frozenset())), of=len(of))
            for arm in arms
            if (of := self.judged_visits(site, arm))
        }
