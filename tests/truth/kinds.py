"""The kinds of request in the truth world: one table for the pages and for the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ORIGINS = {
    "site": "https://www.example-company.test",
    "static": "https://static.example-company.test",
    "plain": "http://www.plain-company.test",
    "frame": "https://frame.thirdparty.test",
    "nested": "https://nested.fourthparty.test",
    "popup": "https://pop.windows.test",
    "noopener": "https://pop.otherwindows.test",
    "insecure": "http://www.insecure.test",
    "track": "http://track.insecure-tracker.test",
    "cdn": "https://cdn.thirdparty.test",
    "reports": "https://reports.collector.test",
    "bounce": "https://bounce.tracker.test",
    "broken": "https://www.broken.test",
    "refused": "https://refused.broken.test",
    "nowhere": "https://nowhere.invalid",
    "next": "https://www.next-company.test",
    "strict": "https://www.strict-transport.test",
    "ga": "https://www.google-analytics.com",
    "gtm": "https://www.googletagmanager.com",
    "facebook": "https://www.facebook.com",
    "linkedin": "https://px.ads.linkedin.com",
    "bing": "https://bat.bing.com",
    "doubleclick": "https://stats.g.doubleclick.net",
    "hotjar": "https://script.hotjar.com",
    "tiktok": "https://analytics.tiktok.com",
    "pinterest": "https://ct.pinterest.com",
}
HTTP1 = ("linkedin", "bing", "pinterest", "static", "frame", "broken")
"""Origins whose server speaks HTTP/1.1 only; the other secure ones speak HTTP/2."""
SENT: frozenset[str | None] = frozenset({None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of request: where it goes, and what its row must say."""

    name: str
    to: str
    """A key of `ORIGINS`, or `own`: the origin of the context."""
    type: str
    """`resource_type` of its row."""
    scheme: str = ""
    """Of its URL, where it is not that of the origin."""
    on_wire: frozenset[str | None] = SENT
    """What `wire_class` may be on a row that was sent; empty: it must never be sent."""
    off_wire: frozenset[str | None] = frozenset()
    """What `wire_class` may be on a row that was not sent; empty: there must be no such row."""
    place: str = ""
    """`target` of its row when it was sent, where that is not the target of its context."""
    optional: bool = False
    """True for what only full browsers send, and for what may or may not arrive."""
    late: bool = False
    """True when it is sent so late that the start of its realm is no excuse for missing it."""
    leads_to: tuple[str, ...] = ()
    """Kinds that its answer makes the browser ask for, in the same context."""


def _table(*rows: Kind) -> Mapping[str, Kind]:
    return {row.name: row for row in rows}


def _k(
    name: str,
    to: str,
    type_: str,
    *leads_to: str,
    on: str | None = "",
    off: str = "",
    scheme: str = "",
    place: str = "",
    optional: bool = False,
    late: bool = False,
) -> Kind:
    """`on` and `off` are classes by blanks; `-` is a row that both recorders have; `on` None: it is never sent."""
    words = frozenset() if on is None else frozenset(None if word == "-" else word for word in (on or "-").split())
    return Kind(
        name=name,
        to=to,
        type=type_,
        scheme=scheme,
        on_wire=words,
        off_wire=frozenset(off.split()),
        place=place,
        optional=optional,
        late=late,
        leads_to=leads_to,
    )


KINDS = _table(
    # Documents and what leads to them.
    _k("document", "own", "document"),
    _k("start_302", "site", "document", "document"),
    _k("frame_302", "bounce", "document", "frame_307"),
    _k("frame_307", "ga", "document", "frame_refresh"),
    _k("frame_refresh", "frame", "document", "frame_script"),
    _k("frame_script", "nested", "document", "document"),
    _k("object", "site", "document", place="frame"),
    _k("embed", "site", "document", place="frame"),
    _k("form_post", "cdn", "document", place="frame"),
    _k("form_get", "cdn", "document", place="frame"),
    _k("window_popup", "popup", "document"),
    _k("window_noopener", "noopener", "document"),
    _k("window_plain", "insecure", "document"),
    _k("download", "cdn", "document"),
    _k("speculation_same", "site", "prefetch", on="speculation"),
    # Chromium fetches no page of another site ahead when it has cookies for it: so a site that nothing else goes to.
    # At the second view it has them, and gives up what it had begun.
    _k("speculation_cross", "next", "prefetch", on="speculation", off="speculation"),
    # Elements.
    _k("css", "cdn", "stylesheet", "css_import", "css_image", "css_font"),
    _k("css_import", "cdn", "stylesheet"),
    _k("css_image", "doubleclick", "image"),
    _k("css_font", "cdn", "font", off="cache-probe"),
    _k("preload", "cdn", "image"),
    _k("img", "facebook", "image"),
    _k("img_redirect", "doubleclick", "image", "img_redirect_2"),
    _k("img_redirect_2", "tiktok", "image", "img_redirect_3"),
    _k("img_redirect_3", "linkedin", "image"),
    _k("img_srcset", "cdn", "image"),
    _k("picture", "cdn", "image"),
    _k("script", "gtm", "script"),
    _k("kinds", "gtm", "script"),
    _k("favicon", "site", "favicon", on="- favicon", optional=True),
    _k("manifest", "site", "manifest", optional=True),
    _k("prefetch", "site", "prefetch"),
    _k("prefetch_cross", "cdn", "prefetch"),
    _k("preload_fetch", "site", "fetch"),
    _k("preload_header", "cdn", "image"),
    _k("preload_early", "cdn", "image", on="early-hint"),
    _k("modulepreload", "site", "script"),
    _k("script_async", "gtm", "script"),
    _k("script_defer", "hotjar", "script"),
    _k("script_written", "bing", "script"),
    _k("import_mapped", "site", "script"),
    _k("module", "site", "script", "module_import"),
    _k("module_import", "site", "script"),
    _k("img_lazy", "facebook", "image"),
    _k("img_far", "facebook", "image"),
    _k("input_image", "site", "image"),
    _k("style_image", "site", "image"),
    _k("svg_image", "site", "image"),
    _k("svg_use", "site", "image"),
    _k("video_poster", "site", "image"),
    _k("video", "site", "media"),
    _k("track", "site", "media"),
    _k("audio", "cdn", "media"),
    _k("csp_blocked", "facebook", "image", on=None, off="blocked"),
    _k("csp_report", "reports", "csp-report"),
    _k("reporting_api", "reports", "csp-report", on="report", optional=True),
    _k("nel", "reports", "csp-report", on="report", optional=True),
    # fetch.
    _k("fetch_get", "ga", "fetch"),
    _k("fetch_text", "ga", "fetch"),
    _k("fetch_params", "linkedin", "fetch"),
    _k("fetch_form", "facebook", "fetch"),
    _k("fetch_blob", "tiktok", "fetch"),
    _k("fetch_binary", "bing", "fetch"),
    _k("fetch_big", "hotjar", "fetch"),
    _k("fetch_huge", "bing", "fetch"),
    _k("fetch_empty", "ga", "fetch"),
    _k("fetch_credentials", "doubleclick", "fetch"),
    _k("fetch_keepalive", "ga", "fetch"),
    _k("fetch_aborted", "ga", "fetch"),
    _k("fetch_range", "cdn", "fetch"),
    _k("fetch_put", "tiktok", "fetch"),
    _k("fetch_delete", "tiktok", "fetch"),
    _k("fetch_head", "cdn", "fetch"),
    _k("fetch_redirect", "doubleclick", "fetch", "fetch_redirect_2"),
    _k("fetch_redirect_2", "ga", "fetch", "fetch_redirect_3"),
    _k("fetch_redirect_3", "tiktok", "fetch"),
    _k("fetch_redirect_307", "facebook", "fetch", "fetch_redirect_307_2"),
    _k("fetch_redirect_307_2", "linkedin", "fetch"),
    _k("fetch_redirect_303", "facebook", "fetch", "fetch_redirect_303_2"),
    _k("fetch_redirect_303_2", "ga", "fetch"),
    _k("fetch_204", "ga", "fetch"),
    _k("fetch_404", "cdn", "fetch"),
    _k("fetch_500", "cdn", "fetch"),
    _k("fetch_401", "cdn", "fetch"),
    _k("fetch_no_cors_header", "bing", "fetch"),
    _k("fetch_reset", "broken", "fetch"),
    _k("fetch_reset_stream", "cdn", "fetch"),
    _k("fetch_refused", "refused", "fetch", on=None, off="failed"),
    _k("fetch_unknown_host", "nowhere", "fetch", on=None, off="failed"),
    _k("fetch_gzip", "cdn", "fetch"),
    _k("fetch_withheld", "site", "fetch"),
    _k("fetch_retried", "bing", "fetch", on="- sent-again"),
    _k("fetch_unread", "ga", "fetch"),
    _k("fetch_cut", "ga", "fetch", on="- unload-beacon", optional=True, late=True),
    _k("fetch_bad_cookies", "cdn", "fetch"),
    _k("fetch_cached", "cdn", "fetch", off="cache"),
    _k("fetch_late", "ga", "fetch", late=True),
    _k("fetch_after_await", "ga", "fetch", late=True),
    _k("fetch_same", "ga", "fetch"),
    _k("get_same", "ga", "fetch"),
    _k("fetch_stream", "tiktok", "fetch"),
    _k("fetch_mixed", "track", "fetch", on=None, off="blocked"),
    _k("fetch_hsts", "strict", "fetch", "image_hsts"),
    _k("image_hsts", "strict", "image", scheme="http", off="internal-redirect"),
    _k("cache_add", "cdn", "fetch"),
    _k("synthesised", "site", "fetch", on=None, off="service-worker"),
    _k("passed_through", "ga", "fetch", off="service-worker", place="service-worker"),
    _k("rewritten", "ga", "fetch", on=None, off="service-worker"),
    # XMLHttpRequest.
    _k("xhr_get", "ga", "xhr"),
    _k("xhr_post", "bing", "xhr"),
    _k("xhr_upload", "tiktok", "xhr"),
    _k("xhr_auth", "own", "xhr", on="- sent-again"),
    _k("xhr_sync", "cdn", "xhr"),
    # What outlives its page, and the rest of scripts.
    _k("beacon_text", "ga", "ping"),
    _k("beacon_blob", "facebook", "ping"),
    _k("beacon_form", "linkedin", "ping"),
    _k("beacon_empty", "ga", "ping"),
    _k("image_script", "facebook", "image"),
    _k("image_redirect", "doubleclick", "image", "image_redirect_2"),
    _k("image_redirect_2", "tiktok", "image"),
    _k("image_mixed", "track", "image"),
    _k("ping", "ga", "ping"),
    _k("script_inserted", "gtm", "script"),
    _k("script_mixed", "track", "script", on=None, off="blocked"),
    _k("style_inserted", "cdn", "stylesheet"),
    _k("font_face", "cdn", "font", off="cache-probe"),
    _k("dynamic_import", "cdn", "script"),
    _k("json_import", "cdn", "script"),
    _k("wasm", "cdn", "fetch"),
    _k("audio_script", "cdn", "media"),
    _k("fetch_later", "ga", "fetch", on="- fetch-later", late=True),
    _k("audio_worklet", "site", "script", "worklet_import"),
    _k("paint_worklet", "site", "script", "worklet_import"),
    _k("worklet_import", "cdn", "script", on="- worker-script"),
    _k("eventsource", "cdn", "eventsource"),
    _k("websocket", "pinterest", "websocket", scheme="wss"),
    _k("websocket_h2", "hotjar", "websocket", scheme="wss"),
    _k("websocket_plain", "track", "websocket", scheme="ws"),
    _k("websocket_rejected", "pinterest", "websocket", scheme="wss"),
    _k("websocket_refused", "refused", "websocket", scheme="wss", on=None, off="failed"),
    _k("webtransport", "hotjar", "webtransport", optional=True),
    _k("webrtc", "hotjar", "webrtc", optional=True),
    # Workers.
    _k("worker_script", "own", "script", "kinds"),
    _k("worker_module", "own", "script", "kinds"),
    _k("worker_nested", "own", "script", "kinds"),
    _k("import_blob", "gtm", "script"),
    _k("shared_script", "own", "script", "kinds"),
    _k("service_worker", "own", "script", "kinds", "sw_install", "sw_cache", "sw_activate", "sw_message",
       on="- worker-script"),
    _k("sw_install", "ga", "fetch", late=True),
    _k("sw_cache", "own", "fetch", late=True),
    _k("sw_activate", "ga", "fetch", late=True),
    _k("sw_message", "ga", "fetch", late=True),
    _k("sw_rewritten", "doubleclick", "fetch", late=True),
    # At the end of a document.
    _k("leave_pagehide_beacon", "ga", "ping", on="- unload-beacon", late=True),
    _k("leave_pagehide_keepalive", "facebook", "fetch", on="- unload-beacon", late=True),
    _k("leave_pagehide_image", "doubleclick", "image", on="- unload-beacon", late=True),
    _k("leave_visibility_beacon", "ga", "ping", on="- unload-beacon", late=True),
    _k("leave_unload_beacon", "ga", "ping", on="- unload-beacon", late=True),
    _k("leave_beforeunload_beacon", "ga", "ping", on="- unload-beacon", late=True),
    _k("leave_fetch_later", "tiktok", "fetch", on="- fetch-later", late=True),
)  # fmt: skip
