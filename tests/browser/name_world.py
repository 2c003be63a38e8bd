"""A name server and a web server on loopback, and a program that visits the world they make in a network of its own.

`python -m tests.browser.name_world FOLDER` wants to be root of a fresh network and mount namespace: it brings loopback
up, makes the name server the machine's own, visits one page and leaves what was recorded in FOLDER.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PAGE = "https://www.acme.test/"
NAMES: Mapping[str, str] = {
    "metrics.acme.test": "acme.d1.sc.omtrdc.net",
    "acme.d1.sc.omtrdc.net": "edge.adobe-lb.test",
    "www.acme.test": "acme.hosting.test",
}
"""Aliases; every other name under `.test` or at the end of a chain is 127.0.0.1."""
HTML = """<!doctype html><html lang="en"><title>Acme</title>
<script>document.cookie = "visitor=0123456789; domain=acme.test; path=/; secure; max-age=999999";</script>
<img src="https://metrics.acme.test/b/ss/acmersid/1/JS-2.22.0/s1?AQB=1&pageName=home" alt="">
<img src="https://plain.acme.test/x.gif" alt=""><img src="https://filed.acme.test/x.gif" alt="">
<img src="https://tracker.other.test/x.gif" alt="">"""
FILED = "filed.acme.test"
"""Stands in the hosts file."""


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Answers A with the whole chain, everything else with the chain alone."""

    names: Mapping[str, str]
    silent: frozenset[str] = frozenset()
    """Hosts that get no answer."""
    asked: list[tuple[str, int]] = field(default_factory=list)
    """Host and type, in order."""
    transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        host, kind = ".".join(labels).lower(), int.from_bytes(data[at + 1 : at + 3])
        self.asked.append((host, kind))
        if host in self.silent:
            return
        records, name, seen = [], host, {host}
        while name in self.names:
            target = self.names[name]
            records.append(_record(name, 5, _wire(target)))
            if target in seen:
                break
            name = target
            seen.add(name)
        if kind == 1:
            records.append(_record(name, 1, socket.inet_aton("127.0.0.1")))
        head = data[:2] + struct.pack(">HHHHH", 0x8580, 1, len(records), 0, 0)
        self.transport.sendto(head + data[12 : at + 5] + b"".join(records), address)


async def serve_names(server: NameServer, port: int = 0) -> int:
    """Listen on loopback; returns the port."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: server, local_addr=("127.0.0.1", port)
    )
    return int(transport.get_extra_info("sockname")[1])


def _wire(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _record(name: str, kind: int, data: bytes) -> bytes:
    return _wire(name) + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def _own_network(folder: Path) -> None:
    """Loopback up, and our name server and hosts file in the place of the machine's. Raises `OSError`."""
    import ctypes
    import fcntl

    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x1))  # SIOCSIFFLAGS, IFF_UP
    for name, text in (("resolv.conf", "nameserver 127.0.0.1\n"), ("hosts", f"127.0.0.1 localhost {FILED}\n")):
        (folder / name).write_text(text)
        bind = 4096
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(str(folder / name).encode(), f"/etc/{name}".encode(), None, bind, None):
            raise OSError(ctypes.get_errno(), f"/etc/{name} could not be replaced")


async def _visit(folder: Path) -> None:
    from aiohttp import web
    from playwright.async_api import async_playwright

    from crawler.browser.authority import Authority
    from crawler.browser.find import find
    from crawler.browser.launch import LaunchOptions
    from crawler.browser.settle import Settling
    from crawler.browser.visit import Engine
    from crawler.browser.visit_plan import PlannedVisit
    from crawler.bundle.redact import Redactor
    from crawler.evidence import Arm

    server = NameServer(NAMES)
    await serve_names(server, 53)
    authority = Authority(("*.acme.test", "*.other.test"))

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=HTML if request.host == "www.acme.test" else "ok", content_type="text/html")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 443, ssl_context=authority.server_context()).start()
    chosen = os.environ.get("NAME_WORLD_BROWSER")
    async with async_playwright() as playwright:
        engine = Engine(
            playwright,
            LaunchOptions(
                browser=find(Path(chosen) if chosen else None, allow_install=False), spki_hashes=(authority.spki,)
            ),
            workspace=folder / "work",
            sites=(PAGE,),
            own_domains=(),
            settling=Settling(least_s=0.5, quiet_s=0.5, cap_s=5),
            redactor=Redactor(),
        )
        recording = await engine.visit(PlannedVisit(number=0, url=PAGE, arm=Arm.CONTROL, repetition=1))
    await runner.cleanup()
    (folder / "recorded.pickle").write_bytes(pickle.dumps((recording, server.asked)))


if __name__ == "__main__":
    _own_network(Path(sys.argv[1]))
    asyncio.run(_visit(Path(sys.argv[1])))
