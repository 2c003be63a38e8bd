"""The page list: scope, canonical addresses, and the same choice whatever the order of discovery."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.browser.page_list import candidates, canonical, choose, in_scope, looks_like_a_page

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


def test_a_big_folder_does_not_crowd_out_the_rest() -> None:
    urls = [f"https://a.example/blog/{i:03d}" for i in range(100)] + [
        "https://a.example/pricing",
        "https://a.example/x/y",
    ]
    chosen = choose(urls, 4)
    assert "https://a.example/pricing" in chosen and "https://a.example/x/y" in chosen and len(chosen) == 4


@given(
    st.lists(st.sampled_from([f"https://a.example/{a}/{b}" for a in "abc" for b in range(6)]), unique=True),
    st.integers(0, 9),
)
def test_the_choice_does_not_depend_on_the_order(urls: list[str], limit: int) -> None:
    shuffled = urls[:]
    random.Random(1).shuffle(shuffled)
    assert choose(urls, limit) == choose(shuffled, limit)
    assert len(choose(urls, limit)) == min(limit, len(urls))


@given(st.text())
def test_canonical_never_fails_otherwise(text: str) -> None:
    try:
        once = canonical(text)
    except ValueError:
        return
    assert canonical(once) == once
