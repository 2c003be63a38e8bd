"""Severity is never more than the evidence bears, and certainty says why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.claims import ClaimKind
from crawler.evidence import Arm
from crawler.findings import Confidence, Finding, Outcome, Severity
from crawler.rules.case import Case, VendorSeen, case_from
from crawler.rules.case.charge import Words, capped, charge, quoted, shortened
from crawler.vendors.model import KnownBy, Role
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_claim, a_company, a_request, visits_of

WORDS = Words("A fact.", "What it cannot tell.", "What to do.")


def case_of(repeat: int = 3, shown: int | None = None, arm: Arm = Arm.CONTROL) -> Case:
    visits = visits_of([SITE + "/"], repeat=repeat)
    own = [v for v in visits if v.arm is arm][: shown or repeat]
    return case_from(a_bundle(visits, *(a_request(REQUESTS["meta-pixel"], v) for v in own)), a_company(), TODAY)


def finding(case: Case, seen: VendorSeen | None = None, **changes: Any) -> Finding:
    seen = seen or case.vendors[0]
    return charge(case, seen, seen.visits(), rule="some-rule", severity=Severity.CRITICAL, words=WORDS, **changes)


def test_steady_and_known_is_a_violation_held_for_sure() -> None:
    f = finding(case_of())
    assert (f.outcome, f.severity, f.confidence) == (Outcome.VIOLATION, Severity.CRITICAL, Confidence.HIGH)
    assert "Seen in 3 of 3 visits (without a signal)." in f.certainty and "Recognised by: catalogue" in f.certainty
    assert {arm: (s.seen, s.of) for arm, s in f.visits.items()} == {"control": (3, 3), "gpc": (0, 3)}


def test_one_repetition_cannot_tell_chance_from_habit() -> None:
    f = finding(case_of(repeat=1))
    assert (f.outcome, f.confidence) == (Outcome.VIOLATION, Confidence.MEDIUM)


def test_sometimes_is_inconclusive() -> None:
    f = finding(case_of(shown=2))
    assert (f.outcome, f.severity, f.confidence) == (Outcome.INCONCLUSIVE, Severity.CRITICAL, Confidence.LOW)
    assert "some repetitions show it and others do not" in f.certainty


@pytest.mark.parametrize(
    ("changes", "severity", "confidence"),
    [
        ({"verified": False}, Severity.MEDIUM, Confidence.LOW),
        ({"known_by": KnownBy.THIRD_PARTY_WEB}, Severity.MEDIUM, Confidence.MEDIUM),
        ({"known_by": KnownBy.THIRD_PARTY_WEB, "tracker_rule": "||x^"}, Severity.CRITICAL, Confidence.MEDIUM),
        ({"known_by": KnownBy.FILTER_LIST, "tracker_rule": "||x^"}, Severity.CRITICAL, Confidence.MEDIUM),
    ],
)
def test_weak_grounds_cap_severity(changes: dict[str, Any], severity: Severity, confidence: Confidence) -> None:
    case = case_of()
    f = finding(case, replace(case.vendors[0], **changes))
    assert (f.severity, f.confidence) == (severity, confidence)
    assert capped(Severity.LOW, replace(case.vendors[0], **changes)) is Severity.LOW, "a cap never raises"


def test_an_emulated_signal_is_less_sure() -> None:
    visits = [
        replace(v, signal=replace(v.signal, method="emulated")) if v.signal and v.arm is Arm.GPC else v
        for v in visits_of([SITE + "/"])
    ]
    rows = [a_request(REQUESTS["meta-pixel"], v) for v in visits]
    case = case_from(a_bundle(visits, *rows), a_company(), TODAY)
    confidence = {v.arm: finding(case, v).confidence for v in case.vendors}
    assert confidence == {Arm.CONTROL: Confidence.HIGH, Arm.GPC: Confidence.MEDIUM}


def test_a_note_is_info_whatever_was_asked() -> None:
    f = finding(case_of(), outcome=Outcome.PASS)
    assert (f.outcome, f.severity) == (Outcome.PASS, Severity.INFO)


def test_what_did_not_arrive_is_inconclusive() -> None:
    assert finding(case_of(), reached=False).outcome is Outcome.INCONCLUSIVE


def test_roles_pick_the_rows() -> None:
    assert finding(case_of(), roles=(Role.COLLECT,)).evidence != ()
    assert finding(case_of(), roles=(Role.SYNC,)).evidence == ()


def test_the_first_sentence_is_quoted_and_bounded() -> None:
    assert quoted([]) == ""
    long = a_claim("D1", ClaimKind.SCOPE, quote="word " * 200)
    assert quoted([long]).endswith('..."') and len(quoted([long])) < 300


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("a=1, b=2, c=3, d=4", "a=1, b=2, c=3, d=4"),
        ("a=1, b=2, c=3, d=45", "a=1, b=2, c=3 ..."),
        ("one; two; three; four", "one; two ..."),
        ("C1:1,C2:1,C3:1,C4:0", "C1:1,C2:1,C3:1 ..."),
        ("C1:1,C2:1,C33:1 C4:0", "C1:1,C2:1 ..."),
        ("C1:1,C2:1,C3,C4:1,C5:0", "C1:1,C2:1,C3 ..."),
        ("x" * 19, "x" * 15 + "..."),
        ("a " + "x" * 19, "a " + "x" * 13 + "..."),
        ("", ""),
    ],
)
def test_what_is_too_long_is_cut_between_things(words: str, says: str) -> None:
    assert shortened(words, 18) == says
    assert len(shortened(words, 18)) <= 18
