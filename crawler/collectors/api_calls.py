"""Which script called which of the browser's interfaces, from the reports of an explaining visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler.bundle.redact import Redactor
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.ledger import request_kinds
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.secrets_of_visit import VisitSecrets, values_of
from crawler.collectors.trace.call_sites import CallSite
from crawler.collectors.trace.records import MAX_DETAILS, Place
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import ApiCall

MAX_DETAIL_CHARS = 1_000
SAMPLED = "counted by sample"
"""Stands in a detail when calls came so fast that not each one's caller was looked at: the sum is right, the share of
each place an estimate."""
_KINDS = {
    "HTMLCanvasElement": "canvas",
    "OffscreenCanvas": "canvas",
    "CanvasRenderingContext2D": "canvas",
    "OffscreenCanvasRenderingContext2D": "canvas",
    "WebGLRenderingContext": "webgl",
    "WebGL2RenderingContext": "webgl",
    "OfflineAudioContext": "audio",
    "AudioBuffer": "audio",
    "AnalyserNode": "audio",
    "FontFaceSet": "fonts",
    "Window.queryLocalFonts": "fonts",
    "Navigator.getBattery": "battery",
    "MediaDevices": "media-devices",
    "Permissions": "permissions",
    "NavigatorUAData": "user-agent",
    "Navigator.globalPrivacyControl": "opt-out-signal",
    "Navigator.doNotTrack": "opt-out-signal",
    "WorkerNavigator.globalPrivacyControl": "opt-out-signal",
    "WorkerNavigator.doNotTrack": "opt-out-signal",
    "__gpp": "consent-api",
    "__tcfapi": "consent-api",
    "__uspapi": "consent-api",
    "EventTarget": "input-listener",
    "Document": "input-listener",
    "Window": "input-listener",
    "MutationObserver": "observer",
    "HTMLInputElement": "field-read",
    "HTMLTextAreaElement": "field-read",
    "RTCPeerConnection": "webrtc",
    "Navigator.sendBeacon": "beacon",
}
"""By interface and member, or by interface alone."""
_WEBGL_NAMES = {
    "7936": "VENDOR",
    "7937": "RENDERER",
    "7938": "VERSION",
    "35724": "SHADING_LANGUAGE_VERSION",
    "37445": "UNMASKED_VENDOR_WEBGL",
    "37446": "UNMASKED_RENDERER_WEBGL",
}
"""The parameters of `getParameter` that tell one machine from another (WEBGL_debug_renderer_info, read 2026-11-27)."""
_Key = tuple[str, str, str, str | None, int | None, int | None]


@dataclass(slots=True)
class _Sum:
    """The calls of one row, of however many realms."""

    site: CallSite
    first_unix_ms: float
    last_unix_ms: float
    count: int = 0
    sampled: bool = False
    details: dict[str, None] = field(default_factory=dict)


def build(
    log: NetLog,
    cdp: CdpRecorder,
    visit: VisitKey,
    redactor: Redactor,
    secrets: Iterable[str] | Mapping[str, tuple[str, str]] = (),
) -> list[ApiCall]:
    """One row per interface, frame address and script position, in the order of the first calls; none without a tracer.

    `secrets` as for `requests.build`: none of them is left in a detail or an address.
    """
    if cdp.tracer is None:
        return []
    hidden = VisitSecrets(redactor, values_of(log, secrets)[1])
    main_session = request_kinds.main_session(cdp.requests, cdp.targets, visit.page_url)
    sums: dict[_Key, _Sum] = {}
    for place in cdp.tracer.records.calls():
        target = request_kinds.target_of_realm(place.realm, cdp.targets, main_session)
        where = (place.frame_url, target, place.group)
        key = (*where, place.site.url, place.site.line, place.site.column)
        _add(sums.setdefault(key, _Sum(place.site, place.first_unix_ms, place.last_unix_ms)), place)
    rows = [_row(key, total, visit, hidden) for key, total in sums.items()]
    return sorted(rows, key=lambda row: row.first_ms)


def kind_of(api: str) -> str:
    """The kind of an interface's member: canvas, webgl ...; `other` for one that is not listed."""
    return _KINDS.get(api) or _KINDS.get(api.partition(".")[0]) or "other"


def _add(total: _Sum, place: Place) -> None:
    total.count += place.count
    total.first_unix_ms = min(total.first_unix_ms, place.first_unix_ms)
    total.last_unix_ms = max(total.last_unix_ms, place.last_unix_ms)
    total.sampled |= place.sampled
    for detail in place.details:
        if len(total.details) < MAX_DETAILS:
            total.details.setdefault(_WEBGL_NAMES.get(detail, detail) if "getParameter" in place.group else detail)


def _row(key: _Key, total: _Sum, visit: VisitKey, hidden: VisitSecrets) -> ApiCall:
    frame_url, target, api, url, line, column = key
    words = [hidden.url(word) if "://" in word else hidden.text(word) for word in total.details]
    detail = ", ".join([*words, *([SAMPLED] if total.sampled else [])])
    return ApiCall(
        visit=visit.id,
        arm=visit.arm,
        repetition=visit.repetition,
        page_url=visit.page_url,
        frame_url=hidden.url(frame_url.partition("#")[0]) or None,
        target=target,
        kind=kind_of(api),
        api=api,
        script_url=None if url is None else hidden.url(url.partition("#")[0]),
        line=line,
        column=column,
        stack=tuple(hidden.text(frame) for frame in total.site.stack),
        detail=detail[:MAX_DETAIL_CHARS],
        count=total.count,
        first_ms=total.first_unix_ms - visit.started_unix_ms,
        last_ms=total.last_unix_ms - visit.started_unix_ms,
    )
