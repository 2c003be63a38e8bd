"""The bench's site: 30 pages of about 60 requests, 25 of them to vendors' host names, 20 to 150 ms latency each.

Run as a process of its own, so that its cost is nobody's: prints one line of JSON (port, spki) and serves until its
standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import zlib

from aiohttp import web

from crawler.browser.authority import Authority

COMPANY = "www.bench-company.example"
PAGES = 30
VENDORS = (
    "www.google-analytics.com", "www.googletagmanager.com", "connect.facebook.net", "www.facebook.com",
    "px.ads.linkedin.com", "snap.licdn.com", "bat.bing.com", "www.clarity.ms", "analytics.tiktok.com",
    "ct.pinterest.com", "static.hotjar.com", "script.hotjar.com", "rs.fullstory.com", "edge.fullstory.com",
    "track.hubspot.com", "js.hs-scripts.com", "j.6sc.co", "b.6sc.co", "api.segment.io", "cdn.segment.com",
    "api-js.mixpanel.com", "cdn.mxpnl.com", "alb.reddit.com", "stats.g.doubleclick.net", "td.doubleclick.net",
)  # fmt: skip
_GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
_KINDS = {
    "js": "text/javascript",
    "css": "text/css",
    "gif": "image/gif",
    "html": "text/html",
    "json": "application/json",
}


def page(number: int) -> str:
    """One page: 1 document, 3 styles, 12 own pictures, 6 own scripts, a frame, a worker, vendors' scripts and calls."""
    own = "".join(f'<img src="/own/{number}/{i}.gif" alt="" width="8" height="8">' for i in range(12))
    scripts = "".join(f'<script defer src="/own/{number}/{i}.js"></script>' for i in range(6))
    libraries = "".join(f'<script async src="https://{host}/lib.js?p={number}"></script>' for host in VENDORS[1:12:2])
    frame = f'<iframe src="https://td.doubleclick.net/frame.html?p={number}"></iframe>'
    return (
        f"<!doctype html><title>Page {number}</title>"
        + "".join(f'<link rel="stylesheet" href="/own/{number}/{i}.css">' for i in range(3))
        + f"<body><h1>Page {number}</h1><p>{'Plain words about software. ' * 200}</p>{own}{scripts}{libraries}{frame}"
        + f"<script>new Worker('/own/{number}/worker.js')</script>"
    )


def script(host: str, path: str) -> str:
    """What a script does: a vendor's library sets a cookie and calls home, the worker fetches, own ones do little."""
    if path.endswith("worker.js"):
        return "for (const n of [1, 2]) fetch('/own/data/' + n + '.json')"
    if host == COMPANY:
        return "".join(f"function f{i}(a) {{ return a * {i} }}\n" for i in range(400)) + "f1(2);"
    at = VENDORS.index(host)
    calls = [f"new Image().src='https://{VENDORS[(at + i) % len(VENDORS)]}/c{i}.gif?v=2&cid=1.2'" for i in range(2)]
    return (
        f"document.cookie='_v{at}=abcdefghijkl{at}; path=/; max-age=9999';{';'.join(calls)};"
        f"navigator.sendBeacon('https://{host}/beacon.json', JSON.stringify({{event: 'view', page: location.href}}))"
    )


async def answer(request: web.Request) -> web.Response:
    """Every path of every host."""
    await request.read()
    host, path = request.host.partition(":")[0], request.path
    await asyncio.sleep((20 + zlib.crc32(f"{host}{path}".encode()) % 131) / 1000)
    if host == COMPANY and (path == "/" or path.startswith("/p/")):
        number = int(path.removeprefix("/p/").strip("/") or 0)
        links = "".join(f'<a href="/p/{i}">{i}</a> ' for i in range(1, PAGES))
        response = web.Response(text=page(number) + links, content_type="text/html")
        response.set_cookie("session", "0123456789abcdef", secure=True, httponly=True)
        return response
    ending = path.rpartition(".")[2]
    if path == "/robots.txt" or ending not in _KINDS:
        return web.Response(status=404)
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    if host != COMPANY:
        headers["Set-Cookie"] = f"id={zlib.crc32(host.encode())}; Max-Age=999999; Secure; SameSite=None; Path=/"
    if ending == "gif":
        return web.Response(body=_GIF, content_type="image/gif", headers=headers)
    texts = {"js": lambda: script(host, path), "css": lambda: "p { margin: 0 } " * 300, "json": lambda: '{"ok": true}'}
    text = texts.get(ending, lambda: "<img src='https://www.google-analytics.com/f.gif'>")()
    return web.Response(text=text, content_type=_KINDS[ending], headers=headers)


async def serve() -> None:
    """Serve until standard input ends."""
    authority = Authority([COMPANY, *VENDORS])
    application = web.Application(client_max_size=1 << 20)
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=authority.server_context()).start()
    print(json.dumps({"port": runner.addresses[0][1], "spki": authority.spki}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
