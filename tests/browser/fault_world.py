"""Sites that misbehave, on loopback: real TLS, host names of their own, one fault per path of `site.test`."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from crawler.browser.authority import Authority

SITE = "https://site.test"
HOSTS = ("site.test", "*.site.test", "away.test", "tracker.test")
PIXEL = "<img src='https://tracker.test/pixel?page=%s'>"


def html(title: str, script: str = "", body: str = "", head: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body><p>{title}</p>{body}<script>{script}</script></body></html>"
    )


PAGES: dict[str, str] = {
    "/plain": html("Plain", "document.cookie = 'seen=1'", PIXEL % "plain"),
    "/flood": html("Flood", "onload = () => { for (let i = 0; i < 2000; i++) fetch('/ok?' + i).catch(() => 0) }"),
    "/dialogs": html("Dialogs", "for (let i = 0; i < 15; i++) { alert(i); confirm(i); prompt(i) }", PIXEL % "dialogs"),
    "/dialogs-for-ever": html("Dialogs", "while (true) alert(1)"),
    "/popups": html("Popups", "for (let i = 0; i < 30; i++) open('/ok?popup' + i, '_blank', 'width=99,height=99')"),
    "/more-popups": html("Popups", "for (let i = 0; i < 60; i++) open('/ok?popup', '_blank')"),
    "/auto-download": html("Download", "setTimeout(() => location = '/file.bin', 100)", PIXEL % "download"),
    "/beforeunload": html(
        "Leave?", "addEventListener('beforeunload', e => { e.preventDefault(); return e.returnValue = 'no' })"
        ";onbeforeunload = () => 'no'; addEventListener('pagehide', () => alert('still here'))"
    ),
    "/spin": html("Spin", "while (true);"),
    "/spin-later": html("Spin", "setTimeout(() => { while (true); }, 250)", PIXEL % "spin"),
    "/spin-on-scroll": html("Spin", "onscroll = () => { while (true); }", "<div style='height:9000px'></div>"),
    "/bomb": html("Bomb", "setTimeout(() => { const a = []; for (;;) a.push(new Array(1e7).fill(a.length)); }, 200)"),
    "/moves-inside": html("Moves", "setTimeout(() => location = '/plain', 300)"),
    "/moves-at-once": html("Moves", "location = '/plain'"),
    "/moves-while-parsing": "<!doctype html><script>location = '/plain'</script><script src='/stall'></script>",
    "/moves-away": html("Moves", "setTimeout(() => location = 'https://away.test/plain', 300)"),
    "/moves-to-nothing": html("Moves", "setTimeout(() => location = 'https://bad.test/', 300)"),
    "/moves-to-500": html("Moves", "setTimeout(() => location = '/500', 300)"),
    "/refresh-inside": html("Moves", head="<meta http-equiv='refresh' content='0;url=/plain'>"),
    "/refresh-away": html("Moves", head="<meta http-equiv='refresh' content='0;url=https://away.test/plain'>"),
    "/reloads": html("Reloads", "setTimeout(() => location.reload(), 60)"),
    "/history": html("History", "let n = 0; setInterval(() => history.pushState({}, '', '/history?' + n++), 1)"),
    "/hashes": html("Hashes", "let n = 0; setInterval(() => location.hash = n++, 1)"),
    "/closes": html("Closes", "setTimeout(() => window.close(), 200)"),
    "/overrides": html(
        "Overrides",
        """for (const f of ['map', 'filter', 'slice', 'join', 'push', 'from'])
             Array.prototype[f] = Array[f] = () => { throw new Error('no') };
           JSON.stringify = JSON.parse = () => { throw new Error('no') };
           String.prototype.slice = () => ({}); Object.keys = () => { throw 1 };
           document.querySelectorAll = document.querySelector = () => { throw new Error('no') };
           Object.defineProperty(document, 'scrollingElement', {get() { return {scrollTop: {valueOf() {}}} }});
           Object.defineProperty(document, 'body', {get() { return {innerText: {slice: () => ({a: 1})}} }});
           Object.defineProperty(navigator, 'globalPrivacyControl', {get: () => 'maybe'});
           window.Promise = undefined; window.Map = undefined; window.Set = undefined; window.URL = undefined;
           Function.prototype.call = Function.prototype.apply = () => { throw 1 };""",
        PIXEL % "overrides",
    ),
    "/names": html(
        "Names",
        "document.title = 'a\\u0000b\\u001b[2J\\u202e<script>\\ud800' + 'x'.repeat(1e6);"
        "localStorage.setItem('k\\u0000\\ud800\\u001b', 'v\\udfff'); localStorage.setItem('x'.repeat(1e6), 'y');"
        "history.pushState({}, '', '/names?' + encodeURIComponent('\\u0000\\u001b') + 'x'.repeat(1e6));",
        f"<a href='/{'y' * 1_000_000}'>{'z' * 1_000_000}</a><a href='/%00%1b%ff%e2%80%ae'>\x1b[31m</a>"
        "<a href='https://[bad'>b</a><a href='https://site.test:99999/'>p</a>",
    ),
    "/half-a-pair": html("Half", "document.cookie = 'n\\u202e=\\u00e9\\ud83d'"),
    "/writes-later": html("Writes", f'setTimeout(() => document.write("{PIXEL % "w"}"), 250)'),
    "/service-worker": html(
        "Worker",
        "navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)"
        ".then(() => { for (const p of ['/made-up', '/ok?sw', 'https://tracker.test/pixel?page=sw']) fetch(p) })",
    ),
    "/frames": html("Frames", "for (let i = 0; i < 60; i++) document.body.append(Object.assign("
                    "document.createElement('iframe'), {src: i % 2 ? '/plain' : 'https://tracker.test/frame'}))"),
    "/stalled-script": html("Stalled", head="<script src='https://tracker.test/stall'></script>"),
    "/stalled-image": html("Stalled", body="<img src='https://tracker.test/stall'>"),
}  # fmt: skip
SERVICE_WORKER = """addEventListener('install', e => skipWaiting());
addEventListener('activate', e => e.waitUntil(clients.claim()));
addEventListener('fetch', e => e.respondWith(
  e.request.url.includes('made-up') ? new Response('made up') : fetch(e.request)));"""


@dataclass
class FaultWorld:
    """A running world; `rules` and `spki` are for the browser, `log` holds (host, path, user agent)."""

    trusted: Authority = field(default_factory=lambda: Authority(HOSTS))
    untrusted: dict[str, Authority] = field(default_factory=lambda: {"untrusted.test": Authority(["untrusted.test"])})
    """What each of these hosts presents instead."""
    pages: dict[str, str] = field(default_factory=lambda: dict(PAGES))
    more: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = field(default_factory=dict)
    """Further answers by `host/path`; they come first."""
    log: list[tuple[str, str, str]] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)
    """Requests by `host/path`."""
    ports: dict[str, int] = field(default_factory=dict)
    """Hosts that listen elsewhere, or nowhere."""
    rules: str = ""

    @property
    def spki(self) -> str:
        return self.trusted.spki

    async def answer(self, request: web.Request) -> web.StreamResponse:
        host, path = request.host.partition(":")[0], request.path
        self.log.append((host, path, request.headers.get("user-agent", "")))
        self.count[host + path] += 1
        if (handler := self.more.get(host + path)) is not None:
            return await handler(request)
        if host in ("site.test", "away.test") and path in self.pages:
            return web.Response(text=self.pages[path], content_type="text/html", headers={"Cache-Control": "no-store"})
        if (fault := FAULTS.get(path)) is not None:
            return await fault(self, request)
        if path.startswith("/loop"):
            raise web.HTTPFound(f"/loop/{self.count['all']}")
        raise web.HTTPNotFound(text="no such page")


Fault = Callable[[FaultWorld, web.Request], Awaitable[web.StreamResponse]]
FAULTS: dict[str, Fault] = {}


def fault(*paths: str) -> Callable[[Fault], Fault]:
    def register(function: Fault) -> Fault:
        FAULTS.update(dict.fromkeys(paths, function))
        return function

    return register


def fixed(path: str, status: int, body: str | bytes, kind: str | None, **headers: str) -> None:
    async def answer(world: FaultWorld, request: web.Request) -> web.StreamResponse:
        data = body.encode() if isinstance(body, str) else body
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=data, headers=given | ({"Content-Type": kind} if kind else {}))

    FAULTS[path] = answer


fixed("/ok", 200, html("Fine"), "text/html", Cache_Control="no-store")
fixed(
    "/pixel",
    200,
    "GIF89a",
    "image/gif",
    Set_Cookie="t=tracker-cookie-1; SameSite=None; Secure",
    Cache_Control="no-store",
)
fixed("/frame", 200, html("Frame"), "text/html")
fixed("/sw.js", 200, SERVICE_WORKER, "text/javascript")
fixed("/401", 401, "who are you", "text/html", WWW_Authenticate="Basic realm='x'")
fixed("/500", 500, html("Broken"), "text/html")
fixed("/500-empty", 500, "", "text/html")
fixed("/404-empty", 404, "", "text/html")
fixed("/204", 204, "", None)
fixed("/pdf", 200, b"%PDF-1.4\n%%EOF", "application/pdf")
fixed("/file.bin", 200, b"\x00\x01" * 500, "application/octet-stream", Content_Disposition="attachment; filename=a.bin")
fixed("/octet", 200, b"\x00\x01" * 500, "application/octet-stream")
fixed("/text", 200, "just words", "text/plain")
fixed("/json", 200, "{}", "application/json")
fixed("/empty", 200, "", "text/html")
fixed("/broken-encoding", 200, b"<!doctype html><title>\xff\xfe\xc3\x28</title>", "text/html; charset=utf-8")
fixed("/away", 302, "", None, Location="https://away.test/plain")
fixed(
    "/wall",
    403,
    html("Just a moment...", body="<p>Verifying you are human. site.test needs to review the security.</p>"),
    "text/html",
    Server="cloudflare",
    CF_Ray="0-X",
    cf_mitigated="challenge",
)


@fault("/stall")
async def _stall(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(300)
    return web.Response()


@fault("/drip")
async def _drip(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    for byte in html("Drip").encode() * 100:
        await response.write(bytes([byte]))
        await asyncio.sleep(0.3)
    return response


@fault("/big")
async def _big(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    return web.Response(text=html("Big", body="<!--" + "words " * 3_500_000 + "-->"), content_type="text/html")


@fault("/endless")
async def _endless(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        await response.write(html("Endless").encode())
        while True:
            await response.write(b"<!-- " + b"x" * 1_000_000 + b" -->")
            await asyncio.sleep(0.02)
    return response


@fault("/loop")
async def _loop(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    world.count["all"] += 1
    raise web.HTTPFound(f"/loop?{world.count['all']}")


@fault("/reset")
async def _reset(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@fault("/half")
async def _half(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    """Promises more than it sends."""
    response = web.StreamResponse(headers={"Content-Type": "text/html", "Content-Length": "99999"})
    await response.prepare(request)
    await response.write(html("Half").encode())
    assert request.transport is not None
    request.transport.abort()
    return response


@fault("/first-only")
async def _first_only(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    """Another answer to everybody but the first."""
    if world.count[request.host + request.path] == 1:
        return web.Response(text=html("First"), content_type="text/html")
    return web.Response(status=503, text="not again")


@fault("/second-only")
async def _second_only(world: FaultWorld, request: web.Request) -> web.StreamResponse:
    if world.count[request.host + request.path] == 1:
        return web.Response(status=503, text="come again")
    return web.Response(text=html("Second"), content_type="text/html")


@contextlib.asynccontextmanager
async def running(world: FaultWorld) -> AsyncIterator[FaultWorld]:
    """Serve a world until the end of the block."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", world.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=world.trusted.server_context()).start()
        for authority in world.untrusted.values():
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=authority.server_context()).start()
        good, *bad = (address[1] for address in runner.addresses)
        elsewhere = [f"MAP {host}:443 127.0.0.1:{port}" for host, port in zip(world.untrusted, bad, strict=True)]
        elsewhere += [f"MAP {host}:443 127.0.0.1:{port}" for host, port in world.ports.items()]
        world.rules = ",".join(["MAP bad.test ~NOTFOUND", *elsewhere, f"MAP *:443 127.0.0.1:{good}", "MAP * ~NOTFOUND"])
        yield world
    finally:
        await runner.cleanup()


def zipped(text: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler that answers with a gzip file."""
    return sending(gzip.compress(text.encode()), "application/gzip")


def sending(
    body: str | bytes, kind: str = "text/html", status: int = 200
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A handler that always answers with this."""

    async def handler(request: web.Request) -> web.StreamResponse:
        data = body.encode() if isinstance(body, str) else body
        return web.Response(status=status, body=data, headers={"Content-Type": kind})

    return handler
