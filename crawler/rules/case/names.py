"""Shapes of what the names of hosts tell: who answers for a host of the site, and how many hosts were looked behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crawler.claims import Purpose
from crawler.evidence import Arm
from crawler.findings import EvidenceRef
from crawler.vendors.model import KnownBy


@dataclass(frozen=True, slots=True, kw_only=True)
class DisguisedHost:
    """One host of a site, in one arm, that is an alias for a host of another company's collector."""

    site: str
    arm: Arm
    host: str
    chain: tuple[str, ...]
    target: str
    """The name of the chain that tells who it is."""
    vendor: str
    name: str
    purpose: Purpose
    known_by: KnownBy
    basis: str
    verified: bool
    hits: int
    data_hits: int
    """Requests that tell of the visit, not those for files."""
    cookies: tuple[str, ...]
    """Names of cookies of the whole site that went along, because the host is one of the site's by its name."""
    visits: frozenset[str]
    evidence: tuple[EvidenceRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesSeen:
    """How many hosts of one site were looked behind, over all visits of the run."""

    told: tuple[str, ...]
    untold: Mapping[str, tuple[str, ...]]
    """By the word why, as in `crawler.evidence.HostName`; hosts that another visit told of are not among them."""


_SHOWN = 6
_WHY = {
    "mapped": "mapped by --host-resolver-rules with no --name-server to ask",
    "hosts": "in the hosts file",
    "address": "an address and no name",
    "failed": "without an answer",
    "unknown": "without a lookup in the browser's log",
}


def not_told(seen: Iterable[NamesSeen]) -> str:
    """`2 in the hosts file, 1 without an answer`: the hosts that nobody looked behind; empty for none."""
    counts: Counter[str] = Counter()
    for site in seen:
        counts.update({word: len(hosts) for word, hosts in site.untold.items()})
    return ", ".join(f"{number} {_WHY.get(word, word)}" for word, number in sorted(counts.items()))


def led(hosts: Sequence[DisguisedHost]) -> str:
    """`metrics.acme.example -> acme.d1.sc.omtrdc.net`, of the first three hosts."""
    chains = (" -> ".join(name[:100] for name in (d.host, *d.chain[:_SHOWN])) for d in hosts[:3])
    return "; ".join(chains) + (f" and {len(hosts) - 3} more" if len(hosts) > 3 else "")


def went_along(hosts: Iterable[DisguisedHost]) -> str:
    """A sentence on the cookies of the whole site that these hosts were sent, by name; empty for none."""
    cookies = sorted({name for d in hosts for name in d.cookies})
    if not cookies:
        return ""
    more = f" and {len(cookies) - _SHOWN} more" if len(cookies) > _SHOWN else ""
    return f" Cookies of the whole site went along: {', '.join(name[:60] for name in cookies[:_SHOWN])}{more}."
