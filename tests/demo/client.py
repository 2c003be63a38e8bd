"""An HTTP client that believes every host name to be on the demo world's ports."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from crawler.demo.world import World


class _Loopback(AbstractResolver):
    def __init__(self, world: World) -> None:
        self._ports = {443: world.tls_port, 80: world.plain_port}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._ports.get(port, port),
                family=socket.AF_INET,
                proto=0,
                flags=0,
            )
        ]

    async def close(self) -> None:
        pass


@asynccontextmanager
async def client(world: World, folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """A session that verifies certificates against the world's own authority."""
    ca = folder / "ca.pem"
    world.authority.write_ca(ca)
    connector = aiohttp.TCPConnector(
        resolver=_Loopback(world), ssl=ssl.create_default_context(cafile=str(ca)), use_dns_cache=False
    )
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session
