"""Hosts of the site that somebody else answers, by the names that were looked up; and how much was looked at.

A host that serves pages of the site is where the site lives, whoever runs the machines: it is never called a disguise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler.evidence import TOLD, Arm, Cookie, HostName, Request, Visit
from crawler.findings import EvidenceRef
from crawler.parties import Party, host_of, party
from crawler.rules.case.model import DATA_ROLES
from crawler.rules.case.names import DisguisedHost, NamesSeen
from crawler.rules.case.request_row import request_row
from crawler.rules.case.site import site_of
from crawler.rules.case.tally import MAX_ROWS
from crawler.vendors.disguise import Behind, behind
from crawler.vendors.model import Hit

MAX_HOSTS = 500
"""Disguised hosts, over all sites and arms."""
MAX_COOKIES = 100


@dataclass(slots=True)
class _Entry:
    hit: Hit
    target: str
    hits: int = 0
    data_hits: int = 0
    cookies: set[str] = field(default_factory=set)
    visits: set[str] = field(default_factory=set)
    evidence: list[EvidenceRef] = field(default_factory=list)


class Disguises:
    """Holds requests against the names of their hosts while they stream by."""

    def __init__(self, names: Iterable[HostName], visits: Iterable[Visit], own_domains: Iterable[str]) -> None:
        self._own = tuple(own_domains)
        self._pages = {host_of(url) for visit in visits for url in (visit.page_url, visit.final_url or "")}
        self._chains: dict[str, tuple[str, ...]] = {}
        self._told: dict[str, set[str]] = defaultdict(set)
        self._untold: dict[str, dict[str, str]] = defaultdict(dict)
        for name in names:
            site = site_of(name.page_url)
            if name.source not in TOLD:
                self._untold[site][name.host] = min(name.source, self._untold[site].get(name.host, name.source))
                continue
            self._told[site].add(name.host)
            if not name.chain:
                continue
            # Answers differ from visit to visit; the report must not depend on which came first.
            self._chains[name.host] = max(self._chains.get(name.host, ()), name.chain, key=lambda c: (len(c), c))
        self._entries: dict[tuple[str, Arm, str, str], _Entry] = {}
        self._host_only: set[tuple[str, str]] = set()

    def take(self, request: Request, row: int) -> Hit | None:
        """Note a request to a disguised host; the hit of whoever answers it, or None for any other request."""
        if not self._chains:
            return None
        host = host_of(request.url)
        chain = self._chains.get(host)
        if not chain or host in self._pages or party(host, request.page_url, self._own) is Party.THIRD:
            return None
        found = behind(
            request.url,
            chain,
            method=request.method,
            body=request.body,
            resource_type=request.resource_type,
            page_url=request.page_url,
            own_domains=self._own,
        )
        if found is None:
            return None
        if request.on_wire:
            self._note(request, row, host, found)
        return found.hit

    def take_cookie(self, cookie: Cookie) -> None:
        """Note where a cookie belongs: one of a disguised host alone is not the site's."""
        domain = cookie.domain.lstrip(".").lower()
        if domain in self._chains:
            self._host_only.add((domain, cookie.name))

    def hosts(self) -> tuple[DisguisedHost, ...]:
        """All that were seen, in an order that does not depend on the order of rows."""
        return tuple(self._seen(key, self._entries[key]) for key in sorted(self._entries))

    def names(self) -> Mapping[str, NamesSeen]:
        """By site."""
        found = {}
        for site in sorted({*self._told, *self._untold}):
            told = self._told[site]
            why: dict[str, list[str]] = defaultdict(list)
            for host, word in sorted(self._untold[site].items()):
                if host not in told:
                    why[word].append(host)
            found[site] = NamesSeen(
                told=tuple(sorted(told)), untold={word: tuple(hosts) for word, hosts in sorted(why.items())}
            )
        return found

    def _note(self, request: Request, row: int, host: str, found: Behind) -> None:
        key = (site_of(request.page_url), request.arm, host, found.hit.vendor)
        if key not in self._entries:
            if len(self._entries) >= MAX_HOSTS:
                return
            self._entries[key] = _Entry(found.hit, found.target)
        entry = self._entries[key]
        if (found.hit.verified, entry.hit.basis) > (entry.hit.verified, found.hit.basis):
            entry.hit, entry.target = found.hit, found.target
        entry.hits += 1
        entry.data_hits += found.hit.role in DATA_ROLES
        entry.visits.add(request.visit)
        if len(entry.cookies) < MAX_COOKIES:
            entry.cookies.update(name[:200] for name in request.cookies_sent[:MAX_COOKIES])
        if len(entry.evidence) < MAX_ROWS:
            note = f"{host[:100]} is an alias of {found.target[:100]}"
            if request.cookies_sent:
                note += f"; {len(request.cookies_sent)} cookies went along"
            entry.evidence.append(request_row(request, row, note))

    def _seen(self, key: tuple[str, Arm, str, str], entry: _Entry) -> DisguisedHost:
        site, arm, host, vendor = key
        return DisguisedHost(
            site=site,
            arm=arm,
            host=host,
            chain=self._chains[host],
            target=entry.target,
            vendor=vendor,
            name=entry.hit.name[:100],
            purpose=entry.hit.purpose,
            known_by=entry.hit.known_by,
            basis=entry.hit.basis[:300],
            verified=entry.hit.verified,
            hits=entry.hits,
            data_hits=entry.data_hits,
            cookies=tuple(sorted(name for name in entry.cookies if (host, name) not in self._host_only)),
            visits=frozenset(entry.visits),
            evidence=tuple(entry.evidence),
        )
