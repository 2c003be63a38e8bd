"""What an unknown third party does like a tracker, what only looks like it, and how much signs may weigh."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import rules
from crawler.evidence import Arm, IdentifierSent, SetCookie
from crawler.findings import Confidence, Outcome, Severity
from crawler.rules import undeclared_cookie_setter, undeclared_vendor
from crawler.rules.case import Case, case_from
from crawler.rules.case.suspicion import BEACON, PIXEL, Suspicion, acts_of, fingerprinting, suspicion
from crawler.vendors.model import KnownBy
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_call, a_company, a_request, a_visit, visits_of

HOST = "https://px.nobody-knows.example"
PAGE = "dl=https%3A%2F%2Fwww.acme.example%2F"
GIF = {"content-type": "image/gif"}
VISITS = visits_of([SITE + "/"])


def acts(url: str, **changes: Any) -> dict[str, str]:
    return dict(acts_of(a_request(url, VISITS[0], **changes)))


def sent(visit: str, name: str = "_id") -> IdentifierSent:
    return IdentifierSent(name=name, domain="acme.example", where="url", value_hash=visit)


def stored(value: str, **changes: Any) -> SetCookie:
    cookie = SetCookie(
        name="uid", domain="nobody-knows.example", path="/", value_hash=value, value_length=32, asked_lifetime_s=3e7,
        secure=True, http_only=False, same_site="None", partitioned=False,
    )  # fmt: skip
    return replace(cookie, **changes)


def case_of(url: str = HOST + "/i.gif", **changes: Any) -> Case:
    """The request in every visit; `identifiers` and `set_cookie` may be functions of the visit's id."""
    rows = []
    for visit in VISITS:
        own = {name: value(visit.id) if callable(value) else value for name, value in changes.items()}
        rows.append(a_request(url, visit, **own))
    return case_from(a_bundle(VISITS, *rows), a_company(), TODAY)


def signs_of(case: Case) -> Suspicion:
    return suspicion(case, next(v for v in case.vendors if v.arm is Arm.CONTROL))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"response_bytes": 43, "response_headers": GIF}, True),
        ({"response_bytes": 68, "response_headers": {"Content-Type": "image/png"}}, True),
        ({"response_bytes": None, "response_headers": {**GIF, "Content-Length": "43"}}, True),
        ({"response_bytes": 0}, True),
        ({"status": 204}, True),
        ({"response_bytes": 5_000, "response_headers": GIF}, False),
        ({"response_bytes": 43, "response_headers": {"content-type": "text/css"}}, False),
        ({"response_bytes": None, "response_headers": {**GIF, "content-length": "a lot"}}, False),
        ({"response_bytes": None}, False),
        ({"status": 404, "response_bytes": 43, "response_headers": GIF}, False),
        ({"status": 204, "resource_type": "font"}, False),
    ],
)
def test_a_pixel_holds_nothing_to_see_and_carries_parameters(changes: dict[str, Any], found: bool) -> None:
    assert (PIXEL in acts(f"{HOST}/i.gif?a=1&b=2&c=3", **changes)) is found
    assert (PIXEL in acts(f"{HOST}/i.gif;a=1?b=2;c=3&d=4", **changes)) is found
    assert PIXEL not in acts(f"{HOST}/i.gif?v=3", **changes)  # a spacer with a version


@pytest.mark.parametrize(
    ("url", "changes", "words"),
    [
        (f"{HOST}/b?{PAGE}", {"resource_type": "ping"}, "a beacon that tells the page's address"),
        (f"{HOST}/b", {"resource_type": "ping", "body": '{"s":"1366x768"}'}, "a beacon that tells the screen's size"),
        (f"{HOST}/b?z=Europe%2FBerlin", {"wire_class": "unload-beacon"}, "a beacon that tells the time zone"),
        (
            f"{HOST}/b?{PAGE}&sr=1366x768", {"resource_type": "fetch", "method": "POST"},
            "a message that tells the page's address and the screen's size",
        ),
        (f"{HOST}/b?{PAGE.replace('%', '%25')}", {"resource_type": "ping"}, "a beacon that tells the page's address"),
    ],
)  # fmt: skip
def test_a_beacon_tells_of_the_page(url: str, changes: dict[str, Any], words: str) -> None:
    assert acts(url, **changes) == {BEACON: words}


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        (f"{HOST}/b?id=1", {"resource_type": "ping"}),
        (f"{HOST}/b?{PAGE}", {"resource_type": "fetch", "method": "POST"}),
        (f"{HOST}/b?{PAGE}&sr=1366x768", {"resource_type": "fetch"}),
        (f"{HOST}/resize?size=300x250&u={SITE}/a.jpg", {"resource_type": "image", "response_bytes": 9_000}),
        (f"{HOST}/b?dl=https%3A%2F%2Fother.example%2F", {"resource_type": "ping"}),
        (f"{HOST}/b?size=1366xyz", {"resource_type": "ping"}),
    ],
)
def test_what_only_looks_like_a_beacon(url: str, changes: dict[str, Any]) -> None:
    assert acts(url, **changes) == {}


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), st.text(), st.sampled_from(["ping", "image", "fetch", "other"]))
def test_never_raises(url: str, body: str, kind: str, type_: str) -> None:
    headers = {"Content-Type": kind, "content-length": kind}
    for each in (url, f"{HOST}/?{url}"):
        list(acts_of(a_request(each, VISITS[0], body=body, response_headers=headers, resource_type=type_)))


def test_signs_of_all_compared_visits_come_together() -> None:
    case = case_of(
        f"{HOST}/i.gif?a=1&b=2&c=3", response_bytes=43, response_headers=GIF,
        identifiers=lambda v: (sent(v),), set_cookie=lambda v: (stored(v),),
    )  # fmt: skip
    found = signs_of(case)
    assert found.signs == (
        "it was sent the site's identifier _id",
        "it was sent a request with parameters whose answer holds nothing to see",
        "it keeps uid for 347 days, with another value in every fresh browser",
    )
    assert found.confidence is Confidence.HIGH and found.beyond_cookies
    finding = undeclared_vendor.judge(case).findings[0]
    assert finding.severity is Severity.MEDIUM  # never high: that would fail a gate
    assert finding.confidence is Confidence.MEDIUM  # as of all that the catalogue does not know
    assert "No catalogue knows it. It behaves like a tracker: it was sent" in finding.message
    assert "no proof" in finding.cannot_tell


def test_one_sign_is_of_low_confidence() -> None:
    finding = undeclared_vendor.judge(case_of(identifiers=lambda v: (sent(v),))).findings[0]
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.LOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"identifiers": (sent("the same"),)},
        {"set_cookie": (stored("the same"),)},
        {"set_cookie": lambda v: (stored(v, asked_lifetime_s=600.0),)},
        {"set_cookie": lambda v: (stored(v, value_length=2),)},
        {"set_cookie": lambda v: (stored(v, name="AWSALBCORS"),)},
        {"set_cookie": lambda v: (stored(v, name="visid_incap_1"),)},
        {"set_cookie": lambda v: (stored(v, blocked=("ThirdPartyPhaseout",)),)},
        {"status": None, "error": "net::ERR_NAME_NOT_RESOLVED", "resource_type": "ping", "url": f"{HOST}/?{PAGE}"},
    ],
)
def test_what_identifies_nobody_is_no_sign(changes: dict[str, Any]) -> None:
    assert signs_of(case_of(**{"url": HOST + "/i.gif", **changes})).signs == ()


def test_one_visit_cannot_tell_whether_a_value_recurs() -> None:
    visit = a_visit(SITE + "/", Arm.CONTROL, 1)
    row = a_request(HOST + "/i.gif", visit, identifiers=(sent("x"),), set_cookie=(stored("x"),))
    assert signs_of(case_from(a_bundle([visit], row), a_company(), TODAY)).signs == ()


@pytest.mark.parametrize("act", [{"identifiers": lambda v: (sent(v),)}, {"response_bytes": 43}], ids=["id", "pixel"])
def test_with_another_sign_beside_its_cookie_no_rule_holds_more_than_medium(act: dict[str, Any]) -> None:
    case = case_of(f"{HOST}/i.gif?a=1&b=2&c=3", response_headers=GIF, set_cookie=lambda v: (stored(v),), **act)
    found = [f for rule in rules.ALL for f in rule.judge(case).findings if f.vendor == "nobody-knows.example"]
    charged = {f.rule: f.severity for f in found if f.outcome is Outcome.VIOLATION}
    assert charged["undeclared-vendor"] is Severity.MEDIUM and charged["undeclared-cookie-setter"] is Severity.LOW
    assert not any(severity.at_least(Severity.HIGH) for severity in charged.values())


def test_a_cookie_alone_is_charged_once() -> None:
    case = case_of(set_cookie=lambda v: (stored(v),))
    (finding,) = undeclared_vendor.judge(case).findings
    assert finding.severity is Severity.INFO and "One sign of a tracker: it keeps uid" in finding.message
    assert [f.severity for f in undeclared_cookie_setter.judge(case).findings] == [Severity.MEDIUM]


def test_who_is_known_is_judged_by_name() -> None:
    case = case_of(REQUESTS["meta-pixel"], identifiers=lambda v: (sent(v),), status=204)
    assert {v.known_by for v in case.vendors} == {KnownBy.CATALOGUE}
    assert signs_of(case).signs == () and all(not v.acts for v in case.vendors)


def test_fingerprinting_needs_several_kinds_and_a_third_party() -> None:
    trace = a_visit(SITE + "/", Arm.TRACE, 1)
    ours, theirs, emoji = (
        SITE + "/main.js",
        "https://fp.nobody-knows.example/f.js",
        "https://e.other-nobody.example/e.js",
    )
    calls = [
        *(a_call(trace, script_url=url, kind=kind) for url in (ours, theirs) for kind in ("canvas", "webgl", "audio")),
        a_call(trace, script_url=emoji, kind="canvas"),
    ]
    case = case_from(a_bundle([*VISITS, trace], *calls), a_company(), TODAY)
    assert fingerprinting(case.behaviour) == {"nobody-knows.example": ("audio", "canvas", "webgl")}
