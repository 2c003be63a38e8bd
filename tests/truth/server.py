"""The servers of the truth world: HTTP/2 and HTTP/1.1 over TLS, plain HTTP, STUN, and a port where nobody listens."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

from crawler.browser.authority import Authority
from tests.truth.answers import Reply, answer
from tests.truth.connections import Http1Connection, Http2Connection
from tests.truth.kinds import HTTP1, ORIGINS
from tests.truth.log import Received, TruthLog

_MAGIC_COOKIE = 0x2112A442


@dataclass
class World:
    """Where the servers listen, and what arrived."""

    spki: str
    ports: dict[str, int] = field(default_factory=dict)
    log: TruthLog = field(default_factory=TruthLog)
    broken: set[str] = field(default_factory=set)
    """Addresses whose connection was broken once."""

    @property
    def rules(self) -> str:
        """For `--host-resolver-rules`; nothing that the browser asks for leaves the machine."""
        host = {name: origin.partition("://")[2] for name, origin in ORIGINS.items()}
        rules = [f"{host['nowhere']} ~NOTFOUND", f"{host['refused']}:443 127.0.0.1:{self.ports['refused']}"]
        rules += [f"{host[name]}:443 127.0.0.1:{self.ports['h1']}" for name in HTTP1]
        rules += [f"*:443 127.0.0.1:{self.ports['h2']}", f"*:80 127.0.0.1:{self.ports['plain']}", "* 127.0.0.1"]
        return ",".join(f"MAP {rule}" for rule in rules)

    def answer(self, received: Received, number: int) -> Reply:
        """What the servers say to a request, which is the connection's first, second ..."""
        again = number > 1 and received.url not in self.broken
        if again and received.kind == "fetch_retried":
            self.broken.add(received.url)
        return answer(received, self.ports, reused=again)


class Stun(asyncio.DatagramProtocol):
    """Answers binding requests (RFC 5389)."""

    def __init__(self, log: TruthLog) -> None:
        self._log = log
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self._log.datagrams["stun"] += 1
        if len(data) < 20 or self._transport is None:
            return
        mapped = struct.unpack("!I", socket.inet_aton(address[0]))[0] ^ _MAGIC_COOKIE
        attribute = struct.pack("!HHBBHI", 0x20, 8, 0, 1, address[1] ^ (_MAGIC_COOKIE >> 16), mapped)
        head = struct.pack("!HHI", 0x101, len(attribute), _MAGIC_COOKIE) + data[8:20]
        self._transport.sendto(head + attribute, address)


class Silent(asyncio.DatagramProtocol):
    """Counts datagrams and never answers."""

    def __init__(self, log: TruthLog) -> None:
        self._log = log

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self._log.datagrams["webtransport"] += 1


@contextlib.asynccontextmanager
async def truth_world() -> AsyncIterator[World]:
    """Serve until the context is left."""
    authority = Authority(sorted({origin.partition("://")[2] for origin in ORIGINS.values()}))
    world = World(authority.spki)
    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as stack:
        for name, protocol in (("h2", Http2Connection), ("h1", Http1Connection), ("plain", Http1Connection)):
            tls = None if name == "plain" else authority.server_context()
            if tls is not None:
                tls.set_alpn_protocols(["h2"] if name == "h2" else ["http/1.1"])
            server = await loop.create_server(
                lambda protocol=protocol: protocol(world.log, world.answer), "127.0.0.1", 0, ssl=tls, backlog=1024
            )
            stack.callback(server.close)
            world.ports[name] = server.sockets[0].getsockname()[1]
        for name, datagrams in (("stun", Stun), ("webtransport", Silent)):
            transport, _ = await loop.create_datagram_endpoint(
                lambda datagrams=datagrams: datagrams(world.log), local_addr=("127.0.0.1", 0)
            )
            stack.callback(transport.close)
            world.ports[name] = transport.get_extra_info("sockname")[1]
        # Bound and not listening: nobody else can take it, and nobody answers.
        closed = stack.enter_context(socket.socket())
        closed.bind(("127.0.0.1", 0))
        world.ports["refused"] = closed.getsockname()[1]
        yield world
