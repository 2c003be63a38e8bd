"""Addresses of name servers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.browser.name_server_address import InvalidNameServer, NameServerAddress


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("192.0.2.53", "192.0.2.53:53"),
        (" 192.0.2.53:5353 ", "192.0.2.53:5353"),
        ("[::1]", "[::1]:53"),
        ("[2001:DB8:0::53]:65535", "[2001:db8::53]:65535"),
        ("[fe80::1%eth0]:53", "[fe80::1%eth0]:53"),
    ],
)
def test_an_address_has_its_port(text: str, whole: str) -> None:
    read = NameServerAddress.read(text)
    assert str(read) == whole and NameServerAddress.read(whole) == read


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no IP address"),
        ("ns.example", "is no IP address, and the name of a name server"),
        ("https://192.0.2.53", "is no IP address"),
        ("192.0.2.053", "is no IP address"),
        ("[192.0.2.53]:53", "is no IP address"),
        ("::1", "without brackets"),
        ("2001:db8::53:53", "without brackets"),
        ("[::1]x:53", "is no IP address"),
        ("192.0.2.53:", "no port from 1 to 65535"),
        ("192.0.2.53:0", "no port"),
        ("192.0.2.53:65536", "no port"),
        ("192.0.2.53:+53", "no port"),
        ("192.0.2.53:\u0665\u0663", "no port"),
        ("192.0.2.53:" + "9" * 5000, "no port"),
    ],
)
def test_what_is_none_is_told_with_how_to_write_one(text: str, why: str) -> None:
    with pytest.raises(InvalidNameServer, match=why) as error:
        NameServerAddress.read(text)
    assert "write ADDRESS[:PORT], such as 192.0.2.53" in str(error.value) and len(str(error.value)) < 450


@given(st.text() | st.from_regex(r"\[?[0-9a-f:.%]{1,20}\]?(:\d{1,6})?", fullmatch=True))
def test_nothing_else_is_raised(text: str) -> None:
    try:
        read = NameServerAddress.read(text)
    except InvalidNameServer:
        return
    assert NameServerAddress.read(str(read)) == read
