"""Two TLS sites on loopback that a browser must prove itself on: a shop, and a tracker on another domain."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from aiohttp import web

from crawler.browser.authority import Authority

SHOP = "www.canary-shop.example"
TRACKER = "www.canary-tracker.example"

# Every wait inside the page is bounded, so that a worker which never starts is a finding and not a hang. The page does
# all by itself, so that a visitor whom nobody drives shows the same.
_SHOP_PAGE = f"""<!doctype html><title>Canary</title>
<script src="/seen.js"></script>
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
const again = async () => {{
  await fetch('https://{TRACKER}/again', {{ mode: 'no-cors', credentials: 'include' }});
  return 'asked';
}};
async function prove() {{
  const found = {{ gpc: String(navigator.globalPrivacyControl), seen: await seen() }};
  return {{
    document: found,
    frame: await bounded(frame),
    worker: await bounded(worker()),
    shared: await bounded(shared()),
    service: await bounded(service()),
    again: await bounded(again()),
  }};
}}
addEventListener('load', async () => {{
  await fetch('/answers', {{ method: 'POST', body: JSON.stringify(await prove()) }});
  if (await fetch('/leave').then((answer) => answer.text()) === 'go') location.href = 'about:blank';
}});
addEventListener('pagehide', () => navigator.sendBeacon('https://{TRACKER}/leaving', JSON.stringify(changed())));
</script>
<iframe src="https://{TRACKER}/frame"></iframe><img src="https://{TRACKER}/pixel" alt="">
"""
_TELL = "({ gpc: String(navigator.globalPrivacyControl), seen: await seen() })"
_FRAME = f"""<!doctype html><script src="/seen.js"></script>
<script>addEventListener('load', async () => parent.postMessage({_TELL}, '*'))</script>"""
_WORKER = f"importScripts('/seen.js'); fetch('/from-worker').then(async () => postMessage({_TELL}));"
_SHARED = f"""importScripts('/seen.js'); onconnect = (event) => fetch('/from-shared-worker').then(
  async () => event.ports[0].postMessage({_TELL}));"""
_SERVICE = f"""importScripts('/seen.js'); onmessage = (event) => event.waitUntil(fetch('/from-service-worker').then(
  async () => event.ports[0].postMessage({_TELL})));"""
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

    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    """Its header lines in their order."""
    body: bytes
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
    leaves_by_itself: bool = False
    """What the page is told: a visitor that nobody drives must go by itself."""
    answers: dict[str, Any] = field(default_factory=dict)
    """What the page, its frame and its workers said."""
    changed: dict[str, str] = field(default_factory=dict)
    """What had changed in the page when it was left."""
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

    def note(self, path: str, body: bytes) -> None:
        """Keep what the page says; whatever else says something there is not listened to."""
        with contextlib.suppress(ValueError):
            if path == "/answers":
                self.answers = json.loads(body)
            elif path == "/leaving":
                self.changed = json.loads(body)

    def at(self, path: str) -> list[Arrived]:
        """The requests to a path; no path is used on both hosts."""
        return [request for request in self.arrived if request.path == path]


@cache
def _seen() -> str:
    return resources.files("crawler.browser").joinpath("js", "seen.js").read_text(encoding="utf-8")


@contextlib.asynccontextmanager
async def canary_world(*, leaves_by_itself: bool = False) -> AsyncIterator[CanaryWorld]:
    """Serve both sites until the context is left. Raises `OSError` when loopback cannot be listened on."""
    authority = Authority([SHOP, TRACKER])
    world = CanaryWorld("", authority.spki, leaves_by_itself)

    async def answer(request: web.Request) -> web.Response:
        host = (request.host or "").partition(":")[0]
        body = await request.read()
        arrival = Arrived(
            request.method,
            host,
            request.path,
            tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers),
            body,
            request.headers.get("Sec-GPC") == "1",
            frozenset(request.cookies),
            request.headers.get("User-Agent", ""),
            request.headers.get("Sec-CH-UA", ""),
        )
        world.arrived.append(arrival)
        world.note(request.path, body)
        async with world.news:
            world.news.notify_all()
        kind, text = _ANSWERS.get((host, request.path), ("text/plain", "ok"))
        if request.path == "/seen.js":
            kind, text = "text/javascript", _seen()
        elif request.path == "/leave":
            text = "go" if leaves_by_itself else "stay"
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
