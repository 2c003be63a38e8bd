"""A recording made elsewhere: that a value recurs there tells nothing, so it neither acquits nor convicts."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.claims import ClaimKind
from crawler.evidence import Arm, IdentifierSent
from crawler.rules import identifier_shared_under_gpc, undeclared_cookie_setter, undeclared_vendor, user_data_sent
from crawler.rules.case import Case, case_from
from crawler.rules.case.recurrence import UNTOLD
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_cookie, a_request, visits_of

VISITS = visits_of([SITE + "/"])
GPC = [visit for visit in VISITS if visit.arm is Arm.GPC]
PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)


def case_of(*rows: Any, elsewhere: bool) -> Case:
    manifest = {"recorded_elsewhere": [{"file": "a.har"}]} if elsewhere else {}
    return case_from(a_bundle(VISITS, *rows, **manifest), a_company(PROMISE), TODAY)


@pytest.mark.parametrize(
    ("name", "same", "ours", "elsewhere"),
    [
        ("_fbp", True, "info", "high"),
        ("_fbp", False, "high", "high"),
        ("zq7", True, "info", "medium"),
        ("zq7", False, "high", "medium"),
    ],
)
def test_an_identifier_under_gpc(name: str, same: bool, ours: str, elsewhere: str) -> None:
    def sent(visit_id: str) -> tuple[IdentifierSent, ...]:
        value = "00" if same else visit_id
        return (IdentifierSent(name=name, domain="acme.example", where="url", value_hash=value),)

    rows = [a_request(REQUESTS["meta-pixel"], v, identifiers=sent(v.id)) for v in GPC]
    for made_elsewhere, severity in ((False, ours), (True, elsewhere)):
        (finding,) = identifier_shared_under_gpc.judge(case_of(*rows, elsewhere=made_elsewhere)).findings
        assert str(finding.severity) == severity
        assert (UNTOLD in finding.certainty) is (severity == "medium")
        assert ("fresh profile" in finding.certainty) is (severity == "info"), "of a HAR nobody may say so"


def test_what_a_person_typed_is_the_same_on_each_page() -> None:
    url = REQUESTS["meta-pixel"] + "&ud%5Bem%5D=" + "a" * 64
    rows = [a_request(url, v) for v in GPC]
    severities = []
    for elsewhere in (False, True):
        (finding,) = user_data_sent.judge(case_of(*rows, elsewhere=elsewhere)).findings
        severities.append(str(finding.severity))
    assert severities == ["info", "medium"]


@pytest.mark.parametrize(
    ("name", "domain", "elsewhere"),
    [("uid", "nobody-knows.example", "medium"), ("fr", "facebook.com", "high")],
)
def test_a_cookie_of_a_third_party(name: str, domain: str, elsewhere: str) -> None:
    jar = [a_cookie(v, name=name, domain=domain, value_hash="00", setter_url=f"https://{domain}/x") for v in VISITS]
    for made_elsewhere, severity in ((False, "low"), (True, elsewhere)):
        (finding,) = undeclared_cookie_setter.judge(case_of(*jar, elsewhere=made_elsewhere)).findings
        assert str(finding.severity) == severity
        assert (UNTOLD in finding.certainty) is (severity == "medium")


def test_an_unknown_third_party_is_not_suspected_for_what_cannot_be_told() -> None:
    """In our own visits the same rows are two signs: an identifier of the site, a cookie with another value each."""

    def rows(name: str) -> list[Any]:
        sent = [IdentifierSent(name=name, domain="acme.example", where="url", value_hash=v.id) for v in VISITS]
        found = [
            a_request(REQUESTS["an unknown third party"], v, identifiers=(i,))
            for v, i in zip(VISITS, sent, strict=True)
        ]
        return [*found, *(a_cookie(v) for v in VISITS)]

    def said(name: str, elsewhere: bool) -> str:
        found = undeclared_vendor.judge(case_of(*rows(name), elsewhere=elsewhere)).findings
        return " ".join(f"{f.severity} {f.message} {f.certainty}" for f in found)

    assert "with another value in every fresh browser" in said("zq7", False)
    assert "the site's identifier zq7" in said("zq7", False)
    assert "in every fresh browser" not in said("zq7", True) and "identifier zq7" not in said("zq7", True)
    assert "the site's identifier _fbp" in said("_fbp", True), "a source documents that one"
