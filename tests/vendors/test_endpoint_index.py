"""Matching: by host, path and parameters, the most specific first, never by a substring of the URL."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

import pytest

from crawler.claims import Purpose
from crawler.parsing import facts
from crawler.vendors.endpoint_index import EndpointIndex
from crawler.vendors.model import Demand, Role
from crawler.vendors.product import Endpoint, Vendor
from crawler.vendors.proof import Proof
from crawler.vendors.shape import Shape


def vendor(key: str, *endpoints: Mapping[str, Any]) -> Vendor:
    return Vendor(
        key=key, name=key, company=key, purpose=Purpose.ANALYTICS, gpc=Demand.REVIEW, signals=None, aliases=(),
        homepage="", cookies=(), storage=(), variants=(), proof=Proof((), (), ()),
        endpoints=tuple(
            Endpoint(**({"role": Role.COLLECT, "params": types.MappingProxyType({})} | dict(e))) for e in endpoints
        ),
    )  # fmt: skip


def who(*vendors: Vendor, url: str, method: str = "GET", body: str | None = None, own: bool = False) -> str | None:
    request = facts(url, method, body)
    assert request is not None
    index = EndpointIndex(vendors)
    best = index.best(request, hostless_only=own)
    tie = index.tie(request, hostless_only=own)
    return best and f"{best.shape.vendor.key}#{best.shape.position}{' tie' if tie else ''}"


@pytest.mark.parametrize(
    ("host", "url", "matches"),
    [
        ("px.a.test", "https://px.a.test/", True),
        ("px.a.test", "https://eu.px.a.test/", False),
        ("px.a.test", "https://PX.A.test:444/", True),
        ("*.a.test", "https://a.test/", True),
        ("*.a.test", "https://x.y.a.test/", True),
        ("*.a.test", "https://nota.test/", False),
        ("*.a.test", "https://a.test.evil.example/", False),
        ("*.a.test", "https://c.test/?dl=https://a.test/", False),
        ("*.a.test", "https://a.test@c.test/", False),
        ("www.a.*", "https://www.a.com/", True),
        ("www.a.*", "https://www.a.co.uk/", True),
        ("www.a.*", "https://www.a.de/", True),
        ("www.a.*", "https://a.de/", False),
        ("www.a.*", "https://x.www.a.de/", False),
        ("www.a.*", "https://www.a.evil.com/", False),
        ("www.a.*", "https://www.a.blogspot.com/", False),
        ("www.a.*", "https://www.a.github.io/", False),
        ("aax-*.a.test", "https://aax-eu.a.test/", True),
        ("aax-*.a.test", "https://aax-.a.test/", True),
        ("aax-*.a.test", "https://aax-eu.x.a.test/", False),
        ("aax-*.a.test", "https://bax-eu.a.test/", False),
        ("in-*x.test", "https://in-eu-x.test/", True),
    ],
)
def test_hosts(host: str, url: str, matches: bool) -> None:
    assert (who(vendor("v", {"hosts": (host,)}), url=url) is not None) is matches


@pytest.mark.parametrize(
    ("path", "url", "matches"),
    [
        ("/hit", "https://c.test/hit", True),
        ("/hit", "https://c.test/hit?x", True),
        ("/hit", "https://c.test/hit#x", True),
        ("/hit", "https://c.test/hit/", False),
        ("/hit", "https://c.test/x/hit", False),
        ("/hit/*", "https://c.test/hit/1/2", True),
        ("/hit/*", "https://c.test/hit", False),
        ("re:/h[ai]t/\\d+", "https://c.test/hat/12", True),
        ("re:/h[ai]t/\\d+", "https://c.test/hat/12/x", False),
        ("/act", "https://c.test/act;src=1", True),
        ("/act;*", "https://c.test/act;src=1", True),
        ("/", "https://c.test", True),
    ],
)
def test_paths(path: str, url: str, matches: bool) -> None:
    assert (who(vendor("v", {"hosts": ("c.test",), "paths": (path,)}), url=url) is not None) is matches


@pytest.mark.parametrize(
    ("params", "query", "body", "matches"),
    [
        ({"v": ("2",)}, "v=2", None, True),
        ({"v": ("2",)}, "v=22", None, False),
        ({"v": ("2",)}, "vv=2", None, False),
        ({"v": ("2",)}, "u=v=2", None, False),
        ({"v": ("2",)}, "u=https://c.test/%3Fv=2", None, False),
        ({"v": ("*",)}, "v=", None, True),
        ({"v": ("*",)}, "w=1", None, False),
        ({"v": ("!",)}, "w=1", None, True),
        ({"v": ("!",)}, "v=1", None, False),
        ({"v": ("!", "2")}, "v=2", None, True),
        ({"v": ("1", "re:G-.+")}, "v=G-7", None, True),
        ({"v": ("re:G-.+",)}, "v=xG-7", None, False),
        ({"v": ("2",), "e": ("*",)}, "v=2", "e=a\ne=b", True),
        ({"e": ("b",)}, "v=2", "e=a\ne=b", True),
        ({"a.b": ("1",)}, "", '{"a":{"b":1}}', True),
    ],
)
def test_params(params: dict[str, tuple[str, ...]], query: str, body: str | None, matches: bool) -> None:
    endpoint = {"hosts": ("c.test",), "params": params}
    assert (who(vendor("v", endpoint), url=f"https://c.test/?{query}", body=body) is not None) is matches


def test_body_and_method() -> None:
    post = vendor("v", {"hosts": ("c.test",), "methods": ("POST",), "body": 're:"kind":"hit"'})
    assert who(post, url="https://c.test/", method="post", body='{"kind":"hit"}')
    assert not who(post, url="https://c.test/", method="GET", body='{"kind":"hit"}')
    assert not who(post, url="https://c.test/", method="POST", body='{"kind":"miss"}')
    # A preflight asks for the request that it announces.
    assert who(vendor("v", {"hosts": ("c.test",), "methods": ("POST",)}), url="https://c.test/", method="OPTIONS")


def test_the_more_specific_wins() -> None:
    wide = vendor("wide", {"hosts": ("*.a.test",)}, {"hosts": ("px.a.test",)}, {"hosts": ("*.px.a.test",)})
    deep = vendor(
        "deep",
        {"hosts": ("*.a.test",), "paths": ("/h*",)},
        {"hosts": ("*.a.test",), "paths": ("/hit*",)},
        {"hosts": ("*.a.test",), "paths": ("re:/hit/\\d",)},
        {"hosts": ("*.a.test",), "paths": ("/hit/1",)},
        {"hosts": ("*.a.test",), "paths": ("/h*",), "params": {"id": ("*",)}},
    )
    assert who(wide, deep, url="https://px.a.test/") == "wide#1"
    assert who(wide, deep, url="https://x.px.a.test/") == "wide#2"
    assert who(wide, deep, url="https://x.a.test/") == "wide#0"
    assert who(wide, deep, url="https://px.a.test/hi") == "deep#0"
    assert who(wide, deep, url="https://px.a.test/hits") == "deep#1"
    assert who(wide, deep, url="https://px.a.test/hit/2") == "deep#2"
    assert who(wide, deep, url="https://px.a.test/hit/1") == "deep#3"
    assert who(wide, deep, url="https://px.a.test/hit/1?id=7") == "deep#4"


def test_a_tie_is_told_and_settled_by_key() -> None:
    first, second = vendor("b", {"hosts": ("c.test",)}), vendor("a", {"hosts": ("c.test",)})
    assert who(first, second, url="https://c.test/") == "a#0 tie"
    assert who(second, first, url="https://c.test/") == "a#0 tie"


def test_on_an_own_host_only_host_less_shapes_count() -> None:
    ga = vendor(
        "ga",
        {"hosts": ("c.test",), "paths": ("/g/collect",)},
        {"paths": ("re:(/.*)?/g/collect",), "params": {"tid": ("re:G-.*",)}},
    )
    assert who(ga, url="https://c.test/g/collect?tid=G-1", own=True) == "ga#1"
    assert who(ga, url="https://c.test/g/collect", own=True) is None
    assert who(ga, url="https://c.test/g/collect") == "ga#0"


def test_accounts_and_events() -> None:
    shapes = vendor(
        "v",
        {"hosts": ("a.test",), "account": ("id", "tid"), "event": ("en",)},
        {"hosts": ("b.test",), "account": ("path:/px/([^/]+)/",), "event": ('body:"ev":"(\\w+)"',)},
        {"hosts": ("*.c.test",), "account": ("host:^([^.]+)\\.c\\.test$",)},
    )
    index = EndpointIndex([shapes])

    def read(url: str, body: str | None = None) -> tuple[str | None, str | None]:
        request = facts(url, "POST", body)
        assert request is not None
        best = index.best(request)
        assert best is not None
        return best.shape.account(request), best.shape.event(request)

    assert read("https://a.test/?id=&tid=7", "en=a\nen=b\nen=a") == ("7", "a,b")
    assert read("https://a.test/?x=1") == (None, None)
    assert read("https://b.test/px/42/", '{"ev":"buy"}') == ("42", "buy")
    assert read("https://k9.c.test/") == ("k9", None)
    assert read("https://a.test/?id=" + "9" * 5_000)[0] == "9" * 200


def test_products_on_a_domain() -> None:
    index = EndpointIndex([vendor("x", {"hosts": ("*.a.test", "b.c.co.uk")}), vendor("y", {"hosts": ("q-*.a.test",)})])
    assert index.products_on("a.test") == {"x", "y"}
    assert index.products_on("c.co.uk") == {"x"}
    assert index.products_on("z.test") == set()


def test_the_owner_of_a_whole_host() -> None:
    index = EndpointIndex(
        [
            vendor("whole", {"hosts": ("*.a.test",)}, {"hosts": ("*.shared.test",)}),
            vendor("part", {"hosts": ("*.b.test", "*.a.test"), "paths": ("/hit",)}, {"hosts": ("*.shared.test",)}),
            vendor("shape", {"params": {"id": ("*",)}}),
        ]
    )
    assert index.owner("x.a.test") == "whole"
    # The pixel's path says nothing about the rest of the host.
    assert index.owner("b.test") is None
    assert index.owner("shared.test") is None
    assert index.owner("z.test") is None


@pytest.mark.parametrize(
    ("paths", "path"),
    [
        (("re:(?:/.*)?/hit",), "/a/hit"),
        (("/hit*",), "/hitting;x=1"),
        (("/h.t", "/a*"), "/h.t"),
        (("re:/a|/b",), "/b"),
        (("/hit;*",), "/hit;x=1"),
        (("/hit",), "/hit;x=1"),
        ((), "/anything"),
    ],
)
def test_host_less_paths_of_every_kind(paths: tuple[str, ...], path: str) -> None:
    shape = vendor("v", {"paths": paths, "params": {"id": ("*",)}})
    other = vendor("w", {"paths": ("re:/w(.)*",), "params": {"id": ("*",)}})
    assert who(shape, other, url=f"https://any.test{path}?id=1") == "v#0"
    assert who(shape, other, url="https://any.test/w1?id=1", own=True) == "w#0"
    assert who(shape, other, url=f"https://any.test{path}?idd=1") is None


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        ({"paths": ("/hit", "/c/*"), "params": {"v": ("1", "2"), "id": ("*",)}}, "t.test /hit or /c/* with v=1|2, id"),
        ({"params": {"id": (r"re:\d+",), "tid": ("re:G-.*", "x"), "off": ("!", "1")}}, "t.test with id, tid, off"),
        ({"paths": (r"re:/a/\d+", "re:/b/.*"), "body": "re:x"}, "t.test path with body"),
        ({}, "t.test"),
    ],
)
def test_a_shape_is_told_without_its_regexes(endpoint: dict[str, Any], says: str) -> None:
    made = vendor("v", endpoint)
    assert Shape(made, made.endpoints[0], 0).describe("t.test") == says
