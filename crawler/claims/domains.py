"""Registrable domains of an expectations file's sites, by the Public Suffix List that is installed."""

from __future__ import annotations

import ipaddress
from functools import cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable(host: str) -> str | None:
    """The eTLD+1 of a host in lower case, an IP address or `localhost` itself; None for a public suffix."""
    host = host.strip("[]").rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if host == "localhost":
        return host
    found = _suffixes().privatesuffix(host)
    return str(found) if found else None


def host_in(text: str) -> str:
    """The host of an address, or of what a person wrote instead of one; empty when none can be read out of it."""
    try:
        return (urlsplit(text if "://" in text else f"https://{text}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def usable(url: str) -> bool:
    """Whether the parts of an address that only a parser sees hold: the port's range, an IPv6 address."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
