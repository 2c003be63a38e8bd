"""Waivers: what they accept, when they end, and what they can never accept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crawler.claims import Waiver
from crawler.evidence import Arm
from crawler.findings import Severity
from tests.auditor.test_audit import COVERS_ADS, HONOURS, judge, seen
from tests.rules.world import TODAY, FakeBundle, a_company, a_waiver


def audited(*waivers: Waiver, bundle: FakeBundle | None = None, fail_on: Severity = Severity.HIGH) -> dict[str, Any]:
    """LinkedIn is covered by the policy, and is called under GPC only, where it must be silent."""
    company = a_company(COVERS_ADS, HONOURS, waivers=waivers)
    return judge(bundle or seen("linkedin-insight", arms=(Arm.GPC,)), company, fail_on)


def test_a_waived_finding_stays_and_does_not_count() -> None:
    verdicts = audited(a_waiver("gpc-ignored", vendor="linkedin-insight", site="acme.example"))
    (finding,) = [f for f in verdicts["findings"] if f["rule"] == "gpc-ignored"]
    assert finding["outcome"] == "violation"
    assert finding["waiver"]["state"] == "active" and finding["waiver"]["owner"] == "privacy"
    assert (verdicts["exit_code"], verdicts["outcome"]) == (0, "pass")
    rule = next(r for r in verdicts["rules"] if r["id"] == "gpc-ignored")
    assert rule["outcome"] == "pass" and "1 finding is waived" in rule["why"]
    claim = next(c for c in verdicts["claims"] if c["id"] == "D14")
    assert claim["outcome"] == "violation" and claim["waived"] is True
    assert [w["status"] for w in verdicts["waivers"]] == ["used"]


@pytest.mark.parametrize(("until", "code"), [(TODAY, 0), (TODAY - timedelta(days=1), 1)])
def test_a_waiver_holds_on_its_last_day_and_not_after(until: date, code: int) -> None:
    verdicts = audited(a_waiver("gpc-ignored", until))
    assert verdicts["exit_code"] == code
    (finding,) = [f for f in verdicts["findings"] if f["rule"] == "gpc-ignored"]
    assert finding["waiver"]["state"] == ("active" if code == 0 else "expired")
    assert verdicts["waivers"][0]["status"] == ("used" if code == 0 else "expired")


def test_an_expired_waiver_does_not_push_a_good_one_aside() -> None:
    verdicts = audited(a_waiver("gpc-ignored", date(2026, 1, 1)), a_waiver("gpc-ignored", line=2))
    assert verdicts["exit_code"] == 0
    assert [w["status"] for w in verdicts["waivers"]] == ["expired", "used"]


@pytest.mark.parametrize(
    "waiver",
    [
        a_waiver("undeclared-vendor"),
        a_waiver("gpc-ignored", vendor="meta-pixel"),
        a_waiver("gpc-ignored", site="other.example"),
        a_waiver("unnamed-vendor", vendor="linkedin-insight"),
    ],
)
def test_a_waiver_that_matches_nothing_that_counts_is_reported(waiver: Waiver) -> None:
    verdicts = audited(waiver)
    assert verdicts["exit_code"] == 1
    assert [w["status"] for w in verdicts["waivers"]] == ["unused"]


@pytest.mark.parametrize("rule", ["crawl-incomplete", "signal-not-proven"])
def test_missing_evidence_cannot_be_waived(rule: str) -> None:
    verdicts = audited(a_waiver(rule), bundle=FakeBundle())
    assert verdicts["exit_code"] == 3
    assert [w["status"] for w in verdicts["waivers"]] == ["refused"]
    assert all(f["waiver"] is None for f in verdicts["findings"])


def test_waiving_a_violation_does_not_hide_that_evidence_is_missing() -> None:
    bundle = seen("linkedin-insight", arms=(Arm.GPC,))
    bundle.damage = ["requests: row 7: broken"]
    verdicts = audited(a_waiver("gpc-ignored"), bundle=bundle)
    assert verdicts["exit_code"] == 3
    assert next(r for r in verdicts["rules"] if r["id"] == "gpc-ignored")["outcome"] == "inconclusive"
