"""The events of a NetLog that tell of names: which hosts were looked up, by whom, and which other names they have.

Read from NetLogs of Chromium 156 on 2026-11-28. The browser's own resolver (full Chromium; over DNS or HTTPS) logs each
CNAME record of an answer, in no order. The system's resolver (the headless shell) logs addresses alone: its list of
aliases stays empty, because Chromium does not ask for the canonical name. A host of the hosts file is told as such
only where Chromium reads the file itself. A mapped host (`--host-resolver-rules`) leaves no trace under its name.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.collectors.netlog.events import BEGIN, END, Handler, Moment, Params, Taker
from crawler.collectors.netlog.records import Lookup, NetLog

MAX_HOSTS = 5_000
MAX_CHAIN = 16
"""Names behind one host; chains of real sites have one to five."""
MAX_RECORDS = 200
"""Of one answer."""
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


def host_name(value: object) -> str | None:
    """A name as DNS writes it, in lower case without its last dot; None for what can be no host."""
    name = value.rstrip(".").lower() if isinstance(value, str) and len(value) <= 256 else ""
    return name if _NAME.fullmatch(name) else None


def chain_of(host: str, targets: Mapping[str, str]) -> tuple[str, ...]:
    """Follow aliases from a host; ends at the first name without one, at a loop, or after `MAX_CHAIN`."""
    found: list[str] = []
    while len(found) < MAX_CHAIN and (target := targets.get(found[-1] if found else host)) is not None:
        if target == host or target in found:
            break
        found.append(target)
    return tuple(found)


class NameEvents:
    """Fills the log's lookups, and remembers which name led to an address."""

    def __init__(self, log: NetLog, moment: Moment) -> None:
        self._log, self._moment = log, moment
        self._names: dict[str, str] = {}
        self._resolving: dict[int, str] = {}

    def name_of(self, address: str) -> str:
        """The host that was looked up and led to an address, else the address."""
        return self._names.get(address.strip("[]"), address)

    def handlers(self) -> dict[str, Handler]:
        """By name of the event."""
        return {
            "HOST_RESOLVER_MANAGER_JOB": self._resolve,
            "HOST_RESOLVER_SYSTEM_TASK": self._asked_system,
            "HOST_RESOLVER_DNS_TASK": self._asked_servers,
            "HOST_RESOLVER_MANAGER_HOSTS_HIT": self._read_file,
        }

    def takers(self) -> dict[str, Taker]:
        """None."""
        return {}

    def _resolve(self, params: Params) -> None:
        if self._moment.phase == BEGIN:
            # `https://host`, `host:port`, `host`
            host = str(params["host"]).rpartition("://")[2]
            self._resolving[self._moment.source] = host.rpartition(":")[0] or host

    def _asked_system(self, params: Params) -> None:
        host = self._resolved(params)
        if host is not None and params.get("address_list"):
            self._note(host, "system", ())

    def _asked_servers(self, params: Params) -> None:
        host, results = self._resolved(params), params.get("results")
        if host is None or not isinstance(results, list):
            return
        targets: dict[str, str] = {}
        addresses = False
        for record in results[:MAX_RECORDS]:
            if record.get("type") == "alias":
                name, target = host_name(record.get("domain_name")), host_name(record.get("alias_target"))
                if name and target:
                    targets.setdefault(name, target)
            addresses = addresses or bool(record.get("endpoints"))
        if addresses:
            self._note(host, "browser", chain_of(host_name(host) or host, targets))

    def _read_file(self, params: Params) -> None:
        for record in params["results"][:1]:
            self._note(str(record["domain_name"]), "hosts", ())

    def _resolved(self, params: Params) -> str | None:
        """The host whose lookup came to an end, with its addresses remembered."""
        host = self._resolving.get(self._moment.source)
        if self._moment.phase != END or host is None:
            return None
        for address in _addresses(params):
            self._names[address] = host
        return host

    def _note(self, host: str, by: str, chain: tuple[str, ...]) -> None:
        name = host_name(host)
        known = self._log.lookups.get(name or "")
        if name is None or (known is not None and (known.chain or not chain)):
            return
        if known is None and len(self._log.lookups) >= MAX_HOSTS:
            return
        self._log.lookups[name] = Lookup(by, chain)


def _addresses(value: Any) -> Iterator[str]:
    """Every IP address in an answer of the resolver, whatever its form."""
    if isinstance(value, dict):
        for entry in value.values():
            yield from _addresses(entry)
    elif isinstance(value, list):
        for entry in value[:100]:
            yield from _addresses(entry)
    elif isinstance(value, str) and len(value) <= 60:
        host = value.rpartition(":")[0] if value.count(":") == 1 or value.startswith("[") else value
        try:
            yield str(ipaddress.ip_address(host.strip("[]")))
        except ValueError:
            return
