"""Registrable domains and what can be read out of an address."""

from __future__ import annotations

import pytest

from crawler.claims.domains import host_in, registrable, usable
from crawler.parties import etld_plus_one


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("www.example.co.uk", "example.co.uk"),
        ("EXAMPLE.com.", "example.com"),
        ("co.uk", None),
        ("github.io", None),
        ("me.github.io", "me.github.io"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("localhost", "localhost"),
        ("", None),
    ],
)
def test_registrable(host: str, own: str | None) -> None:
    assert registrable(host) == own


@pytest.mark.parametrize("host", ["www.example.co.uk", "a.b.example", "127.0.0.1", "localhost", "me.github.io"])
def test_it_is_the_same_domain_that_findings_carry(host: str) -> None:
    assert registrable(host) == etld_plus_one(host)


def test_a_host_is_read_out_of_what_people_write() -> None:
    assert host_in("https://a.example/path") == "a.example"
    assert host_in("a.example/path") == "a.example"
    assert host_in("http://[") == ""


def test_usable_addresses() -> None:
    assert usable("https://a.example:8443/")
    assert not usable("https://a.example:99999/")
    assert not usable("https://[::zz]/")
    assert not usable("https://a.example:0/")
