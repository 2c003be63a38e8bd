from __future__ import annotations

from pathlib import Path

import yaml

from crawler import rules
from crawler.demo import seeded
from crawler.demo.site_map import AUDITED
from crawler.findings import Severity
from crawler.vendors import catalogue


def test_each_rule_and_catalogue_vendor_exists() -> None:
    known = {rule.ID for rule in rules.ALL}
    for expected in seeded.EXPECTED:
        assert expected.rule in known
        assert expected.vendor in catalogue().vendors or expected.vendor in ("", "clickbridge.example")


def test_claims_and_pages_exist() -> None:
    text = Path("crawler/demo/expectations.yaml").read_text(encoding="utf-8")
    claims = {claim["id"] for claim in yaml.safe_load(text)["claims"]}
    for expected in seeded.EXPECTED:
        assert set(expected.claims) <= claims
        assert expected.pages and set(expected.pages) <= set(AUDITED)
        assert expected.why.endswith(".")


def test_no_finding_is_seeded_twice() -> None:
    keys = [(s.rule, s.vendor, s.arm) for s in seeded.EXPECTED]
    assert len(keys) == len(set(keys))


def test_mistakes_are_mistakes_and_notes_are_notes() -> None:
    assert all(s.severity is not Severity.INFO for s in seeded.MISTAKES)
    assert {s.severity for s in seeded.NOTES} == {Severity.INFO}
    assert set(seeded.EXPECTED_FIXED) < set(seeded.NOTES)
    assert any(s.severity.at_least(Severity.HIGH) for s in seeded.MISTAKES), "the demo must fail a gate"
