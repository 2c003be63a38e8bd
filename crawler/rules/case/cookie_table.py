"""The cookie table while evidence streams by: one line per name and domain, with who set it and who was sent it.

Whether a cookie is listed, kept, refused, changed or sent, the compared visits say alone. The explaining visits only
name the setter, and what it asked for, where the compared ones cannot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crawler.evidence import Arm, Cookie, CookieEvent, Request
from crawler.parties import host_of
from crawler.rules.case.inventory import CookieSeen
from crawler.rules.case.request_row import MAX_URL
from crawler.rules.case.steps import earlier
from crawler.rules.case.tally import MAX_NAMES
from crawler.vendors.cookie_owner import CookieOwner

MAX_COOKIES = 5000
"""Different cookies kept; a site that makes up names can not fill the memory."""
MAX_SENT = 20_000
"""Different pairs of a cookie's name and a host that was sent it."""
MAX_HOSTS = 10
"""Hosts that one line names."""
MAX_WORDS = 10
"""Reasons and partition keys of one line."""

CHANGES = ("set", "changed", "deleted", "refused")
_WAYS = frozenset({"http", "script", "cookie-store"})
_BY_SCRIPT = frozenset({"script", "cookie-store"})
"""The compared arms tell a script by elimination, and not by which of its two ways it wrote."""

Whose = Callable[[str, str, str, str, str | None], CookieOwner]
"""Name, domain, party, way of setting and the setter's address to whose cookie it is."""

_Rank = tuple[bool, bool, bool]
"""Of a row that names a setter, the best first: not refused, of the jar (who set it last), with an address."""


@dataclass(slots=True)
class _Line:
    party: str
    vendor: str
    setters: dict[tuple[_Rank, str], tuple[str, int]] = field(default_factory=dict)
    """Rank and way to the first of its setters by address and line, so that the order of rows does not matter."""
    asked_s: dict[bool, float] = field(default_factory=dict)
    """By whether the cookie was refused: the longest lifetime asked for."""
    lifetime_s: float | None = None
    partition_keys: set[str] = field(default_factory=set)
    reasons: set[str] = field(default_factory=set)
    changes: Counter[str] = field(default_factory=Counter)
    step: str | None = None
    stored: bool = False
    arms: set[str] = field(default_factory=set)


class CookieTable:
    """Every cookie of every party so far."""

    def __init__(self) -> None:
        self._compared: dict[tuple[str, str], _Line] = {}
        self._explaining: dict[tuple[str, str], _Line] = {}
        self._sent: dict[str, Counter[str]] = {}
        self._pairs = 0
        self.not_listed: Counter[str] = Counter()
        """By stream: rows of compared visits that found no room."""

    def take_request(self, request: Request) -> None:
        """Which cookies went where, by their names; the domain of a line says later which of them were meant."""
        host = host_of(request.url)[:253]
        for name in request.cookies_sent[:MAX_NAMES]:
            if host not in self._sent.get(name[:200], ()):
                if self._pairs >= MAX_SENT:
                    continue
                self._pairs += 1
            self._sent.setdefault(name[:200], Counter())[host] += 1

    def take_cookie(self, cookie: Cookie, domain: str, vendor: str) -> None:
        """One cookie of the jar, or a refused one."""
        line = self._line("cookies", cookie.arm, cookie.name, domain, cookie.party, vendor)
        if line is None:
            return
        refused = cookie.blocked_reason is not None
        _name_setter(line, cookie, refused=refused, of_jar=True)
        if cookie.stored_lifetime_s is not None:
            line.lifetime_s = max(line.lifetime_s or 0.0, cookie.stored_lifetime_s)
        line.arms.add(cookie.arm)
        line.stored |= not refused
        _add(line.partition_keys, [cookie.partition_key])
        _add(line.reasons, (cookie.blocked_reason or "").split(", "))

    def take_event(self, event: CookieEvent, domain: str, party: str, vendor: str) -> None:
        """One change or refusal of a cookie."""
        if event.what not in CHANGES:
            return
        line = self._line("cookie_events", event.arm, event.name, domain, party, vendor)
        if line is None:
            return
        line.changes[event.what] += 1
        line.arms.add(event.arm)
        _add(line.partition_keys, [event.partition_key])
        _add(line.reasons, (event.blocked_reason or "").split(", "))
        if event.what != "deleted":
            _name_setter(line, event, refused=event.what == "refused", of_jar=False)
        if event.what == "set":
            line.step = event.step if line.step is None else earlier(line.step, event.step)
        if event.what in ("set", "changed"):
            line.stored = True
            if event.stored_lifetime_s is not None:
                line.lifetime_s = max(line.lifetime_s or 0.0, event.stored_lifetime_s)

    def knows(self, name: str, domain: str, arm: Arm) -> bool:
        """Whether the cookie has a line already."""
        return (name[:200], domain[:253]) in self._lines(arm)

    def rows(self, owner: Callable[[str], str], whose: Whose) -> tuple[CookieSeen, ...]:
        """All lines that a compared visit stands for; `owner` gives the vendor of a setter's address."""
        return tuple(self._seen(*key, self._compared[key], owner, whose) for key in sorted(self._compared))

    def _lines(self, arm: Arm) -> dict[tuple[str, str], _Line]:
        return self._explaining if arm is Arm.TRACE else self._compared

    def _line(self, stream: str, arm: Arm, name: str, domain: str, party: str, vendor: str) -> _Line | None:
        lines, key = self._lines(arm), (name[:200], domain[:253])
        if key not in lines:
            if len(lines) >= MAX_COOKIES:
                self.not_listed[stream] += arm is not Arm.TRACE
                return None
            lines[key] = _Line(party, vendor)
        lines[key].vendor = lines[key].vendor or vendor
        return lines[key]

    def _seen(self, name: str, domain: str, line: _Line, owner: Callable[[str], str], whose: Whose) -> CookieSeen:
        explained = self._explaining.get((name, domain))
        set_by, url, number = _setter(line, explained)
        compared_way, compared_url, _ = _setter(line, None)
        asked_s = line.asked_s.get(not line.stored)
        if asked_s is None and explained is not None:
            asked_s = explained.asked_s.get(not line.stored)
        found = whose(name, domain, line.party, set_by, url)
        documented = None if found.fact is None or found.fact.lifetime_days is None else found.fact.lifetime_days
        hosts = {h: n for h, n in self._sent.get(name, {}).items() if h == domain or h.endswith("." + domain)}
        return CookieSeen(
            name=name,
            domain=domain,
            party=line.party,
            vendor=(line.vendor or found.vendor)[:253],
            set_by=set_by,
            setter_url=url,
            setter_line=number,
            setter_vendor=owner(url) if url else "",
            lifetime_s=line.lifetime_s,
            asked_lifetime_s=asked_s,
            partition_keys=tuple(sorted(line.partition_keys)),
            stored=line.stored,
            blocked_reasons=tuple(sorted(line.reasons)),
            sent_to=tuple(sorted(hosts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_HOSTS]),
            sent_hosts=len(hosts),
            changes={word: line.changes[word] for word in CHANGES if line.changes[word]},
            step=(line.step or "")[:40],
            arms=tuple(sorted(line.arms)),
            basis=str(found.basis),
            why=found.why[:300],
            judged=whose(name, domain, line.party, compared_way, compared_url),
            setter_explained=url is not None and compared_url is None,
            documented_lifetime_s=None if documented is None else documented * 86_400,
            documented_verified=found.fact is not None and found.fact.verified,
        )


def _name_setter(line: _Line, row: Cookie | CookieEvent, *, refused: bool, of_jar: bool) -> None:
    way = row.set_by if row.set_by in _WAYS else "unknown"
    place = ((row.setter_url or "")[:MAX_URL], row.setter_line or 0)
    key = ((refused, not of_jar, not place[0]), way)
    line.setters[key] = min(line.setters.get(key, place), place)
    asked = row.asked_lifetime_s
    if asked is not None and asked > 0:
        line.asked_s[refused] = max(line.asked_s.get(refused, 0.0), asked)


def _setter(line: _Line, explained: _Line | None) -> tuple[str, str | None, int | None]:
    """Way, address and line: what the compared visits say, made more exact by an explaining one that agrees."""
    said = next((way for _, way in sorted(line.setters) if way != "unknown"), "unknown")
    for setters in (line.setters, explained.setters if explained else {}):
        for rank, way in sorted(setters):
            url, number = setters[rank, way]
            if url and (said in ("unknown", way) or {way, said} <= _BY_SCRIPT):
                return way, url, number or None
    return said, None, None


def _add(words: set[str], more: Iterable[str | None]) -> None:
    """Keep the first `MAX_WORDS` in alphabetical order, so that the order of rows does not matter."""
    words.update(word[:200] for word in more if word)
    for word in sorted(words)[MAX_WORDS:]:
        words.discard(word)
