"""Bodies and WebSocket messages over HTTP/2, with a real browser and a real server."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypercorn.asyncio import serve
from hypercorn.config import Config

from crawler.browser.authority import Authority
from tests.collectors.recorded import Recorded, record

pytestmark = pytest.mark.browser
PAGE = b"""<title>h2</title><script>
const send = (path, body, more) => fetch(path, {method: 'POST', body, ...more});
for (let i = 0; i < 12; i++) send('/same', 'body number ' + i);
send('/large', 'z'.repeat(500000));
const stream = new ReadableStream({async start(c) {
  for (const part of ['one ', 'two ', 'three']) { c.enqueue(new TextEncoder().encode(part)); await 0; } c.close(); }});
send('/stream', stream, {duplex: 'half'});
const ws = new WebSocket('wss://site.test/ws');
ws.onopen = () => { for (let i = 0; i < 5; i++) ws.send('message ' + i); ws.send('w'.repeat(100000)); };
addEventListener('pagehide', () => navigator.sendBeacon('/bye', 'good bye'));
</script>"""


class Server:
    def __init__(self) -> None:
        self.bodies: list[tuple[str, bytes, str]] = []
        self.messages: list[str] = []

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                self.messages.append(message["text"])
        elif scope["type"] == "http":
            body, more = b"", True
            while more:
                message = await receive()
                body, more = body + message.get("body", b""), message.get("more_body", False)
            self.bodies.append((scope["path"], body, scope["http_version"]))
            headers = [(b"content-type", b"text/html")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": PAGE if scope["path"] == "/" else b"ok"})


def test_bodies_over_http2_are_those_the_server_received(tmp_path: Path) -> None:
    server = Server()
    recorded = asyncio.run(visit(server, tmp_path))
    assert {version for _, _, version in server.bodies} == {"2"}
    assert len(server.bodies) == 1 + 12 + 1 + 1 + 1
    wire = [hop for hop in recorded.log.hops if hop.request_headers is not None and "/ws" not in hop.url]
    assert Counter((path, body) for path, body, _ in server.bodies) == Counter(
        (hop.url.removeprefix("https://site.test"), hop.body.kept if hop.body else b"") for hop in wire
    )
    assert all(hop.declared_body_bytes in (None, hop.body.total if hop.body else 0) for hop in wire)
    [handshake] = [row for row in recorded.requests if row.resource_type == "websocket"]
    assert handshake.body == "\n".join(server.messages)
    assert len(server.messages) == 6
    assert recorded.reconciliation.netlog_complete


async def visit(server: Server, folder: Path) -> Recorded:
    authority = Authority(["site.test"])
    key, chain = folder / "key.pem", folder / "chain.pem"
    authority._leaf.private_key_pem.write_to_path(str(key))
    chain.write_bytes(b"".join(pem.bytes() for pem in authority._leaf.cert_chain_pems))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = Config()
    config.bind, config.alpn_protocols = [f"127.0.0.1:{port}"], ["h2"]
    config.certfile, config.keyfile, config.errorlog = str(chain), str(key), None
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(server, config, shutdown_trigger=stop.wait))  # type: ignore[arg-type]
    await asyncio.sleep(0.3)
    switches = [
        f"--host-resolver-rules=MAP *:443 127.0.0.1:{port},MAP * ~NOTFOUND",
        f"--ignore-certificate-errors-spki-list={authority.spki}",
    ]
    try:
        return await record(folder, switches, "https://site.test/", lambda page: asyncio.sleep(2))
    finally:
        stop.set()
        await serving
