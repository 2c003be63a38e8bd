"""The kinds of request in the truth world and the contexts that send them: one table for the pages and for the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

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
    optional: bool = False
    """True for what only full browsers send."""
    late: bool = False
    """True when it is sent so late that the start of its realm is no excuse for missing it."""
    leads_to: tuple[str, ...] = ()
    """Kinds that its answer makes the browser ask for, in the same context."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A realm that sends requests: a document or a worker."""

    name: str
    origin: str
    """Key of `ORIGINS` of its address."""
    target: str
    """`target` of its requests."""
    runs: tuple[str, ...] = ()
    """Kinds that its script sends."""
    markup: tuple[str, ...] = ()
    """Kinds that its document asks for."""
    visit: str = "site"
    """The visit that it belongs to."""


def url(kind: str, context: str) -> str:
    """The address of a request; a same-URL kind has one for all contexts."""
    what = KINDS[kind]
    origin = ORIGINS[CONTEXTS[context].origin if what.to == "own" else what.to]
    if what.scheme:
        origin = what.scheme + "://" + origin.partition("://")[2]
    query = {"k": kind, "c": "any" if kind.endswith("_same") else context}
    return f"{origin}/{kind}?{urlencode(query)}"


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
    _k("object", "site", "document"),
    _k("embed", "site", "document"),
    _k("form_post", "cdn", "document"),
    _k("form_get", "cdn", "document"),
    _k("window_popup", "popup", "document"),
    _k("window_noopener", "noopener", "document"),
    _k("window_plain", "insecure", "document"),
    _k("download", "cdn", "document"),
    _k("speculation_same", "site", "prefetch", on="speculation"),
    _k("speculation_cross", "cdn", "prefetch", on="speculation"),
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
    _k("passed_through", "ga", "fetch", off="service-worker"),
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
    _k("json_import", "cdn", "other"),
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
    _k("service_worker", "own", "script", "kinds", "sw_install", "sw_cache", "sw_activate", "sw_message", on="- worker-script"),  # noqa: E501
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

_FETCH = (
    "fetch_get",
    "fetch_text",
    "fetch_params",
    "fetch_form",
    "fetch_blob",
    "fetch_binary",
    "fetch_big",
    "fetch_empty",
    "fetch_credentials",
    "fetch_keepalive",
    "fetch_aborted",
    "fetch_put",
    "fetch_redirect",
    "fetch_redirect_307",
    "fetch_redirect_303",
    "fetch_204",
    "fetch_cached",
    "fetch_late",
    "fetch_after_await",
    "fetch_same",
    "get_same",
    "fetch_gzip",
)
_RARE = (
    "fetch_huge",
    "fetch_range",
    "fetch_delete",
    "fetch_head",
    "fetch_404",
    "fetch_500",
    "fetch_401",
    "fetch_no_cors_header",
    "fetch_reset",
    "fetch_reset_stream",
    "fetch_refused",
    "fetch_unknown_host",
    "fetch_unread",
    "fetch_bad_cookies",
    "fetch_stream",
    "fetch_mixed",
)
_XHR = ("xhr_get", "xhr_post", "xhr_upload", "xhr_auth")
_SOCKETS = ("eventsource", "websocket", "websocket_h2")
_WINDOW = (
    "beacon_text",
    "beacon_blob",
    "beacon_form",
    "image_script",
    "image_redirect",
    "script_inserted",
    "dynamic_import",
)
_PAGE = (
    "beacon_empty",
    "image_mixed",
    "ping",
    "script_mixed",
    "style_inserted",
    "font_face",
    "json_import",
    "wasm",
    "audio_script",
    "fetch_later",
    "audio_worklet",
    "paint_worklet",
    "websocket_refused",
    "websocket_rejected",
    "webtransport",
    "webrtc",
    "form_post",
    "form_get",
    "download",
    "xhr_sync",
)
_WORKERS = ("worker_script", "worker_module", "import_blob", "shared_script", "service_worker")
_LEAVE = tuple(name for name in KINDS if name.startswith("leave_"))


def _contexts(*rows: Context) -> Mapping[str, Context]:
    return {row.name: row for row in rows}


_ELEMENTS = ("css", "preload", "img", "img_redirect", "img_srcset", "picture", "script", "kinds")
_PAGE_ELEMENTS = (*_ELEMENTS, *(
    ["favicon", "manifest", "prefetch", "prefetch_cross", "preload_fetch", "modulepreload", "script_async", "script_defer", "import_mapped", "module", "speculation_same", "speculation_cross", "img_lazy", "img_far", "input_image", "style_image", "svg_image", "svg_use", "video", "video_poster", "track", "audio", "object", "embed", "script_written", "preload_header", "preload_early"]  # noqa: E501
))  # fmt: skip


def _c(name: str, origin: str, target: str, *runs: str, markup: tuple[str, ...] = (), visit: str = "site") -> Context:
    return Context(name=name, origin=origin, target=target, runs=runs, markup=markup, visit=visit)


def _d(name: str, origin: str, target: str, *runs: str, visit: str = "site") -> Context:
    """A document with the elements that all have."""
    return _c(name, origin, target, *runs, markup=_ELEMENTS, visit=visit)


_CORE = (
    "fetch_get",
    "fetch_form",
    "fetch_keepalive",
    "fetch_put",
    "fetch_redirect",
    "fetch_late",
    "fetch_same",
    "get_same",
)
_SMALL = (*_CORE, "xhr_post", "beacon_text", "image_script")
CONTEXTS = _contexts(
    _c("page", "site", "page", *_FETCH, *_RARE, "cache_add", *_XHR, *_SOCKETS, *_WINDOW, *_PAGE, *_WORKERS, *_LEAVE,
       "window_popup", "window_noopener", "window_plain", "fetch_retried", markup=_PAGE_ELEMENTS),
    _d("frame-same-site", "static", "frame", *_SMALL, "websocket"),
    _d("frame-cross-site", "frame", "frame", *_FETCH, "cache_add", *_XHR, *_SOCKETS, *_WINDOW, "worker_script",
       "shared_script", "service_worker", "fetch_withheld", *_LEAVE),
    _d("frame-nested", "nested", "frame", *_SMALL, "websocket_h2", *_LEAVE),
    _d("frame-sandboxed", "site", "frame", *_SMALL, "xhr_auth"),
    _c("frame-policy", "static", "frame", markup=("csp_blocked", "csp_report", "reporting_api", "script")),
    _d("frame-redirected", "cdn", "frame"),
    _d("frame-credentialless", "frame", "frame", *_CORE),
    _c("frame-srcdoc", "site", "frame", *_SMALL, markup=("kinds", "img")),
    _c("frame-blob", "site", "frame", *_SMALL, markup=("kinds",)),
    _c("frame-data", "site", "frame", *_SMALL, markup=("kinds",)),
    _c("frame-blank", "site", "frame", *_SMALL, markup=("kinds",)),
    _d("popup", "popup", "popup", *_SMALL, *_LEAVE),
    _d("popup-noopener", "noopener", "popup", *_SMALL),
    _d("popup-plain", "insecure", "popup", *_SMALL),
    _c("worker", "site", "worker", *_FETCH, *_XHR, *_SOCKETS, "xhr_sync", "worker_nested"),
    _c("worker-module", "site", "worker", *_CORE, "xhr_upload", "dynamic_import", "eventsource"),
    _c("worker-nested", "site", "worker", *_CORE, "websocket"),
    _c("worker-blob", "site", "worker", *_CORE),
    _c("shared-worker", "site", "shared-worker", *_CORE, *_SOCKETS, "xhr_get"),
    _c("service-worker", "site", "service-worker", *_CORE, *_SOCKETS),
    _c("frame-worker", "frame", "worker", *_CORE),
    _c("frame-shared-worker", "frame", "shared-worker", *_CORE),
    _c("frame-service-worker", "frame", "service-worker", *_CORE),
    _c("worklet-audio", "site", "worklet"),
    _c("worklet-paint", "site", "worklet"),
    _d("plain-page", "plain", "page", *_FETCH, *_XHR, *_WINDOW, "worker_script", "websocket_plain",
       visit="plain"),
    _d("plain-frame", "track", "frame", *_SMALL),
    _d("plain-frame-2", "insecure", "frame", *_SMALL, visit="plain"),
    _c("plain-worker", "plain", "worker", *_CORE, visit="plain"),
)  # fmt: skip

SPAWNS = {
    ("page", "worker_script"): "worker",
    ("page", "worker_module"): "worker-module",
    ("page", "import_blob"): "worker-blob",
    ("page", "shared_script"): "shared-worker",
    ("page", "service_worker"): "service-worker",
    ("page", "audio_worklet"): "worklet-audio",
    ("page", "paint_worklet"): "worklet-paint",
    ("page", "window_popup"): "popup",
    ("page", "window_noopener"): "popup-noopener",
    ("page", "window_plain"): "popup-plain",
    ("worker", "worker_nested"): "worker-nested",
    ("frame-cross-site", "worker_script"): "frame-worker",
    ("frame-cross-site", "shared_script"): "frame-shared-worker",
    ("frame-cross-site", "service_worker"): "frame-service-worker",
    ("plain-page", "worker_script"): "plain-worker",
}
"""Context that the answer to a kind becomes, where it is another one."""
