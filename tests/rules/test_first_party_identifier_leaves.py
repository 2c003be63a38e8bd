"""First-party values with strangers: what is firm, what is a hint, and who is spared."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.evidence import Arm, IdentifierSent
from crawler.rules import first_party_identifier_leaves
from crawler.rules.case import Case, case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_cookie, a_request, an_item, visits_of

VISITS = [*visits_of([SITE + "/"]), *visits_of([SITE + "/"], (Arm.TRACE,), 1)]
STRANGER = "https://t.nobody-knows.example/t.js"
PIXEL = "https://connect.facebook.net/en_US/fbevents.js"


def case_of(name: str, compared: dict[str, Any], explained: str | None = None, domain: str = "acme.example") -> Case:
    jar = [
        a_cookie(
            v, name=name, domain="acme.example", party="first", **({"set_by": "script", "setter_url": None} | compared)
        )
        for v in VISITS
        if v.arm is not Arm.TRACE
    ]
    jar += [
        a_cookie(v, name=name, domain="acme.example", party="first", set_by="script", setter_url=explained)
        for v in VISITS
        if v.arm is Arm.TRACE and explained
    ]
    rows = [
        a_request(
            REQUESTS["an unknown third party"],
            v,
            identifiers=(IdentifierSent(name=name, domain=domain, where="url", value_hash=v.id),),
        )
        for v in VISITS
    ]
    return case_from(a_bundle(VISITS, *jar, *rows), a_company(), TODAY)


@pytest.mark.parametrize(
    ("name", "compared", "explained", "severity", "confidence"),
    [
        ("session", {"set_by": "http", "setter_url": SITE + "/"}, None, "medium", "medium"),
        ("_ga", {"set_by": "http", "setter_url": SITE + "/"}, None, "low", "low"),
        ("_fbp", {}, None, "low", "low"),
        ("_fbp", {}, PIXEL, "low", "low"),
        ("_fbp", {}, STRANGER, None, None),
        ("zq7", {}, None, None, None),
        ("zq7", {}, PIXEL, "info", "medium"),
        ("zq7", {}, SITE + "/main.js", "info", "medium"),
        ("zq7", {}, STRANGER, None, None),
        ("zq7", {}, "https://www.googletagmanager.com/gtm.js?id=GTM-ABC123", None, None),
    ],
)
def test_who_set_it(
    name: str, compared: dict[str, Any], explained: str | None, severity: str | None, confidence: str | None
) -> None:
    found = first_party_identifier_leaves.judge(case_of(name, compared, explained)).findings
    assert [(str(f.severity), str(f.confidence)) for f in found] == ([(severity, confidence)] if severity else [])
    assert all(f.vendor == "nobody-knows.example" and f.arm == "control" for f in found)


def test_a_value_of_the_storage_is_not_taken_for_a_cookie_of_that_name() -> None:
    case = case_of("session", {"set_by": "http", "setter_url": SITE + "/"}, domain=SITE)
    assert first_party_identifier_leaves.judge(case).findings == ()


def stored_case(key: str, *areas: str, writers: tuple[str, ...] = ()) -> Case:
    items = [an_item(v, key=key, area=area) for v in VISITS if v.arm is not Arm.TRACE for area in areas]
    items += [
        an_item(v, key=key, area=areas[0], setter_url=url) for v in VISITS if v.arm is Arm.TRACE for url in writers
    ]
    rows = [
        a_request(
            REQUESTS["an unknown third party"],
            v,
            identifiers=(IdentifierSent(name=key, domain=SITE, where="body", value_hash=v.id),),
        )
        for v in VISITS
    ]
    return case_from(a_bundle(VISITS, *items, *rows), a_company(), TODAY)


@pytest.mark.parametrize(
    ("key", "areas", "writers", "said"),
    [
        ("ajs_anonymous_id", ("local",), (), "ajs_anonymous_id in localStorage (by its name Segment's)"),
        ("mp_x", ("local", "session"), (), "mp_x in localStorage and sessionStorage (by its name Mixpanel's)"),
        ("zq7", ("session",), (SITE + "/main.js",), "zq7 in sessionStorage (the site's own)"),
        ("zq7", ("local",), (PIXEL,), "zq7 in localStorage (Meta Pixel's)"),
    ],
)
def test_storage_is_named_as_such(key: str, areas: tuple[str, ...], writers: tuple[str, ...], said: str) -> None:
    found = first_party_identifier_leaves.judge(stored_case(key, *areas, writers=writers)).findings
    assert len(found) == 1 and f"got the value of {said}." in found[0].message
    assert str(found[0].severity) == ("info" if writers else "low")


@pytest.mark.parametrize(
    ("key", "areas", "writers"),
    [
        ("zq7", ("local",), ()),
        ("ajs_anonymous_id", ("indexeddb",), ()),
        ("kxabc", ("local",), ()),
        ("zq7", ("local",), ("https://a.acme.example/a.js", STRANGER)),
        ("zq7", ("local",), (PIXEL, STRANGER)),
        ("ajs_anonymous_id", ("local",), (STRANGER,)),
        ("zq7", ("local",), ("https://www.googletagmanager.com/gtm.js?id=GTM-ABC123",)),
    ],
)
def test_storage_that_the_receiver_may_have_written_itself(
    key: str, areas: tuple[str, ...], writers: tuple[str, ...]
) -> None:
    assert first_party_identifier_leaves.judge(stored_case(key, *areas, writers=writers)).findings == ()


def test_what_a_frame_of_another_site_stores_is_not_the_sites() -> None:
    origin = "https://frame.example"
    items = [an_item(v, key="ajs_anonymous_id", origin=origin) for v in VISITS]
    sent = [
        a_request(
            REQUESTS["an unknown third party"],
            v,
            identifiers=(IdentifierSent(name="ajs_anonymous_id", domain=origin, where="url", value_hash=v.id),),
        )
        for v in VISITS
    ]
    case = case_from(a_bundle(VISITS, *items, *sent), a_company(), TODAY)
    assert first_party_identifier_leaves.judge(case).findings == ()
