"""The page list: scope and canonical addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.browser.page_list import candidates, canonical, in_scope, looks_like_a_page

SITES = ("https://www.acme.example/",)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://WWW.Acme.example:443", "https://www.acme.example/"),
        ("https://acme.example/a?utm_source=x&b=1&gclid=2#top", "https://acme.example/a?b=1"),
        ("http://acme.example:8080/a", "http://acme.example:8080/a"),
    ],
)
def test_canonical(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize("url", ["javascript:alert(1)", "mailto:a@b.c", "data:text/html,x", "https://", "//x", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an http"):
        canonical(url)


def test_scope_is_the_host_and_what_lies_below_it() -> None:
    assert in_scope("https://acme.example/x", SITES)
    assert in_scope("https://app.acme.example/", SITES)
    assert not in_scope("https://notacme.example/", SITES)
    assert not in_scope("https://acme.example.evil.example/", SITES)
    assert not in_scope("https://acme.example/", ("https://app.acme.example/",))


def test_files_are_no_pages() -> None:
    assert not looks_like_a_page("https://a.example/x.PDF")
    assert looks_like_a_page("https://a.example/pricing.html")
    assert looks_like_a_page("https://a.example/v1.2/notes")


def test_candidates_are_sorted_unique_and_new() -> None:
    links = [
        "https://acme.example/b#x",
        "https://acme.example/b",
        "mailto:x@y.z",
        "https://other.example/",
        "https://acme.example/a",
        "https://acme.example/seen",
        "https://acme.example/file.zip",
    ]
    assert candidates(links, SITES, {"https://acme.example/seen"}) == [
        "https://acme.example/a",
        "https://acme.example/b",
    ]


@given(st.text())
def test_canonical_never_fails_otherwise(text: str) -> None:
    try:
        once = canonical(text)
    except ValueError:
        return
    assert canonical(once) == once
