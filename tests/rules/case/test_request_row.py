"""How a finding points at a request."""

from __future__ import annotations

from crawler.evidence import Arm
from crawler.findings import EvidenceRef
from crawler.rules.case.request_row import MAX_STEP, MAX_URL, request_row
from tests.rules.world import SITE, a_request, a_visit

VISIT = a_visit(SITE + "/", Arm.CONTROL, 1)


def test_it_names_the_row_the_visit_the_step_and_what_it_shows() -> None:
    request = a_request(SITE + "/i.gif", VISIT, step="scroll")
    assert request_row(request, 7, "a note") == EvidenceRef(
        stream="requests", row=7, url=SITE + "/i.gif", visit=VISIT.id, note="a note", step="scroll"
    )


def test_what_a_site_makes_long_is_cut() -> None:
    ref = request_row(a_request(SITE + "/" + "x" * 5000, VISIT, step="y" * 5000), 0, "")
    assert (len(ref.url), len(ref.step)) == (MAX_URL, MAX_STEP)
