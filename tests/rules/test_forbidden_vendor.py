"""Denials: what contradicts them, and how much of it may count."""

from __future__ import annotations

import pytest

from crawler.claims import ClaimKind, Purpose
from crawler.findings import Outcome, Verdict
from crawler.rules import forbidden_vendor
from crawler.rules.case import case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, visits_of

PLAIN = a_claim("F1", ClaimKind.FORBIDDEN, purposes=(Purpose.ADVERTISING,))
REVIEW = a_claim("F2", ClaimKind.FORBIDDEN, vendors=("meta-pixel",), review=True)
BY_ROLE = a_claim("F3", ClaimKind.FORBIDDEN, roles=("collect",), review=True)


def judged(*claims: object, request: str = "meta-pixel") -> Verdict:
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS[request], v) for v in visits]
    return forbidden_vendor.judge(case_from(a_bundle(visits, *rows), a_company(*claims), TODAY))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "severity", "first"),
    [
        ((PLAIN,), "high", "F1"),
        ((REVIEW,), "medium", "F2"),
        ((REVIEW, PLAIN), "high", "F1"),
        ((BY_ROLE,), "medium", "F3"),
    ],
)
def test_a_sentence_for_review_alone_stops_at_medium(claims: tuple[object, ...], severity: str, first: str) -> None:
    (finding,) = judged(*claims).findings
    assert (str(finding.severity), finding.claims[0]) == (severity, first)
    assert ("a person must judge before" in finding.certainty) is (severity == "medium")


def test_a_denial_is_never_kept() -> None:
    verdict = judged(PLAIN, request="google-analytics")
    assert [(o.outcome, o.why) for o in verdict.claims] == [(Outcome.NOT_CHECKABLE, forbidden_vendor.NO_CONTRADICTION)]


def test_the_same_vendor_may_break_one_denial_and_not_another() -> None:
    other = a_claim("F4", ClaimKind.FORBIDDEN, purposes=(Purpose.CHAT,))
    verdict = judged(PLAIN, other)
    assert {o.claim: o.outcome for o in verdict.claims} == {"F1": Outcome.VIOLATION, "F4": Outcome.NOT_CHECKABLE}


def test_a_role_that_was_denied_is_named() -> None:
    sync = a_claim("F5", ClaimKind.FORBIDDEN, roles=("collect", "sync"))
    (finding,) = judged(sync).findings
    assert "was called as collect" in finding.message
