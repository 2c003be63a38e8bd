"""First-party values with strangers: what is firm, what is a hint, and who is spared."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.evidence import Arm, IdentifierSent
from crawler.rules import first_party_identifier_leaves
from crawler.rules.case import Case, case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_cookie, a_request, visits_of

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


def test_a_key_of_the_storage_is_not_followed() -> None:
    case = case_of("session", {"set_by": "http", "setter_url": SITE + "/"}, domain=SITE)
    assert first_party_identifier_leaves.judge(case).findings == ()
