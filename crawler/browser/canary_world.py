"""Two TLS sites on loopback that a browser must prove itself on: a shop, and a tracker on another domain."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web

from crawler.browser.authority import Authority

SHOP = "www.canary-shop.example"
TRACKER = "www.canary-tracker.example"

# Every wait inside the page is bounded, so that a worker which never starts is a finding and not a hang.
_SHOP_PAGE = f"""<!doctype html><title>Canary</title>
<script>
const bounded = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 15000, 'no answer'))])
  .catch((error) => 'failed: ' + error);
const frame = new Promise((done) => addEventListener('message', (event) => done(event.data)));
const worker = () => new Promise((done, failed) => {{
  const started = new Worker('/worker.js');
  started.onmessage = (event) => done(event.data);
  started.onerror = () => failed('error');
}});
const shared = () => new Promise((done, failed) => {{
  const started = new SharedWorker('/shared-worker.js');
  started.onerror = () => failed('error');
  started.port.onmessage = (event) => done(event.data);
  started.port.start();
}});
const service = async () => {{
  await navigator.serviceWorker.register('/sw.js');
  const registration = await navigator.serviceWorker.ready;
  const channel = new MessageChannel();
  const answer = new Promise((done) => {{ channel.port1.onmessage = (event) => done(event.data); }});
  registration.active.postMessage('ask', [channel.port2]);
  return answer;
}};
async function prove() {{
  const found = {{ document: String(navigator.globalPrivacyControl), webdriver: String(navigator.webdriver) }};
  found.frame = await bounded(frame);
  found.worker = await bounded(worker());
  found.shared = await bounded(shared());
  found.service = await bounded(service());
  const again = fetch('https://{TRACKER}/again', {{ mode: 'no-cors', credentials: 'include' }});
  await bounded(again.then(() => ''));
  found.brands = navigator.userAgentData ? navigator.userAgentData.brands.map((b) => b.brand).join(', ') : '';
  found.agent = navigator.userAgent;
  return found;
}}
addEventListener('pagehide', () => navigator.sendBeacon('https://{TRACKER}/leaving', 'bye'));
</script>
<iframe src="https://{TRACKER}/frame"></iframe><img src="https://{TRACKER}/pixel" alt="">
"""
_FRAME = "<!doctype html><script>parent.postMessage(String(navigator.globalPrivacyControl), '*')</script>"
_WORKER = "fetch('/from-worker').then(() => postMessage(String(navigator.globalPrivacyControl)));"
_SHARED = """onconnect = (event) => fetch('/from-shared-worker').then(
  () => event.ports[0].postMessage(String(navigator.globalPrivacyControl)));"""
_SERVICE = """onmessage = (event) => event.waitUntil(fetch('/from-service-worker').then(
  () => event.ports[0].postMessage(String(navigator.globalPrivacyControl))));"""
_ANSWERS = {
    (SHOP, "/"): ("text/html", _SHOP_PAGE),
    (SHOP, "/worker.js"): ("text/javascript", _WORKER),
    (SHOP, "/shared-worker.js"): ("text/javascript", _SHARED),
    (SHOP, "/sw.js"): ("text/javascript", _SERVICE),
    (TRACKER, "/frame"): ("text/html", _FRAME),
}
COOKIES = {"/frame": "canary_frame", "/pixel": "canary_pixel"}
"""Path on the tracker's host, and the cookie that its answer sets."""


SAME_SITE = "None"
"""What a third party must say for its cookie to be stored."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as the server got it."""

    host: str
    path: str
    gpc: bool
    cookies: frozenset[str]
    agent: str
    hints: str
    """The `sec-ch-ua` header; empty when there was none."""


@dataclass(slots=True)
class CanaryWorld:
    """Where the two sites listen, and what arrived there."""

    resolver_rules: str
    spki: str
    arrived: list[Arrived] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, path: str, timeout_s: float) -> bool:
        """Wait until a request to the path has come; False when none came in time."""
        try:
            async with asyncio.timeout(timeout_s), self.news:
                await self.news.wait_for(lambda: bool(self.at(path)))
        except TimeoutError:
            return False
        return True

    def at(self, path: str) -> list[Arrived]:
        """The requests to a path; no path is used on both hosts."""
        return [request for request in self.arrived if request.path == path]


@contextlib.asynccontextmanager
async def canary_world() -> AsyncIterator[CanaryWorld]:
    """Serve both sites until the context is left. Raises `OSError` when loopback cannot be listened on."""
    authority = Authority([SHOP, TRACKER])
    world = CanaryWorld("", authority.spki)

    async def answer(request: web.Request) -> web.Response:
        host = (request.host or "").partition(":")[0]
        arrival = Arrived(
            host,
            request.path,
            request.headers.get("Sec-GPC") == "1",
            frozenset(request.cookies),
            request.headers.get("User-Agent", ""),
            request.headers.get("Sec-CH-UA", ""),
        )
        world.arrived.append(arrival)
        async with world.news:
            world.news.notify_all()
        kind, text = _ANSWERS.get((host, request.path), ("text/plain", "ok"))
        response = web.Response(text=text, content_type=kind, headers={"Cache-Control": "no-store"})
        name = COOKIES.get(request.path)
        if name is not None and host == TRACKER:
            response.set_cookie(name, "1", path="/", secure=True, samesite=SAME_SITE, max_age=3600)
        return response

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=authority.server_context())
        await site.start()
        port = runner.addresses[0][1]
        # Nothing that the browser asks for may leave the machine.
        world.resolver_rules = f"MAP * 127.0.0.1:{port}"
        yield world
    finally:
        await runner.cleanup()
