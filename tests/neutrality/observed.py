"""What one visit showed, as a flat table, so that visits can be held against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.neutrality.world import Asked, World

_TICK = "/tick"
"""What the page asks for as often as time allows."""
_REPORTS = "/report?realm="
_PAGE_REPORT = f"{_REPORTS}page"
_RANDOM = ("sec-websocket-key", "downlink", "rtt")
"""Header values that are drawn by lot, or estimated from how fast answers came."""
_ESTIMATED = ("navigator.connection.downlink", "navigator.connection.rtt", "navigator.connection")


@dataclass(slots=True)
class Visit:
    """What one visit showed: requests by method and address, their headers, and what each realm saw."""

    requests: Counter[str] = field(default_factory=Counter)
    headers: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """By request and header (lower case); `names` stands for the header names in their order."""
    realms: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> Visit:
        """Everything that the visit's world got."""
        visit = cls(realms=dict(world.reports))
        frames_are_done = False
        for asked in world.asked:
            if asked.url.endswith(_TICK):
                continue
            place = f"{asked.method} {asked.url}"
            visit.requests[place] += 1
            for name, value in _headers(asked, frames_are_done):
                visit.headers.setdefault((place, name), set()).add(value)
            frames_are_done |= asked.url.endswith(_PAGE_REPORT)
        return visit


def _headers(asked: Asked, frames_are_done: bool) -> Iterable[tuple[str, str]]:
    named = [(name.lower(), value) for name, value in asked.headers]
    yield "names", " ".join(name for name, _ in asked.headers if name.lower() != "cookie" or frames_are_done)
    for name, value in named:
        if name in _RANDOM or (name == "content-length" and _REPORTS in asked.url):
            continue
        if name == "cookie":
            # Before, the frames set theirs in a race with the page.
            if not frames_are_done:
                continue
            value = "; ".join(sorted(value.split("; ")))
        yield name, value


Difference = tuple[str, str]
"""Where (a request, or a realm), and what of it."""
Values = dict[Difference, tuple[list[str | None], list[str | None]]]


def differences(bare: Sequence[Visit], recorded: Sequence[Visit]) -> Values:
    """What all bare visits agree on and some recorded visit contradicts, with the values of both sides."""
    found: Values = {}
    for place in sorted({place for visit in (*bare, *recorded) for place in visit.requests}):
        _compare(
            found, (place, "times"), [str(v.requests[place]) for v in bare], [str(v.requests[place]) for v in recorded]
        )
    for key in sorted({key for visit in (*bare, *recorded) for key in visit.headers}):
        # Only where the request was made at all: a request that is missing is told above.
        left, right = ([_header(v, key) for v in side if v.requests[key[0]]] for side in (bare, recorded))
        if left and right:
            _compare(found, key, left, right)
    for realm in sorted({realm for visit in (*bare, *recorded) for realm in visit.realms}):
        sides = [[visit.realms.get(realm) for visit in side] for side in (bare, recorded)]
        _compare(found, (realm, "reports"), *([str(seen is not None) for seen in side] for side in sides))
        there = [[seen for seen in side if seen is not None] for side in sides]
        for name in sorted({name for side in there for seen in side for name in seen} - set(_ESTIMATED)):
            left, right = ([seen.get(name) for seen in side] for side in there)
            if left and right:
                _compare(found, (realm, name), left, right)
    return found


def _header(visit: Visit, key: tuple[str, str]) -> str | None:
    values = visit.headers.get(key)
    return None if values is None else "\n".join(sorted(values))


def _compare(found: Values, key: Difference, bare: list[str | None], recorded: list[str | None]) -> None:
    if len(set(bare)) == 1 and set(recorded) != set(bare):
        found[key] = (bare, recorded)
