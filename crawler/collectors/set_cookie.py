"""Set-Cookie lines: parsed as RFC 6265bis says, and paired with the browser's decision on each."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from crawler.bundle.redact import Redactor
from crawler.collectors.netlog.records import CookieStatus, Hop
from crawler.evidence import SetCookie
from crawler.parties import host_of

MAX_LINE_CHARS = 65_536
NO_CREDENTIALS = "NO_CREDENTIALS"
"""Why an answer's cookies were not stored: its request was made without credentials, as a `fetch` of another origin is
unless it asks for them. The browser does not even weigh them, so the word is ours."""
_DELIMITER = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class CookieLine:
    """One Set-Cookie line in its parts."""

    name: str
    value: str
    domain: str
    """Domain attribute without its leading dot, or the host of the response."""
    path: str
    asked_lifetime_s: float | None
    secure: bool
    http_only: bool
    same_site: str | None
    partitioned: bool
    path_given: bool = False
    domain_given: bool = False

    def row(self, redactor: Redactor, blocked: tuple[str, ...]) -> SetCookie:
        """The line as evidence, its value hashed."""
        return SetCookie(
            name=self.name[:4096],
            domain=self.domain,
            path=self.path[:4096],
            value_hash=redactor.hash(self.value),
            value_length=len(self.value),
            asked_lifetime_s=self.asked_lifetime_s,
            secure=self.secure,
            http_only=self.http_only,
            same_site=self.same_site,
            partitioned=self.partitioned,
            blocked=blocked,
        )


def parse(line: str, url: str, now_unix_s: float) -> CookieLine:
    """Parse a line that came with a response from `url`; `now_unix_s` is the server's time, to count Expires from."""
    pair, *attributes = line[:MAX_LINE_CHARS].split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    found: dict[str, str] = {}
    for attribute in attributes:
        key, _, content = attribute.partition("=")
        found[key.strip().lower()] = content.strip()
    host, _, path = url.partition("://")[2].partition("#")[0].partition("?")[0].partition("/")
    default_path = "/" + path.rpartition("/")[0]
    same_site = found.get("samesite", "").lower()
    return CookieLine(
        name=name.strip(),
        value=value.strip(),
        domain=(found.get("domain", "").lstrip(".").lower() or host_of(url) or host.lower())[:1024],
        path=found["path"] if found.get("path", "").startswith("/") else default_path,
        asked_lifetime_s=_lifetime(found, now_unix_s),
        secure="secure" in found,
        http_only="httponly" in found,
        same_site={"strict": "Strict", "lax": "Lax", "none": "None"}.get(same_site),
        partitioned="partitioned" in found,
        path_given=found.get("path", "").startswith("/"),
        domain_given=bool(found.get("domain", "").lstrip(".")),
    )


def of_hop(hop: Hop) -> list[tuple[CookieLine, tuple[str, ...], CookieStatus | None]]:
    """Each line of a response with the reasons why it was refused (none: stored) and the browser's own record."""
    # A line that deletes a cookie is an `expire`.
    statuses = [s for s in hop.cookie_statuses if s.operation in ("store", "expire")]
    named: dict[str, list[CookieStatus]] = {}
    nameless: list[CookieStatus] = []
    for status in statuses:
        if status.name is None:
            nameless.append(status)
        else:
            named.setdefault(status.name, []).append(status)
    now = parse_date(hop.response_headers.get("date", "")) or hop.unix_ms / 1000
    lines = [parse(line, hop.url, now) for line in hop.set_cookie]
    paired: list[tuple[CookieLine, tuple[str, ...], CookieStatus | None]] = []
    for line in lines:
        queue = named.get(line.name) or nameless
        decision = queue.pop(0) if queue else None
        if decision is not None:
            reasons = decision.reasons
        elif hop.saves_no_cookies:
            reasons = (NO_CREDENTIALS,)
        else:
            reasons = ("UNKNOWN",) if statuses or hop.error else ()
        paired.append((line, reasons, decision))
    return paired


def _lifetime(attributes: dict[str, str], now_unix_s: float) -> float | None:
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?[0-9]{1,18}", age):
        return float(age)
    expires = parse_date(attributes.get("expires", ""))
    return None if expires is None else expires - now_unix_s


def parse_date(text: str) -> float | None:
    """Unix seconds of a cookie date by the lenient rules of RFC 6265 section 5.1.1; None when it is none."""
    clock: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _DELIMITER.split(text[:256]):
        time = _TIME.match(token)
        if clock is None and time:
            clock = (int(time[1]), int(time[2]), int(time[3]))
        elif day is None and re.match(r"\d{1,2}(?!\d)", token, re.ASCII):
            day = int(re.match(r"\d{1,2}", token, re.ASCII)[0])  # type: ignore[index]
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and re.match(r"\d{2,4}(?!\d)", token, re.ASCII):
            year = int(re.match(r"\d{2,4}", token, re.ASCII)[0])  # type: ignore[index]
    if clock is None or day is None or month is None or year is None:
        return None
    year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    if not 1 <= day <= 31 or year < 1601 or clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
        return None
    return float(calendar.timegm((year, month, day, *clock)))
