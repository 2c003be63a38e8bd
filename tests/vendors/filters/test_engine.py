"""The filter engine on the cases that engines get wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.vendors.filters.engine import FilterEngine

SHOP = "https://shop.acme.example/basket"

BLOCKED = [
    ("host", "||spy.test^", "https://spy.test/a", "script"),
    ("host of any depth", "||spy.test^", "https://a.b.spy.test/a", "script"),
    ("host with port", "||spy.test^", "https://spy.test:8443/a", "script"),
    ("host in capitals", "||Spy.Test^", "https://spy.test/a", "script"),
    ("IP address", "||192.0.2.7^", "http://192.0.2.7/a", "image"),
    ("punycode", "||xn--mnchen-3ya.test^", "https://xn--mnchen-3ya.test/", "image"),
    ("open host is a prefix", "||spy.te", "https://spy.test/a", "script"),
    ("host with a star", "||px.*.test/hit", "https://px.eu.test/hit", "image"),
    ("host and path", "||spy.test/hit^", "https://spy.test/hit?x=1", "ping"),
    ("separator at the end of the URL", "||spy.test/hit^", "https://spy.test/hit", "ping"),
    ("separator in the middle", "||spy.test/a^b", "https://spy.test/a/b", "image"),
    ("plain text", "/beacon.gif?", "https://c.test/beacon.gif?u=1", "image"),
    ("plain text in capitals", "/BEACON.gif", "https://c.test/beacon.GIF", "image"),
    ("text that begins inside a word", "-collector.js", "https://c.test/my-collector.js", "script"),
    ("text that ends inside a word", "/colle", "https://c.test/collector.js", "script"),
    ("star", "/ads/*/px^", "https://c.test/ads/77/px", "image"),
    ("star in the query", "?uid_*&ref=", "https://c.test/?uid_a=1&ref=2", "image"),
    ("star at the edges", "*collector*", "https://c.test/the-collector/x", "image"),
    ("pieces in their order", "/one/*/two^*three", "https://c.test/two/one/x/two?three", "image"),
    ("host of which a label comes again", "||spy.*/hit", "https://spy.a.spy.test/hit", "image"),
    ("bracketed address", "||[2001:db8::7]^", "http://[2001:db8::7]/a", "image"),
    ("bare host name", "spy.test$image", "https://eu.spy.test/a", "image"),
    ("both ends", "|https://c.test/x|", "https://c.test/x", "image"),
    ("regex", r"/\/px[0-9]{3}\.gif/", "https://c.test/px123.gif", "image"),
    ("regex with options", r"/\/px[0-9]{3}\.gif/$image", "https://c.test/px123.gif", "image"),
    ("regex with a dollar", r"/px\.gif$/", "https://c.test/px.gif", "image"),
    ("dollar in the pattern", "||c.test/a$/b", "https://c.test/a$/b/", "image"),
    ("third party", "||spy.test^$third-party", "https://spy.test/a", "image"),
    ("third party under co.uk", "||spy.co.uk^$third-party", "https://spy.co.uk/a", "image"),
    ("3p", "||spy.test^$3p", "https://spy.test/a", "image"),
    ("type", "||spy.test^$script", "https://spy.test/a", "script"),
    ("type by another name", "||spy.test^$xhr", "https://spy.test/a", "fetch"),
    ("one of two types", "||spy.test^$script,image", "https://spy.test/a", "image"),
    ("negated type", "||spy.test^$~script", "https://spy.test/a", "image"),
    ("frame", "||spy.test^$subdocument", "https://spy.test/a", "document"),
    ("beacon", "||spy.test^$ping", "https://spy.test/a", "ping"),
    ("socket", "||spy.test^$websocket", "wss://spy.test/a", "websocket"),
    ("all", "||spy.test^$all", "https://spy.test/a", "font"),
    ("type not known", "||spy.test^$third-party", "https://spy.test/a", ""),
    ("page domain", "||spy.test^$domain=acme.example", "https://spy.test/a", "image"),
    ("one of the page domains", "||spy.test^$domain=x.test|shop.acme.example", "https://spy.test/a", "image"),
    ("page domain by entity", "||spy.test^$domain=acme.*", "https://spy.test/a", "image"),
    ("page sub-domain by entity", "||spy.test^$domain=shop.acme.*", "https://spy.test/a", "image"),
    ("the nearer domain decides", "||spy.test^$domain=~acme.example|shop.acme.example", "https://spy.test/a", "image"),
    ("redirect still blocks", "||spy.test^$script,redirect=noop.js", "https://spy.test/a", "script"),
    ("denyallow names another", "*$script,3p,denyallow=ok.test,domain=acme.example", "https://spy.test/a", "script"),
    ("to", "/hit$to=spy.test", "https://eu.spy.test/hit", "image"),
    ("match-case", "/Px.GIF$match-case", "https://c.test/Px.GIF", "image"),
    ("popup beside a type", "||spy.test^$popup,image", "https://spy.test/a", "image"),
    ("strict3p", "||spy.test^$strict3p", "https://spy.test/a", "image"),
    ("padding", "||spy.test^$_,image,__", "https://spy.test/a", "image"),
]  # fmt: skip

PASSED = [
    ("longer host", "||spy.test^", "https://notspy.test/a", "script"),
    ("host as a label of another", "||spy.test^", "https://spy.test.evil.example/a", "script"),
    ("host inside a parameter", "||spy.test^", "https://c.test/?to=https://spy.test/", "script"),
    ("host inside a path", "||spy.test^", "https://c.test/https://spy.test/", "script"),
    ("host as user name", "||spy.test/hit", "https://spy.test@c.test/hit", "script"),
    ("separator is no letter", "||spy.test/hit^", "https://spy.test/hits", "ping"),
    ("separator is no dot", "||spy^", "https://spy.test/", "ping"),
    ("separator is no percent sign", "/hit^", "https://c.test/hit%20", "ping"),
    ("pieces in another order", "/one/*/two^", "https://c.test/two/one/", "image"),
    ("pieces that would share a letter", "-ab*ba-", "https://c.test/-aba-", "image"),
    ("host and its end", "||spy.test^|", "https://spy.test/a", "image"),
    ("bare host name in a parameter", "spy.test$image", "https://c.test/?u=https://spy.test/", "image"),
    ("line of a hosts file", "0.0.0.0 spy.test", "https://spy.test/a", "image"),
    ("end", "|https://c.test/x|", "https://c.test/xy", "image"),
    ("start", "|https://c.test/", "https://d.test/?https://c.test/", "image"),
    ("regex with another type", r"/\/px[0-9]{3}\.gif/$script", "https://c.test/px123.gif", "image"),
    ("not third party", "||acme.example^$third-party", "https://cdn.acme.example/a", "image"),
    ("first party only", "||spy.test^$~third-party", "https://spy.test/a", "image"),
    ("other type", "||spy.test^$script", "https://spy.test/a", "image"),
    ("negated type", "||spy.test^$~image", "https://spy.test/a", "image"),
    ("type not known", "$ping,third-party", "https://spy.test/a", ""),
    ("page domain", "||spy.test^$domain=other.example", "https://spy.test/a", "image"),
    ("excluded page domain", "||spy.test^$domain=~acme.example", "https://spy.test/a", "image"),
    ("excluded page sub-domain", "||spy.test^$domain=acme.example|~shop.acme.example", "https://spy.test/a", "image"),
    ("entity of another name", "||spy.test^$domain=acm.*", "https://spy.test/a", "image"),
    ("denyallow", "*$script,3p,denyallow=ok.test,domain=acme.example", "https://a.ok.test/a", "script"),
    ("to another", "/hit$to=~spy.test", "https://spy.test/hit", "image"),
    ("match-case", "/Px.GIF$match-case", "https://c.test/px.gif", "image"),
    ("method", "||spy.test^$method=post", "https://spy.test/a", "image"),
    ("strict1p", "||spy.test^$strict1p", "https://spy.test/a", "image"),
    ("cosmetic", "acme.example##.spy", "https://spy.test/a", "image"),
    ("comment", "! ||spy.test^", "https://spy.test/a", "image"),
    ("removeparam", "||spy.test^$removeparam=x", "https://spy.test/a?x=1", "image"),
    ("csp", "||spy.test^$csp=script-src 'none'", "https://spy.test/a", "image"),
    ("popup alone", "||spy.test^$popup", "https://spy.test/a", "image"),
    ("document alone", "||spy.test^$document", "https://spy.test/a", "document"),
    ("redirect-rule alone", "||spy.test^$script,redirect-rule=noop.js", "https://spy.test/a", "script"),
    ("broken regex", "/px[/", "https://c.test/px[", "image"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "url", "kind"), [c[1:] for c in BLOCKED], ids=[c[0] for c in BLOCKED])
def test_blocks(rule: str, url: str, kind: str) -> None:
    verdict = FilterEngine([rule], "L", "7").match(url, SHOP, kind)
    assert (verdict.blocked, verdict.rule, verdict.list_name, verdict.list_version) == (True, rule, "L", "7")


@pytest.mark.parametrize(("rule", "url", "kind"), [c[1:] for c in PASSED], ids=[c[0] for c in PASSED])
def test_lets_pass(rule: str, url: str, kind: str) -> None:
    assert not FilterEngine([rule]).match(url, SHOP, kind).blocked


def test_the_words_of_one_rule_do_not_hide_another() -> None:
    # Both share words; each must be found although only one word per rule is kept.
    engine = FilterEngine(["/one/two/", "/two/three/", "/one/three/"])
    for path in ("one/two", "two/three", "one/three"):
        assert engine.match(f"https://c.test/{path}/x", SHOP).blocked
    assert not engine.match("https://c.test/three/one/x", SHOP).blocked


def test_private_suffixes_are_different_parties() -> None:
    engine = FilterEngine(["||a.github.io^$third-party"])
    assert engine.match("https://a.github.io/x", "https://b.github.io/").blocked
    assert not engine.match("https://a.github.io/x", "https://a.github.io/").blocked


def test_an_exception_lifts_a_rule_and_both_are_told() -> None:
    verdict = FilterEngine(["||spy.test^", "@@||spy.test/ok^"]).match("https://spy.test/ok/x", SHOP)
    assert (verdict.blocked, verdict.rule, verdict.exception) == (False, "||spy.test^", "@@||spy.test/ok^")


def test_an_exception_for_another_page_lifts_nothing() -> None:
    engine = FilterEngine(["||spy.test^", "@@||spy.test^$domain=other.example"])
    assert engine.match("https://spy.test/x", SHOP).blocked
    assert not engine.match("https://spy.test/x", "https://www.other.example/").blocked


def test_every_exception_excuses_when_the_type_is_not_known() -> None:
    engine = FilterEngine(["||spy.test^", "@@||spy.test^$image"])
    assert not engine.match("https://spy.test/x", SHOP, "").blocked
    assert engine.match("https://spy.test/x", SHOP, "script").blocked


def test_important_beats_an_exception() -> None:
    engine = FilterEngine(["||spy.test^$important", "||spy.test^", "@@||spy.test^"])
    verdict = engine.match("https://spy.test/x", SHOP)
    assert (verdict.blocked, verdict.rule) == (True, "||spy.test^$important")


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        ("||spy.test^", "||spy.test^$badfilter"),
        ("||spy.test^$script,third-party", "||spy.test^$third-party,badfilter,script"),
        ("/px.gif?", "/px.gif?$badfilter"),
        ("||spy.test^$3p", "||spy.test^$3p,badfilter"),
    ],
)
def test_badfilter_removes_its_twin(rule: str, bad: str) -> None:
    url = "https://spy.test/px.gif?1"
    assert FilterEngine([rule]).match(url, SHOP, "script").blocked
    assert not FilterEngine([rule, bad]).match(url, SHOP, "script").blocked


def test_badfilter_leaves_others_and_exceptions() -> None:
    engine = FilterEngine(["||spy.test^$image", "||spy.test^$script,badfilter", "@@||spy.test/ok^"])
    assert engine.match("https://spy.test/a", SHOP, "image").blocked
    assert FilterEngine(["||a.test^", "@@||a.test^", "@@||a.test^$badfilter"]).match("https://a.test/", SHOP).blocked


def test_method_tells_apart() -> None:
    engine = FilterEngine(["||spy.test^$method=post"])
    assert engine.match("https://spy.test/a", SHOP, "fetch", "POST").blocked
    assert not FilterEngine(["||spy.test^$method=~post"]).match("https://spy.test/a", SHOP, "fetch", "POST").blocked


def test_what_is_skipped_is_counted() -> None:
    engine = FilterEngine(
        ["[Adblock Plus 1.1]", "! Title: x", "", "||a.test^", "/b^$image", "c.test##.ad", "||d.test^$csp=x", "/[/",
         "||e.test^$nonsense", "||f.test^$popup", "||g.test^$domain=/re/"]
    )  # fmt: skip
    assert engine.rules == 2
    assert engine.skipped == {
        "cosmetic": 1, "option csp": 1, "regex that Python cannot read": 1, "unknown option": 1,
        "page or popup only": 1, "regex in an option": 1,
    }  # fmt: skip


ENGINE = FilterEngine([c[1] for c in BLOCKED + PASSED] + ["@@||spy.test/ok^"])


@settings(max_examples=300, deadline=None)
@given(st.text(), st.text(), st.text(max_size=10))
def test_never_raises(url: str, page: str, kind: str) -> None:
    for candidate in (url, "https://spy.test/" + url, "https://" + url):
        assert isinstance(ENGINE.match(candidate, page, kind).blocked, bool)


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_line_can_be_read(line: str) -> None:
    engine = FilterEngine([line, "||spy.test^" + line])
    assert engine.rules + sum(engine.skipped.values()) <= 2
    assert isinstance(engine.match("https://spy.test/" + line, SHOP).blocked, bool)


def test_many_stars_take_no_time() -> None:
    engine = FilterEngine(["/a" + "*a" * 300 + "*b", "||c.test" + "^*" * 300 + "z", "|https" + "*/" * 300 + "|"])
    begin = time.process_time()
    for url in ("https://c.test/" + "a" * 4_000, "https://c.test" + "/" * 4_000):
        engine.match(url, SHOP)
    assert time.process_time() - begin < 2


def test_a_long_url_is_bounded() -> None:
    assert FilterEngine(["||spy.test^"]).match("https://spy.test/" + "a*^" * 5_000_000, SHOP).blocked
