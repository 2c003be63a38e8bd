"""A TLS server for browser tests: pages by path under any of its hosts; remembers what came."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from crawler.browser.authority import Authority


@dataclass
class Loopback:
    rules: str
    spki: str
    queries: list[str] = field(default_factory=list)
    """Path and query in order."""
    came: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path and headers (lower case) in order."""

    def headers(self, path: str) -> dict[str, str]:
        return next(headers for came, headers in self.came if came == path)


@contextlib.asynccontextmanager
async def loopback(
    pages: Mapping[str, tuple[str, str]], hosts: tuple[str, ...] = ("a.example",)
) -> AsyncIterator[Loopback]:
    """`pages` maps a path to content type and text; other paths answer `ok`."""
    authority = Authority(hosts)
    world = Loopback("", authority.spki)

    async def answer(request: web.Request) -> web.Response:
        world.queries.append(request.path_qs)
        world.came.append((request.path, {name.lower(): value for name, value in request.headers.items()}))
        kind, text = pages.get(request.path, ("text/plain", "ok"))
        headers = {"Content-Disposition": "attachment; filename=x.bin"} if request.path == "/download" else {}
        return web.Response(text=text, content_type=kind, headers=headers)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=authority.server_context()).start()
        world.rules = f"MAP * 127.0.0.1:{runner.addresses[0][1]}"
        yield world
    finally:
        await runner.cleanup()
