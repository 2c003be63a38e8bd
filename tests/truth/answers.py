"""What the servers of the truth world answer, by kind."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.truth.contexts import CONTEXTS, SPAWNS, url
from tests.truth.kinds import KINDS
from tests.truth.log import Received

PAGES = Path(__file__).parent / "pages"
GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002014400 3b")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><g id="a"></g></svg>'
WAV = b"RIFF" + struct.pack("<I", 36 + 800) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
WAV += b"data" + struct.pack("<I", 800) + b"\x80" * 800
_FIELD = re.compile(r"\{\{([a-z0-9_]+)(?:@([a-z0-9-]+))?\}\}")
_BY_TYPE: dict[str, tuple[str, bytes]] = {
    "image": ("image/gif", GIF),
    "script": ("text/javascript", b"/* a script */"),
    "stylesheet": ("text/css", b"i {}"),
    "font": ("font/woff2", b"wOF2" + b"\0" * 60),
    "media": ("audio/wav", WAV),
    "document": ("text/html; charset=utf-8", b"<!doctype html><title>Document</title>"),
    "prefetch": ("text/html; charset=utf-8", b"<!doctype html><title>Fetched before</title>"),
}


@dataclass(frozen=True)
class Reply:
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    set_cookie: tuple[str, ...] = ()
    early_hints: tuple[str, ...] = ()
    gzip: bool = False
    hang: bool = False
    """Send the headers and the first bytes, and never end."""
    abort: bool = False
    """Break the connection, or the stream, instead of answering."""
    delay_s: float = 0.0


@dataclass(frozen=True)
class _Made:
    """An answer of a kind, before what all answers have."""

    type: str = ""
    body: bytes | None = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    to: str = ""
    """Kind that it redirects to, in the same context."""
    more: dict[str, object] = field(default_factory=dict)


def answer(received: Received, ports: dict[str, int], *, reused: bool) -> Reply:
    """The answer to a request; some pages name the world's ports. `reused`: not the first on its connection."""
    kind, context = received.kind, received.context
    secure = received.url.startswith(("https:", "wss:"))
    headers = [("access-control-allow-origin", received.headers.get("origin", "*")), ("timing-allow-origin", "*")]
    if "origin" in received.headers:
        headers.append(("access-control-allow-credentials", "true"))
    if received.method == "OPTIONS":
        wanted = received.headers.get("access-control-request-headers", "*")
        headers += [
            ("access-control-allow-headers", wanted),
            ("access-control-allow-methods", "GET, POST, PUT, DELETE"),
            ("access-control-max-age", "0"),
        ]
        return Reply(204, tuple(headers), set_cookie=(_cookie("preflight", secure),))
    made = _made(kind, context, received, ports, reused)
    if kind == "fetch_no_cors_header":
        headers = []
    type_, body = _BY_TYPE.get(KINDS[kind].type if kind in KINDS else "", ("text/plain", b"an answer"))
    headers.append(("content-type", made.type or type_))
    given = {name for name, _ in made.headers}
    if "cache-control" not in given:
        headers.append(("cache-control", "no-store"))
    if made.to:
        headers.append(("location", url(made.to, context)))
    return replace(
        Reply(made.status, (*headers, *made.headers), body if made.body is None else made.body),
        set_cookie=(_cookie(kind or "none", secure), *_BAD.get(kind, ())),
        **made.more,  # type: ignore[arg-type]
    )


def _cookie(name: str, secure: bool) -> str:
    return f"c_{name}=1; Path=/" + ("; Secure; SameSite=None" if secure else "")


_BAD = {
    "document": ("strict=1; Path=/; Secure; SameSite=Strict",),
    "fetch_bad_cookies": (
        "bad_secure=1; Path=/; SameSite=None",
        "bad_domain=1; Domain=other-company.test; Path=/; Secure; SameSite=None",
        "__Host-bad=1; Path=/; Secure; SameSite=None; Domain=thirdparty.test",
        "bad_site=1; Path=/; Secure; SameSite=Strict",
        "good=1; Path=/; Secure; HttpOnly; SameSite=None; Max-Age=63072000",
        "partitioned=1; Path=/; Secure; SameSite=None; Partitioned",
    ),
}
_REDIRECTS = {
    "start_302": (302, "document"),
    "frame_302": (302, "frame_307"),
    "frame_307": (307, "frame_refresh"),
    "img_redirect": (302, "img_redirect_2"),
    "img_redirect_2": (301, "img_redirect_3"),
    "image_redirect": (307, "image_redirect_2"),
    "fetch_redirect": (302, "fetch_redirect_2"),
    "fetch_redirect_2": (308, "fetch_redirect_3"),
    "fetch_redirect_307": (307, "fetch_redirect_307_2"),
    "fetch_redirect_303": (303, "fetch_redirect_303_2"),
}
_DOCUMENTS = {
    "page": "page.html",
    "frame-policy": "policy.html",
    "popup": "popup.html",
    "popup-noopener": "popup.html",
    "popup-plain": "popup.html",
    "plain-page": "plain.html",
}
_FRAMES = {"frame-cross-site": "frame-nested", "popup-plain": "plain-frame"}
_SCRIPTS = {
    "worker_script": "worker.js",
    "worker_nested": "worker.js",
    "worker_module": "module-worker.js",
    "shared_script": "worker.js",
    "service_worker": "service-worker.js",
}
_STATUS = {"fetch_204": 204, "fetch_404": 404, "fetch_500": 500}


def _made(kind: str, context: str, received: Received, ports: dict[str, int], reused: bool) -> _Made:
    if kind in _REDIRECTS:
        status, to = _REDIRECTS[kind]
        return _Made(status=status, to=to, body=b"")
    if kind in _STATUS:
        return _Made(status=_STATUS[kind], body=b"" if _STATUS[kind] == 204 else b"not found")
    if kind in _SCRIPTS:
        return _Made(body=page(_SCRIPTS[kind], context, ports), headers=(("service-worker-allowed", "/"),))
    if kind in ("document", "window_popup", "window_noopener", "window_plain"):
        return _document(context, ports)
    if kind in ("fetch_401", "xhr_auth"):
        if received.headers.get("authorization"):
            return _Made(body=b"let in")
        return _Made(status=401, headers=(("www-authenticate", 'Basic realm="truth"'),))
    match kind:
        case "kinds" | "import_blob":
            return _Made(body=page("kinds.js", context, ports))
        case "frame_refresh":
            return _html(f'<meta http-equiv="refresh" content="0; url={url("frame_script", context)}">')
        case "frame_script":
            return _html(f"<script>location.replace('{url('document', context)}')</script>")
        case "css":
            style = (
                "@import url('{{css_import}}'); @font-face { font-family: truth; src: url('{{css_font}}') } "
                "p { background: url('{{css_image}}') }"
            )
            return _Made(body=_fill(style, context).encode())
        case "module":
            return _Made(body=f"import '{url('module_import', context)}';".encode())
        case "audio_worklet" | "paint_worklet":
            return _Made(body=f"import '{url('worklet_import', context)}';".encode())
        case "svg_use":
            return _Made("image/svg+xml", SVG)
        case "track":
            return _Made("text/vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n")
        case "json_import":
            return _Made("application/json", b'{"json": 1}')
        case "wasm":
            return _Made("application/wasm", b"\0asm\1\0\0\0")
        case "manifest":
            return _Made("application/manifest+json", b'{"name": "Truth", "start_url": "/"}')
        case "download":
            return _Made("application/octet-stream", b"x" * 1000, headers=(("content-disposition", "attachment"),))
        case "eventsource":
            return _Made("text/event-stream", b"retry: 600000\ndata: an event\n\n")
        case "fetch_cached":
            return _Made(headers=(("cache-control", "max-age=600"),))
        case "fetch_gzip":
            return _Made(body=b"compressed " * 500, more={"gzip": True})
        case "fetch_aborted":
            return _Made(body=b"x" * 100, more={"hang": True})
        case "fetch_reset" | "fetch_reset_stream":
            return _Made(more={"abort": True})
        case "websocket_rejected":
            return _Made(status=403)
        case "fetch_retried":
            return _Made(more={"abort": reused})
        case "fetch_hsts":
            return _Made(headers=(("strict-transport-security", "max-age=600"),))
    return _Made(status=101) if received.url.startswith("ws") else _Made()


def _document(context: str, ports: dict[str, int]) -> _Made:
    name = _DOCUMENTS.get(context, "frame.html")
    headers: list[tuple[str, str]] = [("permissions-policy", "unload=*")]
    more: dict[str, object] = {}
    if context == "page":
        headers += [
            ("link", f"<{url('preload_header', context)}>; rel=preload; as=image"),
            ("nel", '{"report_to":"nel","max_age":600,"success_fraction":1.0,"failure_fraction":1.0}'),
            ("report-to", json.dumps({"group": "nel", "max_age": 600, "endpoints": [{"url": url("nel", context)}]})),
        ]
        more["early_hints"] = (f"<{url('preload_early', context)}>; rel=preload; as=image",)
    if context == "frame-policy":
        headers += [
            ("content-security-policy", f"img-src 'none'; report-uri {url('csp_report', context)}"),
            ("content-security-policy-report-only", "img-src 'none'; report-to truth"),
            ("reporting-endpoints", f'truth="{url("reporting_api", context)}"'),
        ]
    return _Made(body=page(name, context, ports), headers=tuple(headers), more=more)


def _html(text: str) -> _Made:
    return _Made(body=("<!doctype html><title>Document</title>" + text).encode())


def page(name: str, context: str, ports: dict[str, int]) -> bytes:
    """A file of the pages with its addresses filled in."""
    text = (PAGES / name).read_text("utf-8")
    frame = _FRAMES.get(context)
    text = text.replace("{{frames}}", f'<iframe src="{url("document", frame)}"></iframe>' if frame else "")
    text = text.replace("{{elements}}", (PAGES / "elements.html").read_text("utf-8")).replace("{{context}}", context)
    if "{{run}}" in text:
        runs = CONTEXTS[context].runs
        urls = {
            kind: _script_url(kind, context, ports) for kind in (*runs, "synthesised", "passed_through", "rewritten")
        }
        text = text.replace("{{run}}", json.dumps(runs)).replace("{{urls}}", json.dumps(urls))
    return _fill(text, context).encode()


def _script_url(kind: str, context: str, ports: dict[str, int]) -> str:
    if kind == "webrtc":
        return f"stun:stun.hotjar.com:{ports['stun']}"
    address = url(kind, SPAWNS.get((context, kind), context))
    if kind == "webtransport":
        host = address.partition("://")[2].partition("/")[0]
        return address.replace(host, f"{host}:{ports['webtransport']}")
    return address


def _fill(text: str, context: str) -> str:
    return _FIELD.sub(lambda field: url(field[1], field[2] or context), text)
