"""What scripts did while the explaining visits stream by, by whose scripts they were. No rule reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.claims import Purpose
from crawler.evidence import ApiCall, Arm, StorageItem
from crawler.parties import Party, party
from crawler.rules.case.inventory import ActorSeen, ApiUse, ItemStored
from crawler.rules.case.request_row import MAX_URL
from crawler.rules.case.steps import earlier
from crawler.vendors import identify

MAX_ACTORS = 500
"""Parties whose scripts are told apart."""
MAX_KINDS = 40
MAX_SCRIPTS = 200
MAX_WORDS = 12
"""Interfaces and details that one line names."""
MAX_DETAILS = 50
"""Details of one row that are looked at; a collector puts commas between them."""
MAX_WRITERS = 10
"""Scripts that one key of the storage names."""
MAX_ITEMS = 5000
"""Different keys, object stores and caches kept."""
UNKNOWN = "unknown"
"""Party of a script without an address: an extension's, a `blob:`, or one that the browser could not name."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a script is; an empty vendor is the site itself, or nobody that can be named."""

    vendor: str
    name: str
    purpose: Purpose
    party: str


class Scripts:
    """Who is behind the address of a script."""

    def __init__(self, own_domains: Iterable[str]) -> None:
        self._own = tuple(own_domains)

    def owner(self, url: str | None, page_url: str = "") -> Owner:
        """Without a page, a host of the audited company is its own; never raises on what a site sends."""
        address = (url or "")[:MAX_URL]
        if not address.startswith(("https://", "http://")):
            return Owner("", "", Purpose.UNKNOWN, UNKNOWN)
        whose = str(party(address, page_url, self._own))
        hit = identify(address, resource_type="script", page_url=page_url, own_domains=self._own)
        if hit is None:  # the company's own, or no address at all: a third party always gets a hit
            return Owner("", "", Purpose.UNKNOWN, UNKNOWN if whose == Party.THIRD else whose)
        return Owner(hit.vendor, hit.name[:100], hit.purpose, whose)

    def vendor(self, url: str) -> str:
        """Key of the vendor alone; empty for the site's own and for nobody."""
        return self.owner(url).vendor


@dataclass(slots=True)
class _Use:
    calls: int = 0
    visits: set[str] = field(default_factory=set)
    apis: set[str] = field(default_factory=set)
    details: set[str] = field(default_factory=set)
    place: tuple[int, str, int] = (1, "", 0)
    """Calls as a negative number, script, line: the smallest is the place with the most calls."""
    step: str | None = None


@dataclass(slots=True)
class _Actor:
    owner: Owner
    scripts: set[str] = field(default_factory=set)
    uses: dict[str, _Use] = field(default_factory=dict)


class Behaviour:
    """Calls of the browser's interfaces, summed up by actor and kind."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts
        self._actors: dict[tuple[str, str], _Actor] = {}
        self.not_listed: Counter[str] = Counter()

    def take(self, call: ApiCall) -> None:
        """Count one row of calls."""
        owner = self._scripts.owner(call.script_url, call.page_url)
        key = (owner.vendor, owner.party if not owner.vendor else "")
        actor = self._actors.get(key)
        if actor is None:
            if len(self._actors) >= MAX_ACTORS:
                self.not_listed["api_calls"] += 1
                return
            actor = self._actors[key] = _Actor(owner)
        actor.owner = min(actor.owner, owner, key=lambda o: (_FARTHEST.index(o.party), o.name))
        kind = call.kind[:40]
        if kind not in actor.uses and len(actor.uses) >= MAX_KINDS:
            self.not_listed["api_calls"] += 1
            return
        url = (call.script_url or "")[:MAX_URL]
        if len(actor.scripts) < MAX_SCRIPTS:
            actor.scripts.add(url)
        use = actor.uses.setdefault(kind, _Use())
        use.calls += max(call.count, 0)
        use.visits.add(call.visit)
        use.place = min(use.place, (-call.count, url, call.line or 0))
        use.step = call.step if use.step is None else earlier(use.step, call.step)
        _add(use.apis, call.api[:100])
        for detail in call.detail[:4000].split(", ")[:MAX_DETAILS]:
            _add(use.details, detail[:100])

    def rows(self) -> tuple[ActorSeen, ...]:
        """Vendors by name, then the site's own scripts, then those of nobody that can be named."""
        return tuple(_actor(self._actors[key]) for key in sorted(self._actors, key=lambda k: (not k[0], k)))


_FARTHEST = (str(Party.THIRD), str(Party.SAME_ORGANISATION), str(Party.FIRST), UNKNOWN)


def _actor(actor: _Actor) -> ActorSeen:
    return ActorSeen(
        vendor=actor.owner.vendor,
        name=actor.owner.name,
        purpose=str(actor.owner.purpose) if actor.owner.vendor else "",
        party=actor.owner.party,
        scripts=len(actor.scripts - {""}),
        uses=tuple(
            ApiUse(
                kind=kind,
                calls=use.calls,
                visits=len(use.visits),
                apis=tuple(sorted(use.apis)),
                details=tuple(sorted(use.details)),
                url=use.place[1],
                line=use.place[2] or None,
                step=(use.step or "")[:40],
            )
            for kind, use in sorted(actor.uses.items())
        ),
    )


@dataclass(slots=True)
class _Item:
    party: str
    setters: set[tuple[str, int]] = field(default_factory=set)
    """At most `MAX_WRITERS`, the first by address and line."""
    writes: int = 0
    entries: int | None = None
    removed: bool = False
    arms: set[str] = field(default_factory=set)


class Items:
    """What pages kept in the browser elsewhere than in cookies."""

    def __init__(self, scripts: Scripts, own_domains: Iterable[str]) -> None:
        self._scripts = scripts
        self._own = tuple(own_domains)
        self._items: dict[tuple[str, str, str], _Item] = {}
        self.not_listed: Counter[str] = Counter()

    def take(self, item: StorageItem) -> None:
        """One key, store or cache of one visit."""
        key = (item.origin[:300], item.area[:20], item.key[:200])
        found = self._items.get(key)
        if found is None:
            if len(self._items) >= MAX_ITEMS:
                self.not_listed["storage"] += 1
                return
            found = self._items[key] = _Item(str(party(item.origin, item.page_url, self._own)))
        found.writes += item.writes
        found.removed |= item.removed
        found.arms.add(item.arm)
        if item.entries is not None:
            found.entries = max(found.entries or 0, item.entries)
        if item.setter_url:
            found.setters.add((item.setter_url[:MAX_URL], item.setter_line or 0))
            if len(found.setters) > MAX_WRITERS:
                found.setters.discard(max(found.setters))

    def rows(self) -> tuple[ItemStored, ...]:
        """By origin, area and key."""
        return tuple(self._row(*key, self._items[key]) for key in sorted(self._items))

    def _row(self, origin: str, area: str, key: str, item: _Item) -> ItemStored:
        url, line = min(item.setters, default=(None, 0))
        arms = item.arms - {Arm.TRACE} or item.arms
        return ItemStored(
            area=area,
            origin=origin,
            key=key,
            party=item.party,
            vendor=self._scripts.vendor(url or f"{origin}/"),
            setter_url=url,
            setter_line=line or None,
            setter_urls=tuple(dict.fromkeys(url for url, _ in sorted(item.setters))),
            writes=item.writes,
            entries=item.entries,
            removed=item.removed,
            arms=tuple(sorted(arms)),
        )


def _add(words: set[str], word: str) -> None:
    """Keep the first `MAX_WORDS` in alphabetical order, so that the order of rows does not matter."""
    if word:
        words.add(word)
        if len(words) > MAX_WORDS:
            words.discard(max(words))
