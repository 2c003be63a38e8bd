"""Which hosts of the site a visit sent requests to, and what the browser's log says of their other names."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from crawler.collectors.netlog.names import host_name
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import HostName, Request
from crawler.parties import Party, host_of, party

MAX_HOSTS = 200
"""Of one visit."""
_NOT_ASKED_YET = "failed"
_MAPPED = "mapped"
_SCHEMES = ("http://", "https://", "ws://", "wss://")


def build(
    requests: Iterable[Request],
    log: NetLog,
    visit: VisitKey,
    own_domains: Iterable[str],
    is_mapped: Callable[[str], bool],
) -> list[HostName]:
    """One row for each host of the site or the company that something was sent to, in the order of the alphabet.

    Hosts that the browser left to the operating system come as `failed`: `asked` says which, `answered` fills them in.
    """
    urls = {r.url for r in requests if r.on_wire and not r.own_traffic and r.url.startswith(_SCHEMES)}
    hosts = {host_of(url) for url in urls} - {""}
    domains = tuple(own_domains)
    own = sorted(host for host in hosts if party(host, visit.page_url, domains) is not Party.THIRD)
    return [_row(host, log, visit, is_mapped) for host in own[:MAX_HOSTS]]


def _row(host: str, log: NetLog, visit: VisitKey, is_mapped: Callable[[str], bool]) -> HostName:
    lookup = log.lookups.get(host)
    if lookup is not None:
        source = _NOT_ASKED_YET if lookup.by == "system" else lookup.by
    elif _is_address(host):
        source = "address"
    else:
        source = _MAPPED if is_mapped(host) else "unknown"
    return HostName(
        visit=visit.id,
        arm=visit.arm,
        repetition=visit.repetition,
        page_url=visit.page_url,
        host=host,
        chain=lookup.chain if lookup is not None else (),
        source=source,
    )


def asked(rows: Iterable[HostName], *, mapped: bool = False) -> list[str]:
    """Hosts whose addresses the browser had from the operating system, so that nobody has told their names yet; with
    `mapped` those of host resolver rules, too."""
    return [row.host for row in rows if row.source == _NOT_ASKED_YET or (mapped and row.source == _MAPPED)]


def answered(
    rows: Iterable[HostName], chains: Mapping[str, tuple[str, ...] | str], by: str = "system"
) -> list[HostName]:
    """The rows with what was found out: a chain, or a word why there is none. Names that are none cut a chain off."""
    found = []
    for row in rows:
        answer = chains.get(row.host) if row.source in (_NOT_ASKED_YET, _MAPPED) else None
        if isinstance(answer, str):
            row = replace(row, source=answer)
        elif answer is not None:
            row = replace(row, source=by, chain=_sound(answer))
        found.append(row)
    return found


def _sound(chain: tuple[str, ...]) -> tuple[str, ...]:
    names = [host_name(name) for name in chain]
    return tuple(name for name in names[: names.index(None) if None in names else None] if name)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
