from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.collectors.netlog.records import CookieStatus, Hop
from crawler.collectors.set_cookie import NO_CREDENTIALS, of_hop, parse, parse_date

NOW = 1_700_000_000.0


def test_attributes() -> None:
    line = parse("n=v=w; Domain=.A.test; path=/p; Max-Age=60; SECURE; HttpOnly; SameSite=none; Partitioned", "", NOW)
    assert (line.name, line.value, line.domain, line.path) == ("n", "v=w", "a.test", "/p")
    assert (line.secure, line.http_only, line.same_site, line.partitioned) == (True, True, "None", True)
    assert line.asked_lifetime_s == 60


def test_defaults_come_from_the_response() -> None:
    line = parse("n=v", "https://Sub.a.test:8443/x/y/z?q=/r/", NOW)
    assert (line.domain, line.path, line.asked_lifetime_s, line.same_site) == ("sub.a.test", "/x/y", None, None)
    assert parse("n=v", "https://a.test", NOW).path == "/"


@pytest.mark.parametrize(
    ("attributes", "seconds"),
    [
        ("Max-Age=0", 0),
        ("Max-Age=-1", -1),
        ("Max-Age=10; Expires=Wed, 15 Nov 2023 22:13:20 GMT", 10),
        ("Expires=Wed, 15 Nov 2023 22:13:20 GMT", 86_400),
        ("Expires=Wednesday, 15-Nov-23 22:13:20 GMT", 86_400),
        ("expires=Wed Nov 15 22:13:20 2023", 86_400),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", -NOW),
        ("Expires=never", None),
        ("Max-Age=soon", None),
        ("", None),
    ],
)
def test_asked_lifetime(attributes: str, seconds: float | None) -> None:
    assert parse(f"n=v; {attributes}", "https://a.test/", NOW).asked_lifetime_s == seconds


@pytest.mark.parametrize(
    "text", ["", "99:99:99", "Wed, 32 Nov 2023 22:13:20 GMT", "15 Nov 1500 00:00:00", "15 Foo 2023"]
)
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


@given(st.text(max_size=300), st.text(max_size=100))
def test_hostile_lines_never_raise(line: str, url: str) -> None:
    assert len(parse(line, url, NOW).value) <= len(line)
    parse_date(line)


def status(name: str | None, *reasons: str) -> CookieStatus:
    return CookieStatus("store", name, "a.test", "/", None, reasons, 1)


def hop(*lines: str, statuses: list[CookieStatus]) -> Hop:
    made = Hop(1, 0, "https://a.test/", "GET", "", "", 0, NOW * 1000, 0)
    made.set_cookie, made.cookie_statuses = lines, statuses
    return made


def test_decisions_are_paired_by_name_in_whatever_order_they_come() -> None:
    found = of_hop(
        hop(
            "a=1",
            "b=2",
            "a=3",
            "\x00",
            statuses=[status("b", "EXCLUDE_X"), status(None, "EXCLUDE_Y"), status("a"), status("a", "EXCLUDE_Z")],
        )
    )
    assert [(line.name, reasons) for line, reasons, _ in found] == [
        ("a", ()),
        ("b", ("EXCLUDE_X",)),
        ("a", ("EXCLUDE_Z",)),
        ("", ("EXCLUDE_Y",)),
    ]


def test_a_line_that_the_browser_never_decided_on_was_not_stored() -> None:
    [(_, reasons, _)] = of_hop(hop("b=2", statuses=[status("a")]))
    assert reasons == ("UNKNOWN",)


@pytest.mark.parametrize(("flags", "reasons"), [(1 << 6, (NO_CREDENTIALS,)), (1 << 16, ())])
def test_an_answer_to_a_request_without_credentials_stores_nothing(flags: int, reasons: tuple[str, ...]) -> None:
    made = hop("a=1; Max-Age=31536000", statuses=[])
    made.flags = flags
    [(_, found, _)] = of_hop(made)
    assert found == reasons
