"""Who stands under a category today."""

from __future__ import annotations

from crawler.claims import ClaimKind, Purpose
from crawler.rules import unnamed_vendor
from crawler.rules.case import case_from
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, visits_of


def test_each_category_lists_its_vendors() -> None:
    ads = a_claim("D40", ClaimKind.CATEGORY, purposes=(Purpose.ADVERTISING,))
    both = a_claim("D41", ClaimKind.CATEGORY, purposes=(Purpose.ADVERTISING, Purpose.ANALYTICS))
    chat = a_claim("D42", ClaimKind.CATEGORY, purposes=(Purpose.CHAT,))
    visits = visits_of([SITE + "/"])
    rows = [a_request(REQUESTS[n], v) for v in visits for n in ("meta-pixel", "google-analytics")]
    verdict = unnamed_vendor.judge(case_from(a_bundle(visits, *rows), a_company(ads, both, chat), TODAY))
    why = {o.claim: (str(o.outcome), o.why) for o in verdict.claims}
    assert why["D40"] == ("pass", "Stands for: Meta Pixel.")
    assert why["D41"] == ("pass", "Stands for: Google Analytics, Meta Pixel.")
    assert why["D42"][0] == "not-checkable"
    assert {f.vendor: f.claims for f in verdict.findings} == {
        "google-analytics": ("D41",),
        "meta-pixel": ("D40", "D41"),
    }
    assert {str(f.severity) for f in verdict.findings} == {"info"}
