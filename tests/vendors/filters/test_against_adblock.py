"""Our filter engine against adblock-rust (PyPI `adblock` 0.6.0) over EasyPrivacy: every difference is one that we know.

It is another reading of the same syntax and no truth: where the two differ, one is wrong, and the table says which.
"""

from __future__ import annotations

import gzip
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from crawler.vendors import catalogue
from crawler.vendors.catalogue_load import EXAMPLE_PAGE
from crawler.vendors.filters import easyprivacy
from crawler.vendors.filters.engine import FilterEngine
from crawler.vendors.filters.rule import TYPES
from tests.vendors.filters.made_requests import Made, made

adblock = pytest.importorskip("adblock", reason="adblock (adblock-rust) has no wheel for this machine")

OFTEN = 25_000
"""Requests that are made of the rules."""
PLAIN = 4_000
"""Rules `||host^` among them; the list has ten times as many, all alike."""

KNOWN: dict[str, Callable[[str, str], bool]] = {
    "adblock drops `www.` of `||www.x^`, and so blocks or excuses all of x": (
        lambda ours, theirs: "||www." in theirs or "||www." in ours
    ),
    "adblock ends the host of `||host` without `^`; by Adblock Plus's syntax the name may go on": (
        lambda ours, theirs: ours.startswith("||") and not set("/^*?$") & set(ours) and not theirs
    ),
    "adblock does not know `method=`": lambda ours, theirs: "method=" in ours and not theirs,
    "adblock never finds a rule with `~document`": lambda ours, theirs: "~document" in ours and not theirs,
    "adblock finds a rule that begins with `%` only where a word begins": (
        lambda ours, theirs: ours.startswith("%") and not theirs
    ),
    "a bare host name is a host for us, as for uBlock Origin, and for adblock a text anywhere": (
        lambda ours, theirs: theirs.partition("$")[0] == "omni.soundestlink.com" and not ours
    ),
}
"""Why the two may differ, and how that is told from the rule that each names (empty for none)."""


@pytest.fixture(scope="module")
def text() -> str:
    """The list."""
    return gzip.decompress((easyprivacy.FOLDER / "easyprivacy.txt.gz").read_bytes()).decode()


@pytest.fixture(scope="module")
def other(text: str) -> Any:
    """Their engine over the list; with `debug` it tells the rule."""
    return engine_of(text)


def engine_of(text: str) -> Any:
    rules = adblock.FilterSet(debug=True)
    rules.add_filter_list(text)
    return adblock.Engine(rules)


def reason(request: Made, other: Any) -> str | None:
    """Why the two verdicts differ; empty when they do not, None when nobody knows."""
    ours = easyprivacy.match(request.url, request.page, request.type)
    theirs = other.check_network_urls(request.url, request.page, request.type)
    if ours.blocked == theirs.matched:
        return ""
    named = (ours.exception or ours.rule or ""), (theirs.exception or theirs.filter or "")
    return next((why for why, fits in KNOWN.items() if fits(*named)), None)


@pytest.mark.parametrize("seed", [1, 2])
def test_requests_made_of_the_rules(text: str, other: Any, seed: int) -> None:
    lines = text.splitlines()
    plain = [line for line in lines if line.startswith("||") and line.endswith("^") and "$" not in line]
    rare = sorted(set(lines) - set(plain))
    requests = list(made([*rare, *random.Random(seed).sample(plain, PLAIN)], seed, OFTEN))
    found = {request: reason(request, other) for request in requests}
    assert len(found) > OFTEN // 2
    assert [request for request, why in found.items() if why is None] == []
    differ = Counter(why for why in found.values() if why)
    assert sum(differ.values()) < len(found) / 200, differ
    blocked = sum(easyprivacy.match(r.url, r.page, r.type).blocked for r in requests)
    assert len(requests) * 0.3 < blocked < len(requests) * 0.7  # both verdicts are asked for


def test_requests_of_the_catalogue(other: Any) -> None:
    examples = [
        e.url for vendor in catalogue().vendors.values() for e in (*vendor.proof.examples, *vendor.proof.near_misses)
    ]
    requests = [
        Made(url, page, kind, "")
        for number, url in enumerate(sorted(set(examples)))
        for page in (EXAMPLE_PAGE, f"https://{url.partition('://')[2].partition('/')[0]}/")
        for kind in ((list(TYPES)[number % len(TYPES)], "script") if url.startswith("http") else ("websocket",))
    ]
    assert len(requests) > 2_000
    assert [request for request in requests if reason(request, other) is None] == []


@pytest.mark.parametrize(
    ("rule", "url", "ours"),
    [
        ("||www.x.test^", "https://y.x.test/", False),
        ("||spy.te", "https://spy.test/", True),
        ("||spy.test^$method=get", "https://spy.test/", True),
        ("/spy/$~document", "https://x.test/spy/", True),
        ("%2Fo.gif&", "https://x.test/a%2Fo.gif&", True),
        ("spy.test$image", "https://x.test/?u=spy.test", False),
    ],
    ids=list(KNOWN),
)
def test_each_known_difference_is_still_one(rule: str, url: str, ours: bool) -> None:
    assert FilterEngine([rule]).match(url, EXAMPLE_PAGE, "image").blocked is ours
    assert engine_of(rule).check_network_urls(url, EXAMPLE_PAGE, "image").matched is not ours
