"""The site of an address, by which everything in a case is told apart."""

from __future__ import annotations

from crawler.parties import etld_plus_one, host_of


def site_of(url: str) -> str:
    """The eTLD+1 of the host of a URL; empty for one without a host."""
    return etld_plus_one(host_of(url))
