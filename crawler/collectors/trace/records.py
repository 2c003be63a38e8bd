"""What the instrument of an explaining visit reported: cookie writes, storage writes, calls. Bounded; never raises.

The reports come from the page's own process, so a page could forge them. They explain; nothing is judged by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from crawler.collectors.trace import call_sites
from crawler.collectors.trace.call_sites import CallSite

MAX_PAYLOAD_CHARS = 1 << 20
MAX_REALMS = 5_000
MAX_COOKIE_WRITES = 20_000
MAX_PLACES = 20_000
MAX_DETAILS = 16
MAX_VALUE_CHARS = 4_096
_MAX_URL, _MAX_TEXT = 2_048, 8_192
_MAX_COUNT = 1 << 53
_CLOCKS_APART_MS = 60_000
Fields = dict[str, str | float | bool | None]


@dataclass(slots=True)
class Realm:
    """A window, frame or worker that the instrument runs in."""

    session: str
    url: str
    """Its document's or script's, when the instrument began."""
    origin: str
    top: bool
    """A window's own document, not a frame inside it."""


@dataclass(frozen=True, slots=True)
class CookieWrite:
    """One write by a script, whatever became of it."""

    realm: Realm
    unix_ms: float
    via: str
    """document.cookie, cookieStore.set, cookieStore.delete."""
    line: str
    """What was assigned to `document.cookie`; empty for the cookie store."""
    fields: Fields
    """What the cookie store was given: name, value, domain, path, expires (Unix ms), maxAge, sameSite, partitioned."""
    document_url: str
    """Of the document that was written to, which need not be the script's own."""
    base_url: str
    """Where the document's own address is `about:`, the address that it inherited."""
    error: str | None
    """Name of the exception that the browser answered with."""
    site: CallSite


@dataclass(slots=True)
class Place:
    """Calls of one interface, or writes of one storage key, from one position of one script."""

    realm: Realm
    group: str
    """`Interface.member`, or `storage.` and the area."""
    subject: str
    """The storage key; empty for calls."""
    frame_url: str
    first_unix_ms: float
    site: CallSite
    count: int = 1
    last_unix_ms: float = 0
    sampled: bool = False
    """In a flood, calls were counted for the place that had called last."""
    details: list[str] = field(default_factory=list)
    value: str | None = None
    """The value written last, at most `MAX_VALUE_CHARS` of it; never written down like this."""
    value_length: int = 0


class TraceRecords:
    """Takes the instrument's reports. `dropped` counts what was beyond the limits or could not be understood."""

    def __init__(self, asking: str = "") -> None:
        """`asking` is the name of a function of ours; calls that it is behind are left out."""
        self._asking = asking
        self.realms: list[Realm] = []
        self.cookie_writes: list[CookieWrite] = []
        self.places: list[Place] = []
        self.problems: list[str] = []
        """What of the instrument could not be installed."""
        self.dropped = 0
        self._now_ms = 0.0
        self._realms: dict[tuple[str, int], Realm] = {}
        self._places: dict[tuple[int, int], Place] = {}

    def report(self, session: str, context: int, payload: str, now_ms: float) -> None:
        """Take one report of the realm with that execution context; `now_ms` is the recorder's own time."""
        self._now_ms = now_ms
        if len(payload) > MAX_PAYLOAD_CHARS:
            self.dropped += 1
            return
        try:
            message = orjson.loads(payload.encode("utf-8", "replace"))
            handler = _HANDLERS[message[0]]
            handler(self, self._realm(session, context), message)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            self.dropped += 1

    def calls(self) -> Iterator[Place]:
        """The places that called an interface."""
        return (place for place in self.places if not place.group.startswith("storage."))

    def storage_writes(self) -> Iterator[Place]:
        """The places that wrote to a storage area."""
        return (place for place in self.places if place.group.startswith("storage."))

    def _realm(self, session: str, context: int) -> Realm:
        key = (session, context)
        if key not in self._realms:
            if len(self._realms) >= MAX_REALMS:
                raise ValueError("too many realms")
            self._realms[key] = Realm(session, "", "", False)
        return self._realms[key]

    def _time(self, page_ms: Any) -> float:
        """The page's clock, unless somebody set it meanwhile, or the page lies."""
        return float(page_ms) if abs(float(page_ms) - self._now_ms) < _CLOCKS_APART_MS else self._now_ms

    def _began(self, realm: Realm, message: list[Any]) -> None:
        realm.url, realm.top, realm.origin = _text(message[1], _MAX_URL), message[2] == 1, _text(message[3], _MAX_URL)
        self.realms.append(realm)

    def _problem(self, realm: Realm, message: list[Any]) -> None:
        if len(self.problems) < 100:
            self.problems.append(_text(message[1], 300))

    def _cookie(self, realm: Realm, message: list[Any]) -> None:
        _, time, via, given, url, base, origin, error, frames = message
        if len(self.cookie_writes) >= MAX_COOKIE_WRITES:
            self.dropped += 1
            return
        fields = {str(k): v for k, v in given.items() if _is_field(v)} if isinstance(given, dict) else {}
        self.cookie_writes.append(
            CookieWrite(
                realm=realm,
                unix_ms=self._time(time),
                via=_text(via, 40),
                line=_text(given, _MAX_TEXT) if isinstance(given, str) else "",
                fields=fields,
                document_url=_text(url, _MAX_URL),
                base_url=_text(base, _MAX_URL),
                error=None if error is None else _text(error, 100),
                site=call_sites.read(frames),
            )
        )
        realm.origin = realm.origin or _text(origin, _MAX_URL)

    def _beyond(self, realm: Realm, message: list[Any]) -> None:
        self.dropped += 1

    def _place(self, realm: Realm, message: list[Any]) -> None:
        _, number, group, subject, url, origin, time, frames = message
        if self._asking and call_sites.names(frames, self._asking):
            return
        if len(self.places) >= MAX_PLACES:
            self.dropped += 1
            return
        key = (id(realm), int(number))
        realm.origin = realm.origin or _text(origin, _MAX_URL)
        place = Place(
            realm=realm,
            group=_text(group, 100),
            subject=_text(subject, 1024),
            frame_url=_text(url, _MAX_URL),
            first_unix_ms=self._time(time),
            last_unix_ms=self._time(time),
            site=call_sites.read(frames),
        )
        self.places.append(place)
        self._places[key] = place

    def _counts(self, realm: Realm, message: list[Any]) -> None:
        for number, count, last, sampled, details, value, length in message[1]:
            place = self._places.get((id(realm), int(number)))
            if place is None:
                continue
            place.count = max(place.count, min(int(count), _MAX_COUNT))
            place.last_unix_ms = self._time(last)
            place.sampled |= sampled == 1
            for detail in details[: MAX_DETAILS - len(place.details)]:
                place.details.append(_text(detail, 500))
            if isinstance(value, str):
                place.value, place.value_length = value[:MAX_VALUE_CHARS], int(length)


_HANDLERS: dict[str, Callable[[TraceRecords, Realm, list[Any]], None]] = {
    "r": TraceRecords._began,
    "x": TraceRecords._problem,
    "c": TraceRecords._cookie,
    "c+": TraceRecords._beyond,
    "p": TraceRecords._place,
    "n": TraceRecords._counts,
}


def _is_field(value: Any) -> bool:
    return (
        value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _MAX_TEXT)
    )


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value[:limit]
