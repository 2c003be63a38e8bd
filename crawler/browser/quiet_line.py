"""Stands between Playwright and the browser, and keeps back commands that a visit is better without.

`Runtime.enable` makes V8 describe whatever a page gives to its console, and a page can watch that happen: its
`Error.prepareStackTrace` is called, the `name` and `message` of its errors are read (measured with Chromium 156 and
Playwright 1.65 on 2026-11-27, in pages, frames and all kinds of workers). Playwright sends it to every page and worker
and has no option against it.

`Network.enable` makes the browser tell Playwright of every request. The recorder's own line hears of them all the same,
and telling it twice costs the browser, the driver and us time for nothing.

The price: Playwright never learns of any script context, so its `evaluate`, `title`, `content`, `locator` and
`screenshot` wait for ever; it knows of no request or response, and answers no request for a password. Going to an
address, frames, events, the mouse and DevTools sessions work, and `collectors/devtools/isolated_world.py` evaluates
without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from http import HTTPStatus
from types import TracebackType

import orjson
import websockets
from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

_KEPT_BACK = ("Runtime.enable", "Network.enable")
_GONE = (OSError, TimeoutError, websockets.WebSocketException)


class QuietLine:
    """A DevTools address for Playwright that leads to `ws_url`. Use it as an async context manager.

    Entering raises `OSError` when loopback cannot be listened on; nothing raises after that.
    """

    def __init__(self, ws_url: str) -> None:
        self.kept_back = 0
        """So many commands were answered here and not passed on."""
        self._ws_url = ws_url
        # A page of the browser can reach this port, too: it would have to guess, and to come without an origin.
        self._path = f"/{secrets.token_urlsafe(24)}"
        self._server: Server | None = None
        self.url = ""

    async def __aenter__(self) -> QuietLine:
        self._server = await serve(
            self._relay,
            "127.0.0.1",
            0,
            origins=[None],
            process_request=self._admit,
            max_size=None,
            compression=None,
            ping_interval=None,
        )
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._path}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), 2)

    def _admit(self, client: ServerConnection, request: Request) -> Response | None:
        return None if request.path == self._path else client.respond(HTTPStatus.NOT_FOUND, "")

    async def _relay(self, client: ServerConnection) -> None:
        with contextlib.suppress(*_GONE):
            async with connect(
                self._ws_url, max_size=None, compression=None, ping_interval=None, proxy=None
            ) as browser:
                ways = [
                    asyncio.ensure_future(way) for way in (_pass_on(browser, client), self._orders(client, browser))
                ]
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)

    async def _orders(self, client: Connection, browser: Connection) -> None:
        """From Playwright to the browser, all but what is kept back."""
        async for message in client:
            # Looked for first, because most messages need no reading.
            if isinstance(message, str) and any(command in message for command in _KEPT_BACK):
                order = orjson.loads(message)
                if order.get("method") in _KEPT_BACK:
                    self.kept_back += 1
                    answer = {"id": order["id"], "result": {}}
                    if "sessionId" in order:
                        answer["sessionId"] = order["sessionId"]
                    await client.send(orjson.dumps(answer).decode())
                    continue
            await browser.send(message)


async def _pass_on(browser: Connection, client: Connection) -> None:
    while True:
        # Unread: only its frame is taken off and put on.
        await client.send(await browser.recv(decode=False), text=True)
