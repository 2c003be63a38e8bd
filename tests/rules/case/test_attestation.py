"""An attestation holds to its last day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crawler.claims import Attestation
from crawler.rules.case import case_from
from crawler.rules.case.attestation import vouched
from tests.rules.world import TODAY, FakeBundle, a_company


def attestation(until: date) -> Attestation:
    return Attestation(vendor="meta-pixel", statement="service provider", owner="legal", until=until, line=1)


@pytest.mark.parametrize(("days", "holds"), [(0, True), (1, True), (-1, False)])
def test_it_holds_to_its_last_day(days: int, holds: bool) -> None:
    company = a_company(attestations=(attestation(TODAY + timedelta(days=days)),))
    found = vouched(case_from(FakeBundle(), company, TODAY), "meta-pixel")
    assert found.holds is holds
    assert ("attests until" if holds else "no longer counts") in found.note


def test_one_that_holds_is_enough() -> None:
    company = a_company(attestations=(attestation(date(2020, 1, 1)), attestation(date(2030, 1, 1))))
    case = case_from(FakeBundle(), company, TODAY)
    assert vouched(case, "meta-pixel").holds
    assert not vouched(case, "linkedin-insight").holds
