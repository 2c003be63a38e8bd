"""A small hostile world on loopback: a site, its trackers, and the truth about every request that reached them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from crawler.browser.authority import Authority

HOSTS = ("site.test", "*.site.test", "tracker.test", "*.tracker.test", "ads.test")


@dataclass(frozen=True)
class Received:
    method: str
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass
class World:
    """Serves `pages` by `host/path`, and records what it received; `messages` are those of WebSockets by URL."""

    authority: Authority
    pages: dict[str, web.Response | str]
    received: list[Received] = field(default_factory=list)
    messages: dict[str, list[bytes]] = field(default_factory=dict)
    port: int = 0
    plain_port: int = 0

    @property
    def switches(self) -> list[str]:
        rules = ("nowhere.invalid ~NOTFOUND", f"*:443 127.0.0.1:{self.port}", f"*:80 127.0.0.1:{self.plain_port}")
        return [
            "--host-resolver-rules=" + ",".join(f"MAP {rule}" for rule in (*rules, "* ~NOTFOUND")),
            f"--ignore-certificate-errors-spki-list={self.authority.spki}",
        ]

    async def quiet(self, seconds: float = 0.7) -> None:
        """Until nothing has arrived for a while."""
        count = -1
        while count != len(self.received):
            count = len(self.received)
            await asyncio.sleep(seconds)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        url = str(request.url)
        if request.headers.get("upgrade", "").lower() == "websocket":
            url = url.replace("http", "ws", 1)
            self.received.append(Received("GET", url, b"", _headers(request)))
            return await self._websocket(request, url)
        body = await request.read()
        self.received.append(Received(request.method, url, body, _headers(request)))
        page = self.pages.get(request.host + request.path)
        origin = request.headers.get("origin", "*")
        if page is None:
            response = web.Response(text="ok")
        elif isinstance(page, str):
            kind = "text/javascript" if request.path.endswith(".js") else "text/html"
            response = web.Response(text=page, content_type=kind, headers={"cache-control": "no-store"})
        else:
            response = web.Response(status=page.status, body=page.body, headers=page.headers)
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Headers"] = "x-custom,content-type"
        return response

    async def _websocket(self, request: web.Request, url: str) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0)
        page = self.pages.get(request.host + request.path)
        if isinstance(page, web.Response):
            socket.headers.extend(page.headers)
        await socket.prepare(request)
        async for message in socket:
            data = message.data if message.type is WSMsgType.BINARY else message.data.encode()
            self.messages.setdefault(url, []).append(data)
        return socket


def _headers(request: web.Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


@contextlib.asynccontextmanager
async def running(pages: dict[str, web.Response | str]) -> AsyncIterator[World]:
    world = World(Authority(HOSTS), pages)
    app = web.Application(client_max_size=1 << 30)
    app.router.add_route("*", "/{path:.*}", world._handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=world.authority.server_context()).start()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        world.port, world.plain_port = (address[1] for address in runner.addresses)
        yield world
    finally:
        await runner.cleanup()
