"""What a third party that nobody knows does like a tracker: signs from its requests and cookies, and how much they say.

A sign is no proof. One alone has everyday explanations; several that do not depend on each other have few. Only the
compared visits count. What scripts read of the browser is known from explaining visits alone, so it is told beside the
vendor and decides nothing (see decision 0012).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crawler.evidence import Request
from crawler.findings import Confidence
from crawler.parties import host_of
from crawler.rules.case.inventory import ActorSeen
from crawler.rules.case.model import Case, StoredCookie, VendorSeen
from crawler.vendors.model import KnownBy

UNNAMED = frozenset({KnownBy.NOBODY, KnownBy.FILTER_LIST})
"""Third parties that neither the catalogue nor third-party-web knows."""
PIXEL, BEACON = "pixel", "beacon"
"""What a single request does like a tracker."""
MAX_TEXT = 8_000
"""Characters of a query and of a body that are looked at."""
TINY_BYTES = 120
"""An image of one transparent pixel has 26 to 95 bytes as GIF, PNG or WebP (made and measured, 2026-11-28)."""
LEAST_PARAMETERS = 3
FINGERPRINTING = frozenset({"canvas", "webgl", "audio", "fonts", "battery", "media-devices"})
"""Kinds of calls that tell browsers apart; each by itself has everyday uses."""
LEAST_KINDS = 2

_SERVICE_COOKIES = (
    "awsalb", "awselb", "gclb", "visid_incap", "incap_ses", "nlbi_", "reese84", "_abck", "ak_bmsc", "bm_", "__cf",
    "_cfuvid", "cf_", "datadome", "ts01", "bigip", "arraffinity", "jsessionid", "phpsessid", "asp.net", "xsrf", "csrf",
    "_csrf", "__host-csrf", "laravel_session", "optanon", "cookieconsent",
)  # fmt: skip
"""Beginnings of names by which load balancers, bot defences, frameworks and consent banners keep their state. From
memory; they only excuse."""
_ZONES = ("africa/", "america/", "antarctica/", "asia/", "atlantic/", "australia/", "europe/", "pacific/", "etc/utc")
_LEAVING = frozenset({"unload-beacon", "fetch-later"})
_TELLING = frozenset({"ping", "xhr", "fetch", "other"})
_IMAGES = frozenset({"image", "other"})
"""`other` is what stands in recordings of tools that do not tell."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The signs of one vendor on one site, in words, the firmest first."""

    signs: tuple[str, ...] = ()
    beyond_cookies: bool = False
    """Some sign is another than a cookie: what is stored is the matter of undeclared-cookie-setter."""

    @property
    def confidence(self) -> Confidence:
        """By how many signs agree that do not depend on each other."""
        return (Confidence.LOW, Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)[min(len(self.signs), 3)]

    @property
    def says(self) -> str:
        """For the end of a message; empty without a sign."""
        if not self.signs:
            return ""
        like = " It behaves like a tracker" if self.beyond_cookies and len(self.signs) > 1 else " One sign of a tracker"
        return f" No catalogue knows it.{like}: {'; '.join(self.signs)}."


NO_SIGNS = Suspicion()


def acts_of(request: Request) -> Iterator[tuple[str, str]]:
    """What one request of an unnamed third party does, each with its words. Never raises on what a site sends."""
    query = request.url[: 2 * MAX_TEXT].partition("#")[0].partition("?")[2]
    if request.resource_type in _IMAGES and _is_tiny(request):
        parameters = sum(1 for part in query.replace(";", "&").split("&") if "=" in part)
        if parameters >= LEAST_PARAMETERS:
            yield PIXEL, "a request with parameters whose answer holds nothing to see"
    facts = _page_facts(f"{query[:MAX_TEXT]}&{(request.body or '')[:MAX_TEXT]}", request.page_url)
    beacon = request.resource_type == "ping" or request.wire_class in _LEAVING
    if facts and (beacon or (request.method == "POST" and request.resource_type in _TELLING and len(facts) > 1)):
        what = "a beacon" if beacon else "a message"
        yield BEACON, f"{what} that tells {' and '.join(facts)}"


def suspicion(case: Case, seen: VendorSeen) -> Suspicion:
    """The signs of a vendor on a site over all compared arms; none of one that is known by name."""
    if seen.known_by not in UNNAMED:
        return NO_SIGNS
    everywhere = list(case.by_arm(seen.site, seen.vendor).values())
    cookies = [c for c in case.stored if (c.site, c.vendor) == (seen.site, seen.vendor) and _identifies(c)]
    told = [i for v in everywhere for i in v.identifiers if not (i.constant or i.untold)]
    sent = sorted({i.name for i in told if len(i.visits) > 1})
    signs = []
    if sent:
        signs.append(f"it was sent the site's identifier {_names(sent)}")
    acts = {act: words for v in everywhere for act, words in v.acts.items()}
    signs += [f"it was sent {acts[act]}" for act in (PIXEL, BEACON) if act in acts]
    beyond = bool(signs)
    if cookies:
        names = sorted({c.name for c in cookies})
        days = round(max(c.lifetime_s or 0 for c in cookies) / 86_400)
        signs.append(f"it keeps {_names(names)} for {days} days, with another value in every fresh browser")
    return Suspicion(tuple(signs), beyond)


def fingerprinting(actors: Iterable[ActorSeen]) -> Mapping[str, tuple[str, ...]]:
    """By vendor: what its scripts read that together tells browsers apart; of those that read several such things."""
    found = {a.vendor: tuple(sorted({use.kind for use in a.uses} & FINGERPRINTING)) for a in actors if a.vendor}
    return {vendor: kinds for vendor, kinds in found.items() if len(kinds) >= LEAST_KINDS}


def _identifies(cookie: StoredCookie) -> bool:
    """Kept for more than a day, long enough for an identifier, another value in every visit, and of no known service.

    Values are hashed before they are written, so their length stands for what they can tell.
    """
    service = cookie.name.lower().startswith(_SERVICE_COOKIES)
    return cookie.lasting and not cookie.untold and len(cookie.visits) > 1 and not service


def _is_tiny(request: Request) -> bool:
    """Answered with nothing, or with an image too small to be seen."""
    if request.status == 204:
        return True
    headers = {name.lower(): value for name, value in request.response_headers.items()}
    size = request.response_bytes
    if size is None:
        length = headers.get("content-length", "")
        size = int(length) if length.isascii() and length.isdigit() and len(length) < 10 else None
    if request.status != 200 or size is None:
        return False
    return size == 0 or (size <= TINY_BYTES and headers.get("content-type", "").lower().startswith("image/"))


def _page_facts(text: str, page_url: str) -> list[str]:
    """What a query and a body tell of the page and the browser."""
    text = text.lower().replace("%25", "%").replace("%3a", ":").replace("%2f", "/").replace("\\/", "/")
    host = host_of(page_url)
    found = []
    if host and f"://{host}" in text:
        found.append("the page's address")
    if any(_is_screen(value) for value in text.replace('"', "&").replace("=", "&").replace(",", "&").split("&")):
        found.append("the screen's size")
    if any(zone in text for zone in _ZONES):
        found.append("the time zone")
    return found


def _is_screen(value: str) -> bool:
    """`1366x768`."""
    width, _, height = value.partition("x")
    return all(len(side) in (3, 4) and side.isascii() and side.isdigit() for side in (width, height))


def _names(names: list[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
