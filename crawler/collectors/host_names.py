"""Which hosts of the site a visit sent requests to, and what the browser's log says of their other names."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from crawler.collectors.netlog.names import host_name
from crawler.collectors.netlog.records import NetLog
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import HostName, Request
from crawler.evidence.names import TOLD
from crawler.parties import Party, host_of, party

MAX_HOSTS = 200
"""Of one visit."""
_NOT_ASKED_YET = "failed"
_MAPPED = "mapped"
_ADDRESS = "address"
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
        source = _ADDRESS
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


def asked(rows: Iterable[HostName], *, given: bool = False) -> list[str]:
    """Hosts whose addresses the browser had from the operating system, so that nobody has told their names yet.

    With `given`, a name server that the run was given: every host of which no alias is known, mapped ones included.
    """
    return [row.host for row in rows if _is_open(row, given)]


def answered(
    rows: Iterable[HostName], chains: Mapping[str, tuple[str, ...] | str], *, given: bool = False
) -> list[HostName]:
    """The rows with what was found out: a chain, or a word why there is none. Names that are none cut a chain off.

    A host that the `given` server was to tell of and did not is `failed`; what the browser told of it stays.
    """
    return [_answered(row, chains.get(row.host), given) if _is_open(row, given) else row for row in rows]


def _is_open(row: HostName, given: bool) -> bool:
    return row.source == _NOT_ASKED_YET or (given and not row.chain and row.source != _ADDRESS)


def _answered(row: HostName, answer: tuple[str, ...] | str | None, given: bool) -> HostName:
    if isinstance(answer, str):
        return replace(row, source=answer)
    if answer is not None:
        return replace(row, source="given" if given else "system", chain=_sound(answer))
    return row if row.source in TOLD else replace(row, source=_NOT_ASKED_YET)


def _sound(chain: tuple[str, ...]) -> tuple[str, ...]:
    names = [host_name(name) for name in chain]
    return tuple(name for name in names[: names.index(None) if None in names else None] if name)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
