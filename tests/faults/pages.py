"""The faulty pages beside those of `tests.browser.fault_world`: what an image, a server or a script can do wrong."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import socket
import ssl

import trustme
from aiohttp import web

from crawler.browser.authority import Authority
from tests.browser.fault_world import FaultWorld, html

MEGABYTES = 100
_PIECE = b"\x00" * 1_000_000
CERTIFICATES = ("untrusted.test", "expired.test", "other-name.test")
"""Hosts whose certificate nobody would accept."""


def _with_image(name: str, address: str) -> tuple[str, str]:
    return f"/{name}", html(name, body=f"<img src='{address}'><img src='https://tracker.test/pixel?page={name}'>")


PAGES = dict(
    (
        _with_image("stalled-part", "https://tracker.test/stall"),
        _with_image("dripping-part", "https://tracker.test/drip"),
        _with_image("part-without-end", "https://tracker.test/endless"),
        _with_image("part-in-a-loop", "https://tracker.test/loop"),
        _with_image("part-without-name", "https://bad.test/x.gif"),
        _with_image("part-untrusted", "https://untrusted.test/x.gif"),
        _with_image("part-reset", "https://tracker.test/reset"),
        _with_image("part-refused", "https://refused.test/x.gif"),
        _with_image("part-asks-for-a-password", "/401"),
        _with_image("half-a-part", "https://tracker.test/half"),
        ("/loop-by-script", html("Loop", "location = '/loop-by-script?' + Math.random()")),
        (
            "/loop-by-refresh",
            html("Loop", head="<meta http-equiv='refresh' content='0;url=/loop-by-refresh'>"),
        ),
        (
            "/downloads",
            html("Downloads", "for (let i = 0; i < 40; i++) { const a = document.createElement('a');"
                 "a.href = '/file.bin?' + i; a.download = 'x'; document.body.append(a); a.click() }"),
        ),
        ("/large-part", html("Large", f"fetch('/large?mb={MEGABYTES}').then(r => r.arrayBuffer())")),
    )
)  # fmt: skip


def _expired(host: str) -> ssl.SSLContext:
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(host, not_before=now - 9 * day, not_after=now - day).configure_cert(context)
    return context


class Expired:
    """As far as a world needs it, an `Authority` whose certificate was good until yesterday."""

    def __init__(self, host: str) -> None:
        self.host = host

    def server_context(self) -> ssl.SSLContext:
        return _expired(self.host)


async def _large(request: web.Request) -> web.StreamResponse:
    """So many megabytes, as a page or as a part of one."""
    kind = "text/html" if request.path == "/large-page" else "application/octet-stream"
    response = web.StreamResponse(headers={"Content-Type": kind, "Cache-Control": "no-store"})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        if kind == "text/html":
            await response.write(html("Large").encode() + b"<!-- ")
        for _ in range(int(request.query.get("mb", MEGABYTES))):
            await response.write(_PIECE.replace(b"\x00", b"x") if kind == "text/html" else _PIECE)
            await asyncio.sleep(0)
        if kind == "text/html":
            await response.write(b" -->")
    return response


def extend(world: FaultWorld) -> FaultWorld:
    """Give a world these pages, and hosts with certificates or ports that are no good."""
    world.pages.update(PAGES)
    world.more |= {"site.test/large": _large, "site.test/large-page": _large}
    world.untrusted = {
        "untrusted.test": Authority(["untrusted.test"]),
        "expired.test": Expired("expired.test"),  # type: ignore[dict-item]
        "other-name.test": Authority(["someone-else.test"]),
    }
    world.ports["refused.test"] = _REFUSED.getsockname()[1]
    return world


_REFUSED = socket.socket()
"""Bound and not listening: connections are refused, and nobody else gets the port."""
_REFUSED.bind(("127.0.0.1", 0))
