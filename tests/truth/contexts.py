"""The contexts of the truth world, the kinds of request that each sends, and the addresses of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.truth.kinds import KINDS, ORIGINS


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
_LEAVE_ANYWHERE = tuple(name for name in _LEAVE if name != "leave_fetch_later")


def _contexts(*rows: Context) -> Mapping[str, Context]:
    return {row.name: row for row in rows}


_ELEMENTS = ("css", "preload", "img", "img_redirect", "img_srcset", "picture", "script", "kinds")
_PAGE_ELEMENTS = (
    *_ELEMENTS, "favicon", "manifest", "prefetch", "prefetch_cross", "preload_fetch", "modulepreload", "script_async",
    "script_defer", "import_mapped", "module", "speculation_same", "speculation_cross", "img_lazy", "img_far",
    "input_image", "style_image", "svg_image", "svg_use", "video", "video_poster", "track", "audio", "object", "embed",
    "script_written", "preload_header", "preload_early",
)  # fmt: skip


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
    # `fetchLater` has no quota in a frame of another site within a frame of another site.
    _d("frame-nested", "nested", "frame", *_SMALL, "websocket_h2", *_LEAVE_ANYWHERE),
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
