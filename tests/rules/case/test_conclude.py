"""A rule's verdict: finding nothing on incomplete evidence is no pass."""

from __future__ import annotations

from dataclasses import replace

from crawler.claims import ClaimKind
from crawler.evidence import Arm
from crawler.findings import Confidence, Finding, Outcome, Severity
from crawler.rules.case import Case, case_from
from crawler.rules.case.conclude import conclude, missing, not_promised, on_claims, unless_noted
from tests.rules.world import SITE, TODAY, a_bundle, a_claim, a_company, visits_of

CLAIM = a_claim("D1", ClaimKind.VENDOR)
OTHER = a_claim("D2", ClaimKind.VENDOR)


def case_of(damaged: bool = False, arms: tuple[Arm, ...] = (Arm.CONTROL, Arm.GPC)) -> Case:
    bundle = a_bundle(visits_of([SITE + "/"], arms), arms=[str(a) for a in arms])
    bundle.damage = ["broken"] if damaged else []
    return case_from(bundle, a_company(), TODAY)


def a_finding(outcome: Outcome) -> Finding:
    return Finding(
        rule="r", outcome=outcome, severity=Severity.HIGH, confidence=Confidence.HIGH, site="",
        arm="control", visits={},
        claims=("D1",), message=f"{outcome} seen", certainty="c", cannot_tell="t", remedy="r",
    )  # fmt: skip


def outcome_of(case: Case, *outcomes: Outcome, arms: tuple[Arm, ...] = (Arm.CONTROL,)) -> Outcome:
    return conclude("r", case, [a_finding(o) for o in outcomes], passed="Nothing found.", arms=arms).outcome


def test_the_worst_finding_decides_and_missing_evidence_is_no_pass() -> None:
    complete, damaged = case_of(), case_of(damaged=True)
    assert outcome_of(complete) is outcome_of(complete, Outcome.PASS) is Outcome.PASS
    assert outcome_of(complete, Outcome.PASS, Outcome.INCONCLUSIVE) is Outcome.INCONCLUSIVE
    assert outcome_of(complete, Outcome.INCONCLUSIVE, Outcome.VIOLATION) is Outcome.VIOLATION
    assert outcome_of(damaged) is outcome_of(damaged, Outcome.PASS) is Outcome.INCONCLUSIVE
    assert outcome_of(damaged, Outcome.VIOLATION) is Outcome.VIOLATION


def test_an_arm_that_did_not_run_is_missing() -> None:
    control = case_of(arms=(Arm.CONTROL,))
    assert outcome_of(control) is Outcome.PASS
    assert outcome_of(control, arms=(Arm.GPC,)) is Outcome.INCONCLUSIVE
    assert "gpc" in missing(control, (Arm.GPC,))
    assert missing(control, (Arm.CONTROL,)) == ""


def test_each_claim_takes_the_worst_of_the_findings_that_name_it() -> None:
    findings = [a_finding(Outcome.PASS), a_finding(Outcome.INCONCLUSIVE), a_finding(Outcome.VIOLATION)]
    first, second = on_claims([CLAIM, OTHER], findings, kept="kept")
    assert (first.outcome, first.why) == (Outcome.VIOLATION, "violation seen")
    assert (second.outcome, second.why) == (Outcome.PASS, "kept")


def test_an_unmade_promise_cannot_be_broken() -> None:
    verdict = not_promised("r", "to sing")
    assert verdict.outcome is Outcome.NOT_CHECKABLE and "to sing" in verdict.why
    assert replace(verdict).findings == ()


def test_that_nothing_was_seen_is_not_said_beside_notes() -> None:
    assert unless_noted("Nothing was seen.", []) == "Nothing was seen."
    assert unless_noted("Nothing was seen.", [a_finding(Outcome.PASS)]) == "Nothing to object to; 1 note to read."
