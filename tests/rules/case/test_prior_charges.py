"""What another rule holds already, and what counts as held."""

from __future__ import annotations

import pytest

from crawler.findings import Confidence, Finding, Outcome, Severity
from crawler.rules.case.prior_charges import CERTAIN_OR_NOT, charged_by, prior_charges


def a_finding(severity: Severity, outcome: Outcome = Outcome.VIOLATION, site: str = "acme.example") -> Finding:
    return Finding(
        rule="some-rule", outcome=outcome, severity=severity, confidence=Confidence.HIGH, site=site, arm="control",
        vendor="meta-pixel", visits={}, message="m", certainty="c", cannot_tell="t", remedy="r",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "held"), [(Severity.HIGH, False), (Severity.MEDIUM, True), (Severity.LOW, True)], ids=str
)
def test_what_is_at_least_as_severe_is_held(severity: Severity, held: bool) -> None:
    assert prior_charges([a_finding(Severity.MEDIUM)]).hold("acme.example", "meta-pixel", severity) is held


def test_of_several_the_most_severe_counts_in_any_order() -> None:
    found = [a_finding(s) for s in (Severity.LOW, Severity.HIGH, Severity.MEDIUM)]
    for given in (found, found[::-1]):
        assert prior_charges(given).hold("acme.example", "meta-pixel", Severity.HIGH)


def test_another_site_and_another_vendor_are_not_held() -> None:
    prior = prior_charges([a_finding(Severity.HIGH, site="acme-shop.example")])
    assert not prior.hold("acme.example", "meta-pixel", Severity.LOW)
    assert not prior.hold("acme-shop.example", "hotjar", Severity.LOW)


@pytest.mark.parametrize(
    ("outcome", "surely", "perhaps"),
    [(Outcome.VIOLATION, True, True), (Outcome.INCONCLUSIVE, False, True), (Outcome.PASS, False, False)],
    ids=lambda value: str(value),
)
def test_a_note_is_no_charge_and_a_doubtful_one_only_where_asked(outcome: Outcome, surely: bool, perhaps: bool) -> None:
    found = [a_finding(Severity.HIGH, outcome)]
    assert prior_charges(found).hold("acme.example", "meta-pixel", Severity.LOW) is surely
    assert prior_charges(found, CERTAIN_OR_NOT).hold("acme.example", "meta-pixel", Severity.LOW) is perhaps


def test_the_sentence_names_the_rule() -> None:
    assert charged_by("undeclared-vendor") == "The vendor is already charged by undeclared-vendor, so this is low."
