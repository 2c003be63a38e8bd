"""A shop, its content host and vendors under their real names, on loopback: pages that show whatever a visitor changes.

The shop's page (frames, popups, workers, every kind of request) leads on to one with a service worker, and that to a
last one, which shows what is done to a page while it stands. Each realm reports what it sees.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from crawler.browser.authority import Authority

NAMES = {
    "SHOP": "www.shop.test",
    "CDN": "static.shopcdn.test",
    "TRACKER": "www.google-analytics.com",
    "PIXEL": "www.facebook.com",
    "NETWORK": "stats.g.doubleclick.net",
    "SPECULATED": "www.speculated.test",
}
START = f"https://{NAMES['SHOP']}/shop/"
LAST = ("/leaving", "/hides", "/unloads")
"""Beacons of the last page."""
HINTS = (
    "Sec-CH-UA-Full-Version-List, Sec-CH-UA-Arch, Sec-CH-UA-Bitness, Sec-CH-UA-Model, Sec-CH-UA-Platform-Version, "
    "Sec-CH-UA-WoW64, Sec-CH-UA-Form-Factors, Sec-CH-DPR, Sec-CH-Width, Sec-CH-Viewport-Width, Sec-CH-Viewport-Height, "
    "Sec-CH-Device-Memory, Sec-CH-Prefers-Color-Scheme, Sec-CH-Prefers-Reduced-Motion, "
    "Sec-CH-Prefers-Reduced-Transparency, Save-Data, RTT, Downlink, ECT"
)
_SITE = Path(__file__).parent / "site"
_PAGES = {"/shop/": "shop.html", "/app/": "app.html", "/app/sw.js": "sw.js"}
_KINDS = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".png": "image/png"}
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
_HOLD_S = 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server got it: the header lines as they stood, in their order."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class World:
    """One visit's world."""

    authority: Authority
    leaves_by_itself: bool
    """What the last page is told: a visitor that nobody drives must go by itself."""
    rules: str = ""
    asked: list[Asked] = field(default_factory=list)
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each realm saw."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """All of the last page's beacons have come."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Every request of every host."""
        socket = request.headers.get("Upgrade", "").lower() == "websocket"
        body = b"" if socket else await request.read()
        url = f"{'wss' if socket else 'https'}://{request.host}{request.path_qs}"
        lines = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
        self.asked.append(Asked(request.method, url, lines, body))
        if socket:
            return await _echo(request)
        response = await self._response(request, body)
        origin = request.headers.get("Origin")
        if origin is not None:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Allow-Headers"] = "x-custom, content-type"
            response.headers["Access-Control-Allow-Methods"] = "PUT, POST, GET"
        return response

    async def _response(self, request: web.Request, body: bytes) -> web.Response:
        match request.path:
            case "/report":
                self.reports[request.query["realm"]] = json.loads(body)
                return web.Response(status=204)
            case "/hold":
                await asyncio.sleep(_HOLD_S)
                return web.Response(status=204)
            case "/leave":
                return web.Response(text="go" if self.leaves_by_itself else "stay")
            case "/hop":
                return _hop(int(request.query_string))
            case "/what-cookies":
                return web.Response(text=" ".join(sorted(request.cookies)))
            case "/events":
                return web.Response(text="data: first\n\n", content_type="text/event-stream")
            case "/etagged":
                known = request.headers.get("If-None-Match") == '"one"'
                headers = {"ETag": '"one"', "Cache-Control": "no-cache"}
                return web.Response(status=304 if known else 200, text=None if known else "text", headers=headers)
        if all(any(asked.url.endswith(path) for asked in self.asked) for path in LAST):
            self.left.set()
        return _file(request)


def _hop(left: int) -> web.Response:
    """A redirect to another site, with a cookie."""
    host = NAMES["NETWORK" if left == 0 else "PIXEL"]
    response = web.Response(status=302)
    response.headers["Location"] = f"https://{host}/{f'hop?{left - 1}' if left else 'landed'}"
    response.set_cookie(f"hop{left}", "1", secure=True, samesite="None", max_age=3600)
    return response


def _file(request: web.Request) -> web.Response:
    """A file of the site on whichever host; for other paths, something of the kind that the name promises."""
    file = _SITE / _PAGES.get(request.path, Path(request.path).name or "none")
    kind = _KINDS.get(file.suffix, "text/plain")
    if file.is_file():
        text = file.read_text(encoding="utf-8")
        for name, host in NAMES.items():
            text = text.replace(f"//{name}", f"//{host}")
        response = web.Response(text=text, content_type=kind)
    elif kind == "image/png":
        response = web.Response(body=_PNG, content_type=kind)
    else:
        response = web.Response(text="/* */" if kind in ("text/css", "text/javascript") else "ok", content_type=kind)
    response.headers["Cache-Control"] = "max-age=3600" if request.path == "/cached.js" else "no-store"
    if kind == "text/html":
        response.headers["Accept-CH"] = HINTS
        allowed = (name.strip().lower().replace("sec-ch", "ch") for name in HINTS.split(",") if "Save" not in name)
        response.headers["Permissions-Policy"] = ", ".join(f"{name}=*" for name in allowed)
    if request.host in (NAMES["TRACKER"], NAMES["PIXEL"], NAMES["CDN"]):
        response.set_cookie(f"c_{request.host.split('.')[1]}", "1", secure=True, samesite="None", max_age=3600)
    if request.path == "/shop/":
        response.set_cookie("first", "1", secure=True, httponly=True, max_age=3600)
    return response


async def _echo(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            await socket.send_str(message.data)
    return socket


@contextlib.asynccontextmanager
async def running(authority: Authority, *, leaves_by_itself: bool) -> AsyncIterator[World]:
    """Serve one visit's world until the end of the block."""
    world = World(authority, leaves_by_itself)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", world.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=authority.server_context()).start()
        port = runner.addresses[0][1]
        world.rules = f"MAP *.invalid ~NOTFOUND,MAP *:443 127.0.0.1:{port},MAP * ~NOTFOUND"
        yield world
    finally:
        await runner.cleanup()
