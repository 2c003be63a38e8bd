"""Holds what a recorded visit did and saw against what a bare one did and saw, and knows what is left between them.

Recording must change nothing. What it changes all the same stands in `KNOWN`, once and completely: `tests/neutrality`
fails for anything else, and for an entry that has come to nothing; `doctor` shows a short form of the same on the
browser at hand. Why, and what was mended, is told in `decisions/0010-neutrality.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

_DRAWN = ("sec-websocket-key", "downlink", "rtt", "content-length")
"""Header values that are drawn by lot, or estimated, or follow from a body, which is compared itself."""
_IDENTITY = ("accept-language", "sec-ch-ua", "user-agent")
"""Beginnings of the header names that the DevTools override gives or moves."""


class Known(NamedTuple):
    """One thing that a recorded visit changes, with the reason. `where` and `what` are patterns; see `Difference`."""

    where: str
    what: str
    why: str


_PERSON = (
    "the user agent hints and languages of a person's browser, in place of the blank ones that the switches leave; "
    "the headless shell has no other way to be given them than DevTools"
)
KNOWN = (
    Known("*://*", "sec-ch-ua*", _PERSON),
    Known("*://*", "accept-language", "given to every request, also to a prefetch for another site, which sends none"),
    Known("*://*", "order of all headers", "what the override gives stands elsewhere among the headers"),
    Known("realm *", "navigator.userAgentData", _PERSON),
    Known("realm *", "navigator.languages", _PERSON),
    Known("realm *", "another realm's navigator", _PERSON),
    Known("*://*prerender*", "times", "Chromium prerenders no page while a DevTools client holds its tab"),
)
"""Measured with Chromium 156 (headless shell) and Playwright 1.65 on 2026-11-27."""


Difference = tuple[str, str]
"""Where: `METHOD URL`, or `realm NAME`. What: `times`, a header's name in lower case, or what a script asked for."""
Values = dict[Difference, tuple[list[str | None], list[str | None]]]
"""What the bare visits showed there, and what the recorded ones did; None for nothing."""


@dataclass(slots=True)
class Shown:
    """What one visit did and saw, told by its pages and their server."""

    requests: Counter[str] = field(default_factory=Counter)
    """How often each `METHOD URL` came."""
    headers: dict[Difference, set[str]] = field(default_factory=dict)
    realms: dict[str, dict[str, str]] = field(default_factory=dict)
    """What the scripts of each page, frame and worker saw."""

    def request(
        self, method: str, url: str, headers: Sequence[tuple[str, str]], body: bytes, leave_out: Iterable[str] = ()
    ) -> None:
        """Note one request: header lines as they came. `leave_out` names headers whose values depend on a race."""
        place = f"{method} {url}"
        self.requests[place] += 1
        left_out = {*_DRAWN, *leave_out}
        names = [name.lower() for name, _ in headers if name.lower() not in leave_out]
        self._note(place, "order of all headers", " ".join(names))
        self._note(place, "order of headers", " ".join(name for name in names if not name.startswith(_IDENTITY)))
        self._note(place, "body", body[:200].decode("utf-8", "replace"))
        for name, value in headers:
            if name.lower() not in left_out:
                # A cookie's place tells when it was made, which is a matter of who is first.
                kept = "; ".join(sorted(value.split("; "))) if name.lower() == "cookie" else value
                self._note(place, name.lower(), kept)

    def realm(self, name: str, seen: Mapping[str, object], leave_out: Iterable[str] = ()) -> None:
        """Note what the scripts of one realm saw."""
        left_out = set(leave_out)
        self.realms[name] = {key: str(value) for key, value in seen.items() if key not in left_out}

    def _note(self, place: str, what: str, value: str) -> None:
        self.headers.setdefault((place, what), set()).add(value)


def differences(bare: Sequence[Shown], recorded: Sequence[Shown]) -> Values:
    """What all bare visits agree on, and at least one recorded visit contradicts.

    Where the bare visits differ among themselves, nothing can be said. A request or realm that is missing is one
    difference, and not one for each of its headers.
    """
    found: Values = {}
    everybody = (*bare, *recorded)
    for place in sorted({place for visit in everybody for place in visit.requests}):
        _compare(found, (place, "times"), *([str(v.requests[place]) for v in side] for side in (bare, recorded)))
    for key in sorted({key for visit in everybody for key in visit.headers}):
        sides = [[_joined(v.headers.get(key)) for v in side if v.requests[key[0]]] for side in (bare, recorded)]
        _compare(found, key, *sides)
    for name in sorted({name for visit in everybody for name in visit.realms}):
        where = f"realm {name}"
        there = [[str(name in visit.realms) for visit in side] for side in (bare, recorded)]
        _compare(found, (where, "reports"), *there)
        seen = [[visit.realms[name] for visit in side if name in visit.realms] for side in (bare, recorded)]
        for what in sorted({what for side in seen for realm in side for what in realm}):
            _compare(found, (where, what), *([realm.get(what) for realm in side] for side in seen))
    return found


def known(difference: Difference) -> Known | None:
    """The entry of `KNOWN` that names it, or None: then it is an effect that nobody has accounted for."""
    where, what = difference
    return next((one for one in KNOWN if fnmatchcase(where, one.where) and fnmatchcase(what, one.what)), None)


def _joined(values: set[str] | None) -> str | None:
    return None if values is None else "\n".join(sorted(values))


def _compare(found: Values, key: Difference, bare: Sequence[str | None], recorded: Sequence[str | None]) -> None:
    if bare and recorded and len(set(bare)) == 1 and set(recorded) != set(bare):
        found[key] = (list(bare), list(recorded))
