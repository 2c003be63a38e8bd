"""Asks the machine's name servers which names a host is an alias for, where the browser's own log does not tell.

A browser that leaves names to the operating system (the headless shell does) is told addresses alone, and tells no
more. The same servers are asked again, for hosts of the audited site only and only for those that the browser itself
has just looked up: so nobody learns of a host who did not know it, and a run whose hosts are mapped to loopback asks
nothing. A host of the hosts file has no name server to ask.

A run can be given a name server of its own for this (`NameServers.at`). It is asked instead of the machine's, and for
mapped hosts as well: who plays the site's hosts somewhere else may still say what their names stand for. So are hosts
of the hosts file, those behind a proxy, and those of which the browser's own resolver told no alias: the network may
hide them.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import dns.asyncresolver
import dns.name

from crawler.browser.name_server_address import NameServerAddress

MAX_ASKED = 1_000
"""Questions in one run."""
LIFETIME_S = 3.0
"""For one host, all servers and attempts together."""
PATIENCE_S = 4.0
"""For all hosts of one visit."""
_AT_A_TIME = 8
_MAX_FILE = 1 << 20

NOT_ASKED_HOSTS_FILE = "hosts"


class NameServers:
    """A host is asked for until it is told, then never again. Nothing raises for what a server answers."""

    def __init__(
        self,
        resolver: dns.asyncresolver.Resolver | None = None,
        hosts_file: Path | None = None,
        *,
        given: bool = False,
    ) -> None:
        """Without a `resolver`: as the machine is configured. `given`: as the run says, the hosts file left aside."""
        self._resolver = resolver
        self._hosts_file = hosts_file or _hosts_file()
        self._in_file: frozenset[str] | None = frozenset() if given else None
        self.given = given
        self._asking: dict[str, asyncio.Task[tuple[str, ...] | None]] = {}
        self._asked = 0
        self._free = asyncio.Semaphore(_AT_A_TIME)

    @classmethod
    def at(cls, address: str) -> NameServers:
        """Those of one server, as `NameServerAddress.read` takes it. Raises `ValueError`."""
        server = NameServerAddress.read(address)
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [server.host]
        resolver.port = server.port
        return cls(resolver, given=True)

    async def chains(self, hosts: Iterable[str]) -> dict[str, tuple[str, ...] | str]:
        """Targets of CNAME records in order, or `hosts` for one of the hosts file; without those nobody told of."""
        if self._in_file is None:
            self._in_file = await asyncio.to_thread(_names_in, self._hosts_file)
        found: dict[str, tuple[str, ...] | str] = {}
        tasks = {}
        for host in hosts:
            if host in self._in_file:
                found[host] = NOT_ASKED_HOSTS_FILE
            elif (task := self._task(host)) is not None:
                tasks[host] = task
        if tasks:
            await asyncio.wait(tasks.values(), timeout=PATIENCE_S)
        for host, task in tasks.items():
            chain = task.result() if task.done() and not task.cancelled() else None
            if chain is not None:
                found[host] = chain
            elif task.done() and self._asking.get(host) is task:
                del self._asking[host]
        return found

    def _task(self, host: str) -> asyncio.Task[tuple[str, ...] | None] | None:
        if host not in self._asking:
            if self._asked >= MAX_ASKED:
                return None
            self._asked += 1
            self._asking[host] = asyncio.create_task(self._ask(host))
        return self._asking[host]

    async def _ask(self, host: str) -> tuple[str, ...] | None:
        async with self._free:
            try:
                if self._resolver is None:
                    self._resolver = dns.asyncresolver.Resolver()
                answer = await self._resolver.resolve(
                    dns.name.from_text(host), "A", search=False, raise_on_no_answer=False, lifetime=LIFETIME_S
                )
                return tuple(record[0].target.to_text(True).lower() for record in answer.chaining_result.cnames)
            except Exception:  # noqa: BLE001 - whatever a server sends, it must not cost the visit
                return None


def _hosts_file() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "drivers" / "etc" / "hosts"
    return Path("/etc/hosts")


def _names_in(path: Path) -> frozenset[str]:
    """The names of a hosts file; none when it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_MAX_FILE).splitlines()
    except OSError:
        return frozenset()
    entries = (line.partition("#")[0].split() for line in lines)
    return frozenset(name.lower().rstrip(".") for entry in entries for name in entry[1:])
