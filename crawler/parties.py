"""Whose host is it: eTLD+1 by the Public Suffix List, and first party, same organisation or third party.

The list is the snapshot that the `publicsuffixlist` package carries; nothing is fetched.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import publicsuffixlist
from publicsuffixlist import PublicSuffixList

from crawler.kept import kept


class Party(StrEnum):
    """Of a host against the top-level document: same eTLD+1, declared as the company's own, or anyone else."""

    FIRST = "first"
    SAME_ORGANISATION = "same-organisation"
    THIRD = "third"


@cache
def _suffixes() -> PublicSuffixList:
    sources = (Path(publicsuffixlist.PSLFILE), Path(publicsuffixlist.__file__))
    return kept("public-suffixes", sources, PublicSuffixList, lambda found: isinstance(found, PublicSuffixList))


@lru_cache(maxsize=65536)
def etld_plus_one(host: str) -> str:
    """The registrable domain of a host; the host itself for an IP address, `localhost` or a public suffix."""
    host = host.strip("[]").rstrip(".").lower()
    return host if _is_address(host) else _suffixes().privatesuffix(host) or host


def _is_address(host: str) -> bool:
    if ":" not in host and not host[-1:].isdigit():
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def host_of(url: str) -> str:
    """The host of a URL in lower case, without port; empty when the URL has none or cannot be parsed."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def party(url_or_host: str, page_url: str, own_domains: Iterable[str] = ()) -> Party:
    """Which party a request URL (or a bare host, such as a cookie's domain) is, seen from a page."""
    host = host_of(url_or_host) if "://" in url_or_host else url_or_host.lstrip(".").lower()
    if etld_plus_one(host) == etld_plus_one(host_of(page_url)):
        return Party.FIRST
    for own in own_domains:
        own = own.lstrip(".").lower()
        if host == own or host.endswith("." + own):
            return Party.SAME_ORGANISATION
    return Party.THIRD
