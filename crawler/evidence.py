"""The evidence tables: what was recorded, row by row. Only shapes and meanings; no browser, no judgement.

Each dataclass is one stream of a run's bundle (`evidence/<stream>.jsonl.gz`, one row per line); its fields are the
columns. Units stand in the names. Times inside a visit (`*_ms`) count from the visit's navigation start; wall clock
times are UTC and appear only on `Visit`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, TypeVar, Union


class Arm(StrEnum):
    """One side of the comparison. `TRACE` explains and is never compared."""

    CONTROL = "control"
    GPC = "gpc"
    DNT = "dnt"
    NO_COOKIES = "no-cookies"
    DECLINE = "decline"
    OPT_OUT = "opt-out"
    GA_OPT_OUT = "ga-opt-out"
    TRACE = "trace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiator:
    """What caused a request: `type` is the browser's word (parser, script, preload, preflight, other, unknown)."""

    type: str
    url: str | None = None
    line: int | None = None
    """1-based, as editors count."""
    column: int | None = None
    """1-based."""
    stack: tuple[str, ...] = ()
    """Innermost call first, each `function url:line:column`; async parents follow after `(async) reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """One Set-Cookie line of a response, stored or refused."""

    name: str
    domain: str
    """The Domain attribute without its leading dot, or the host of the response."""
    path: str
    value_hash: str
    value_length: int
    asked_lifetime_s: float | None
    """What the site asked for by Max-Age or Expires; None for a session cookie; 0 or less deletes."""
    secure: bool
    http_only: bool
    same_site: str | None
    partitioned: bool
    blocked: tuple[str, ...] = ()
    """The browser's reasons why it did not store the cookie; empty when it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierSent:
    """A first-party cookie or storage value that was found inside a request to another party."""

    name: str
    """Name of the cookie or storage key."""
    domain: str
    """Cookie domain, or origin of the storage."""
    where: str
    """`url` or `body`."""
    value_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, hop by hop: a redirect is a row of its own that names its predecessor."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    frame_url: str | None
    target: str
    """page, frame, popup, worker, shared-worker, service-worker, worklet, browser."""
    method: str
    """HTTP verb; `GET` for a WebSocket handshake, told by `resource_type`."""
    url: str
    resource_type: str
    """document, stylesheet, image, media, font, script, xhr, fetch, ping, prefetch, eventsource, websocket, preflight,
    csp-report, manifest, favicon, other."""
    headers: Mapping[str, str]
    """As sent on the wire, names in lower case; values of secrets are redacted."""
    body: str | None
    """Decoded as UTF-8 where it is text, else `base64:...`; bounded, see `body_bytes` for the true size."""
    body_bytes: int
    initiator: Initiator
    redirected_from: str | None
    """URL of the hop before."""
    sent_ms: float
    sec_gpc: bool
    """True when the request itself carried `Sec-GPC: 1`."""
    status: int | None
    """None when no response came."""
    response_headers: Mapping[str, str]
    set_cookie: tuple[SetCookie, ...]
    seen_by: str
    """netlog, cdp, both."""
    own_traffic: bool
    """The browser's own doing, never charged to the site."""
    on_wire: bool = True
    """False for what never left the browser: cache, answers by a service worker, blocked by policy."""
    wire_class: str | None = None
    """Why one recorder alone saw it, or what became of it: unload-beacon, worker-script, worker-start, popup-start,
    preflight, report, favicon, download, fedcm, background-fetch, speculation, prefetch, upgraded, internal-redirect,
    cache, service-worker, blocked, failed, aborted, pending, own-traffic, unexplained."""
    error: str | None = None
    """net:: error when it failed."""
    cookies_sent: tuple[str, ...] = ()
    """Names of the cookies that went with the request."""
    identifiers: tuple[IdentifierSent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """One cookie as it stood in the jar after a visit, or as it was refused."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    name: str
    domain: str
    """Without its leading dot."""
    path: str
    value_hash: str
    value_length: int
    party: str
    """first, same-organisation, third: of the cookie's domain against the page."""
    set_by: str
    """http, script, cookie-store, unknown."""
    setter_url: str | None
    """The response, or the script, that set it last."""
    setter_line: int | None
    set_ms: float | None
    asked_lifetime_s: float | None
    stored_lifetime_s: float | None
    """None for a session cookie. Chromium stores at most 400 days."""
    secure: bool
    http_only: bool
    same_site: str | None
    partition_key: str | None
    blocked_reason: str | None
    """None when the cookie was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageItem:
    """One key of localStorage or sessionStorage after a visit."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    origin: str
    area: str
    """local or session."""
    key: str
    value_hash: str
    value_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Facts of the page itself, read after settling."""

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    final_url: str
    status: int | None
    title: str
    language: str | None
    links: tuple[str, ...]
    forms: int
    banners: tuple[str, ...]
    """Consent banners recognised, by product name."""
    opt_out_links: tuple[str, ...]
    """`text -> url` of links that offer an opt-out (Do Not Sell or Share, Your Privacy Choices)."""
    policy_links: tuple[str, ...]
    gpc_property: tuple[str, ...]
    """`frame url=value` of navigator.globalPrivacyControl in every frame that could be asked."""
    recaptcha: tuple[str, ...]
    """Variants found in the DOM: size=invisible, size=normal, render=<key>..."""
    screenshot: str | None
    """File under evidence/screens/."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalProof:
    """How one visit proved the state of its opt-out signal. All three must agree with the arm."""

    wanted: bool
    method: str
    """native, emulated, or none."""
    cdp: bool | None
    """What Browser.getGlobalPrivacyControl answered; None when it could not be asked."""
    property_values: tuple[str, ...]
    """Distinct values of the property over all frames: true, false, undefined."""
    requests_with: int
    """Requests that carried `Sec-GPC: 1`, of `requests_of` that could have."""
    requests_of: int
    exempt: int
    """Requests of kinds that the browser itself never gives the header (WebSocket, preflight, reports ...)."""
    proven: bool
    why: str
    """One sentence; for a failed proof, which of the three disagreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """NetLog's ledger against CDP's account of one visit."""

    netlog_complete: bool
    matched: int
    wire_only: Mapping[str, int]
    """Count by class."""
    cdp_only: Mapping[str, int]
    unexplained: tuple[str, ...]
    """`METHOD url` of the rows that nobody could explain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One page in one arm, one repetition: how it went."""

    id: str
    """`<page number>-<arm>-<repetition>`, e.g. `003-gpc-2`."""
    page_url: str
    arm: Arm
    repetition: int
    attempts: int
    ok: bool
    reason: str | None
    """Why it is a gap; None when it is not."""
    status: int | None
    final_url: str | None
    started_utc: str
    duration_ms: float
    settled: str
    """quiet, cap, or none."""
    signal: SignalProof | None
    reconciliation: Reconciliation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What was meant to be seen and could not be."""

    arm: str
    """An arm, or `all` when the page or site was never reached."""
    url: str
    reason: str
    """A word: unreachable, http-error, bot-wall, timeout, crash, signal-not-proven, netlog-incomplete, robots,
    no-pages, redirected-away, not-html, flood, vendor-unreachable, interrupted,
    error."""
    detail: str
    """A sentence for the person."""
    visit: str | None = None


STREAMS: Mapping[str, type] = types.MappingProxyType(
    {
        "requests": Request,
        "cookies": Cookie,
        "storage": StorageItem,
        "pages": Page,
        "visits": Visit,
        "gaps": Gap,
    }
)
"""Name of each stream in a bundle and the shape of its rows."""

T = TypeVar("T")


def to_row(item: Any) -> dict[str, Any]:
    """The JSON object of a row; `from_row` is its inverse."""
    return asdict(item)


def from_row(kind: type[T], row: Mapping[str, Any]) -> T:
    """Build a row of `kind` from a JSON object. Unknown keys are ignored, so that a newer bundle can be read.

    Raises `KeyError` with the column's name when one is missing that has no default, `ValueError` for a bad arm.
    """
    return typing.cast(T, _build(kind, row))


def _build(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if is_dataclass(kind):
        hints = _hints(typing.cast(type, kind))
        given = {f.name: _build(hints[f.name], value[f.name]) for f in fields(kind) if f.name in value}
        try:
            return typing.cast(type, kind)(**given)
        except TypeError as error:
            raise KeyError(f"{typing.cast(type, kind).__name__}: {error}") from error
    origin = typing.get_origin(kind)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_build(inner, v) for v in value)
    if origin in (Union, types.UnionType):
        inner = next(a for a in typing.get_args(kind) if a is not type(None))
        return _build(inner, value)
    if kind is Arm:
        return Arm(value)
    return value


_HINTS: dict[type, dict[str, Any]] = {}


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]
