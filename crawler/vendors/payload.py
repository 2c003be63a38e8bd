"""What one request carries besides its event: client ids, page data, user data, and what could not be read.

Read only when somebody asks: matching does not need it.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import orjson

from crawler.parsing import RequestFacts, facts
from crawler.parsing.bodies import MAX_BODY
from crawler.parties import etld_plus_one, host_of
from crawler.vendors import user_data
from crawler.vendors.user_data import UserData

MAX_NAMES = 20
"""Names of one kind that are kept."""
MAX_NAME = 80
_TOKEN = "[redacted:"
_EMAIL_TOKEN = re.compile(r"\[redacted:[0-9a-f]{16}:\d{1,7}:email\]")
_ALL_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}\s*")
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")

CLIENT_IDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "google-analytics": ("cid", "uid"),
        "google-analytics-advertising": ("cid", "_gid"),
        "universal-analytics": ("cid", "_gid", "uid"),
        "google-ads": ("auid", "gclaw"),
        "floodlight": ("auiddc", "auid"),
        "meta-pixel": ("fbp", "fbc", "_fbp", "_fbc"),
        "microsoft-uet": ("sid", "vid"),
        "hubspot": ("vi", "u", "b"),
        "marketo": ("_mchTk",),
        "pardot": ("visitor_id",),
        "linkedin-insight": ("li_adsId",),
        "tiktok-pixel": ("context.user.anonymous_id", "context.user.ttp"),
        "snap-pixel": ("u_c1", "u_scsid"),
        "reddit-pixel": ("uuid",),
        "segment": ("anonymousId", "userId"),
        "rudderstack": ("anonymousId", "userId"),
        "amplitude": ("device_id", "user_id"),
        "mixpanel": ("distinct_id", "$device_id"),
        "posthog": ("distinct_id", "$device_id"),
        "matomo": ("_id", "uid", "cid"),
        "adobe-analytics": ("mid", "aid", "fid", "vid"),
        "adobe-audience-manager": ("d_mid", "d_uuid"),
        "quantcast": ("fpa",),
        "criteo": ("bundle",),
        "bizible": ("_biz_u",),
    }
)
"""Parameters that hold the vendor's id of the browser. Of the reference's captures and the vendors' own words where the
catalogue has them; a name that is missing is still found when the recorder hid a stored value in it."""

_TITLES = frozenset({"dt", "tl", "tiba", "title", "pagetitle", "page_title", "documenttitle"})
"""Parameters for the page's title; its address and referrer are told by their value."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What a request carries. Names are those of parameters, bounded in number and length."""

    encoding: str
    """Of the body: none, form, json, lines, multipart, base64, gzip, opaque."""
    client_ids: tuple[str, ...]
    page_data: tuple[str, ...]
    """Parameters with the address, title or referrer of a page of the site."""
    user_data: tuple[UserData, ...]
    undecodable_bytes: int
    """Of the body, as far as nothing could be read from it."""


def read(
    request: RequestFacts, vendor: str = "", body: str | None = None, body_bytes: int = 0, page_url: str = ""
) -> Payload:
    """What a request carries, of a vendor of the catalogue (`vendor` is its key) or of anybody else.

    `body` is the evidence's text (`base64:...` for what is no text) and `body_bytes` its true size. Never raises on
    what a site sends.
    """
    encoding, unread, inner = _opened(request.body, body, body_bytes)
    if inner is not None:
        request = facts(request.url, request.method, inner) or request
    params = request.params
    site = etld_plus_one(host_of(page_url)) if page_url else ""
    return Payload(
        encoding=encoding,
        client_ids=_bounded(name for name, values in params.items() if _is_client_id(vendor, name, values)),
        page_data=_bounded(name for name, values in params.items() if _is_page_data(name, values, site)),
        user_data=user_data.find(vendor, params)[:MAX_NAMES],
        undecodable_bytes=unread,
    )


def _opened(text: str, body: str | None, size: int) -> tuple[str, int, str | None]:
    """How the body was encoded, the bytes of it that stay unread, and the text inside where another one must be read.

    `text` is what was read of the recorded `body`: itself, or what a compressed one holds.
    """
    if not body:
        return ("opaque", size, None) if size > 0 else ("none", 0, None)
    opaque = "opaque", max(size, 0) or len(body), None
    encoding = _encoding(text)
    if body.startswith("base64:"):
        # Of what a compressed body grows to, only the first part is read.
        return opaque if encoding == "opaque" else ("gzip", size if len(text) >= MAX_BODY else 0, None)
    if _ALL_BASE64.fullmatch(text) and (inner := _plain(text)):
        return "base64", 0, inner
    if encoding == "opaque":
        return opaque
    # What the recorder hid changes the length, so a difference counts only where the bound was met.
    return encoding, max(0, size - MAX_BODY) if len(text) >= MAX_BODY else 0, None


def _encoding(text: str) -> str:
    start = text.lstrip()
    if start[:1] in ("{", "["):
        try:
            orjson.loads(start.encode("utf-8", "replace"))
        except (orjson.JSONDecodeError, RecursionError):
            return "lines" if "\n" in start and _is_json(start.split("\n", 1)[0]) else "opaque"
        return "json"
    if start.startswith("--") and "name=" in start:
        return "multipart"
    lines = [line for line in start.splitlines()[:50] if line.strip()]
    if not lines or not all(_is_form(line) for line in lines):
        return "opaque"
    return "lines" if len(lines) > 1 else "form"


def _is_json(line: str) -> bool:
    try:
        orjson.loads(line.encode("utf-8", "replace"))
    except (orjson.JSONDecodeError, RecursionError):
        return False
    return True


def _is_form(line: str) -> bool:
    name, equals, _ = line.partition("=")
    return bool(equals) and 0 < len(name) <= 200 and not any(c.isspace() or c in "<>{}\"'" for c in name)


def _plain(text: str) -> str | None:
    """The text that base64 holds, where it is one that can be read."""
    packed = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        plain = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return None if _BINARY.search(plain) or _encoding(plain) == "opaque" else plain


def _is_client_id(vendor: str, name: str, values: list[str]) -> bool:
    known = CLIENT_IDS.get(vendor, ())
    if any(values) and (name in known or name.rpartition(".")[2] in known):
        return True
    # The recorder hides the values of the visit's cookies and storage: such a token is one of them.
    return any(_TOKEN in value and _TOKEN in _EMAIL_TOKEN.sub("", value) for value in values[:MAX_NAMES])


def _is_page_data(name: str, values: list[str], site: str) -> bool:
    if name.rpartition(".")[2].lower() in _TITLES:
        return any(values)
    return bool(site) and any(
        value.startswith(("https://", "http://")) and etld_plus_one(host_of(value[:2_000])) == site
        for value in values[:MAX_NAMES]
    )


def _bounded(names: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, None] = {}
    for name in names:
        kept.setdefault(name[:MAX_NAME])
        if len(kept) >= MAX_NAMES:
            break
    return tuple(kept)
