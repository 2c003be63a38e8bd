"""Rows of the evidence for the requests and cookies of one page load of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crawler.bundle import consent_ids
from crawler.bundle.redact import CONSENT_COOKIES, Redactor
from crawler.collectors import consent, set_cookie
from crawler.collectors.body_text import body_text
from crawler.collectors.devtools.initiators import initiator
from crawler.collectors.har.archive import HarEntry
from crawler.collectors.har.page_loads import PageLoad, leads_to
from crawler.collectors.identifiers import Carried, IdentifierIndex, parts
from crawler.collectors.netlog.wire.body import KEPT_BYTES
from crawler.collectors.secrets_of_visit import VisitSecrets
from crawler.collectors.set_cookie import CookieLine
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import ConsentState, Cookie, Initiator, Request
from crawler.parties import Party, etld_plus_one, host_of, party

MAX_COOKIES = 20_000
MAX_LABELS = 128
"""Of a host's name; a real one has at most 127 (RFC 1035, from memory)."""
MAX_PLACE = 1 << 31
"""Lines and columns beyond are none."""
_TYPES = {
    "csp-violation-report": "csp-report",
    "texttrack": "media",
    "cspviolationreport": "csp-report",
}
_KNOWN_TYPES = frozenset(
    {
        "document", "stylesheet", "image", "media", "font", "script", "xhr", "fetch", "ping", "prefetch",
        "eventsource", "websocket", "preflight", "csp-report", "manifest", "webtransport",
    }
)  # fmt: skip
_BY_MIME = {
    "text/html": "document",
    "text/css": "stylesheet",
    "application/json": "xhr",
    "application/manifest+json": "manifest",
    "text/event-stream": "eventsource",
}


class HarRows:
    """Makes the rows of one page load."""

    def __init__(self, load: PageLoad, visit: VisitKey, redactor: Redactor) -> None:
        self._load = load
        self._visit = visit
        self._redactor = redactor
        self._lines = [(entry, line) for entry in load.entries for line in _set_cookies(entry)]
        named = dict(_cookie_values(load, self._lines))
        values: list[str] = []
        for value, (name, _) in named.items():
            values += consent_ids.ids(name, value) if CONSENT_COOKIES.match(name) else [value]
        own = {v: o for v, o in named.items() if party(o[1], visit.page_url, visit.own_domains) is Party.FIRST}
        others = _values_of_others(load, self._lines, visit)
        # Whoever recorded this may have been a person: the parts that alone identify are secrets, too.
        self._secrets = VisitSecrets(redactor, [*values, *(part for value in values for part in parts(value))])
        self._identifiers = IdentifierIndex(own, redactor, public=(visit.page_url,), others=others)

    def requests(self) -> Iterator[Request]:
        """One row for each request, in the order of time."""
        led_from: dict[str, str] = {}
        for entry in self._load.entries:
            yield self._request(entry, led_from.pop(entry.url, None))
            if target := leads_to(entry):
                led_from[target] = entry.url

    def cookies(self) -> Iterator[Cookie]:
        """One row for each cookie that an answer set or a request carried; how they stood in the end is not known."""
        rows: dict[tuple[str, str], Cookie] = {}
        for entry, line in self._lines:
            rows[line.name, line.domain] = self._cookie(line, entry)
        set_on = frozenset(rows)
        for entry in self._load.entries:
            host = host_of(entry.url)
            above = _and_above(host)
            for name, value in _pairs(entry.headers.get("cookie", "")):
                if (name, host) not in rows and not any((name, domain) in set_on for domain in above):
                    rows[name, host] = self._row(name, host, value)
            if len(rows) > MAX_COOKIES:
                break
        yield from list(rows.values())[:MAX_COOKIES]

    def consent(self) -> list[ConsentState]:
        """Consent states in cookies, as the last request or answer had them; of interfaces and storage a HAR tells
        nothing."""
        last: dict[tuple[str, str], str] = {}
        for value, (name, domain) in _cookie_values(self._load, self._lines):
            # A request does not tell its cookie's domain: one cookie of a site is one state.
            last[name, etld_plus_one(domain)] = value
        return consent.rows(self._visit, cookies=(consent.CookieValue(n, d, v) for (n, d), v in last.items()))

    def _request(self, entry: HarEntry, led_from: str | None) -> Request:
        host_is_other = party(entry.url, self._visit.page_url, self._visit.own_domains) is Party.THIRD
        carried = self._identifiers.find(entry.url, entry.body[:KEPT_BYTES]) if host_is_other else Carried()
        return Request(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            frame_url=None,
            target="page",
            method=entry.method,
            url=self._secrets.url(entry.url),
            resource_type=resource_type(entry),
            headers=self._secrets.headers(entry.headers),
            body=body_text(entry.body[:KEPT_BYTES], entry.body_bytes if entry.body else 0, self._secrets),
            body_bytes=entry.body_bytes,
            initiator=self._initiator(entry),
            redirected_from=None if led_from is None else self._secrets.url(led_from),
            sent_ms=entry.started_unix_ms - self._visit.started_unix_ms,
            sec_gpc=entry.headers.get("sec-gpc") == "1",
            status=entry.status,
            response_headers=self._secrets.headers(entry.response_headers),
            set_cookie=tuple(line.row(self._redactor, ()) for line in _set_cookies(entry)),
            seen_by="har",
            own_traffic=False,
            on_wire=not entry.cached and entry.unsent is None,
            wire_class="cache" if entry.cached else entry.unsent,
            error=entry.error,
            cookies_sent=tuple(name[:4096] for name, _ in _pairs(entry.headers.get("cookie", ""))),
            identifiers=carried.own,
            identifiers_of_others=carried.of_others,
        )

    def _initiator(self, entry: HarEntry) -> Initiator:
        try:
            found = initiator(dict(entry.initiator))
        except (TypeError, ValueError, AttributeError, ArithmeticError):
            return Initiator(type="unknown")
        return Initiator(
            type=found.type,
            url=None if found.url is None else self._secrets.url(found.url),
            line=_place(found.line),
            column=_place(found.column),
            stack=tuple(self._secrets.text(frame) for frame in found.stack),
        )

    def _cookie(self, line: CookieLine, entry: HarEntry) -> Cookie:
        return replace(
            self._row(line.name, line.domain, line.value),
            path=line.path[:4096],
            set_by="http",
            setter_url=self._secrets.url(entry.url),
            set_ms=entry.started_unix_ms - self._visit.started_unix_ms,
            asked_lifetime_s=line.asked_lifetime_s,
            secure=line.secure,
            http_only=line.http_only,
            same_site=line.same_site,
        )

    def _row(self, name: str, domain: str, value: str) -> Cookie:
        """A cookie as a request's header tells of it: name and value, and nothing of who set it and for how long."""
        return Cookie(
            visit=self._visit.id,
            arm=self._visit.arm,
            repetition=self._visit.repetition,
            page_url=self._visit.page_url,
            name=name[:4096],
            domain=domain,
            path="/",
            value_hash=self._redactor.hash(value),
            value_length=len(value),
            party=party(domain, self._visit.page_url, self._visit.own_domains).value,
            set_by="unknown",
            setter_url=None,
            setter_line=None,
            set_ms=None,
            asked_lifetime_s=None,
            stored_lifetime_s=None,
            secure=False,
            http_only=False,
            same_site=None,
            partition_key=None,
            blocked_reason=None,
        )


def resource_type(entry: HarEntry) -> str:
    """The kind of a request in the words of the evidence: as the tool says, else by its headers."""
    told = _TYPES.get(entry.resource_type or "", entry.resource_type or "")
    if told in _KNOWN_TYPES:
        return told
    if entry.method == "OPTIONS" and "access-control-request-method" in entry.headers:
        return "preflight"
    if entry.url.startswith(("ws:", "wss:")):
        return "websocket"
    kind = entry.mime.partition("/")[0]
    if kind in ("image", "font"):
        return kind
    if kind in ("audio", "video"):
        return "media"
    if "javascript" in entry.mime or "ecmascript" in entry.mime:
        return "script"
    return _BY_MIME.get(entry.mime, "other")


def _place(number: int | None) -> int | None:
    return number if number is not None and 0 < number < MAX_PLACE else None


def _and_above(host: str) -> tuple[str, ...]:
    """The host and the domains above it."""
    labels = host.split(".")[:MAX_LABELS]
    return tuple(".".join(labels[at:]) for at in range(len(labels)))


def _set_cookies(entry: HarEntry) -> Iterator[CookieLine]:
    now = set_cookie.parse_date(entry.response_headers.get("date", "")) or entry.started_unix_ms / 1000
    for line in entry.set_cookie:
        yield set_cookie.parse(line, entry.url, now)


def _cookie_values(load: PageLoad, lines: list[tuple[HarEntry, CookieLine]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Value, and name and domain of its cookie; the last one told of stands."""
    for entry in load.entries:
        for name, value in _pairs(entry.headers.get("cookie", "")):
            yield value, (name, host_of(entry.url))
    for _, line in lines:
        yield line.value, (line.name, line.domain)


def _values_of_others(
    load: PageLoad, lines: list[tuple[HarEntry, CookieLine]], visit: VisitKey
) -> dict[str, tuple[str, str]]:
    """Values of third parties' cookies to name and domain, by the answer that set a value where there is one: a Cookie
    header knows the host alone."""
    told = [(line.value, line.name, line.domain) for _, line in lines]
    for entry in load.entries:
        told += [(v, n, host_of(entry.url)) for n, v in _pairs(entry.headers.get("cookie", ""))]
    named: dict[str, tuple[str, str]] = {}
    for value, name, domain in told:
        if value and domain and party(domain, visit.page_url, visit.own_domains) is Party.THIRD:
            named.setdefault(value, (name, domain))
    return named


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            yield name, value
