"""What the finding on contradicting strings says, how sure it is, and what it never rests on."""

from __future__ import annotations

from dataclasses import replace

from crawler.claims import ClaimKind
from crawler.evidence import Arm
from crawler.findings import Confidence, Outcome, Verdict
from crawler.rules import opt_out_strings_contradict
from crawler.rules.case import case_from
from tests.rules.world import SITE, TODAY, a_bundle, a_claim, a_company, a_state, visits_of

PROMISE = a_claim("D14", ClaimKind.SIGNAL, signal="gpc", honoured=True)
IN, IGNORED = "DBABLA~BVQqAAAAAgA.QA", "DBABLA~BVQqAAAAAgA.YA"


def judged(*said: tuple[Arm, str, str], repeat: int = 3, emulated: bool = False, promise: bool = True) -> Verdict:
    visits = visits_of([SITE + "/"], repeat=repeat)
    if emulated:
        visits = [replace(v, signal=replace(v.signal, method="emulated")) if v.signal else v for v in visits]
    states = [a_state(v, source, value) for v in visits for arm, source, value in said if v.arm is arm]
    company = a_company(PROMISE) if promise else a_company()
    return opt_out_strings_contradict.judge(case_from(a_bundle(visits, *states), company, TODAY))


def test_the_finding_quotes_both_sources_and_points_at_their_rows() -> None:
    [found] = judged((Arm.GPC, "usprivacy", "1YYN"), (Arm.GPC, "gpp", IN)).findings
    assert "usprivacy says opted out (1YYN: opted out of sale)" in found.message
    assert "OTGPPConsent says not opted out (usnat: SaleOptOut=2" in found.message
    assert {ref.stream for ref in found.evidence} == {"consent"} and len(found.evidence) == 4
    assert found.confidence is Confidence.HIGH and found.claims == ("D14",)
    assert (found.visits["gpc"].seen, found.visits["gpc"].of) == (3, 3)


def test_gpc_is_judged_before_control() -> None:
    said = [(arm, *s) for arm in (Arm.CONTROL, Arm.GPC) for s in (("usprivacy", "1YYN"), ("gpp", IN))]
    [found] = judged(*said).findings
    assert found.arm is Arm.GPC, "one finding for a site, not one for each arm"
    assert [(found.visits[arm].seen, found.visits[arm].of) for arm in ("control", "gpc")] == [(3, 3), (3, 3)]


def test_a_string_against_itself_says_how() -> None:
    [found] = judged((Arm.GPC, "gpp", IGNORED)).findings
    assert "its section usnat has Gpc=1, and its opt-out fields say that nobody opted out" in found.message


def test_less_sure_on_one_visit_and_on_an_emulated_signal() -> None:
    [once] = judged((Arm.GPC, "gpp", IGNORED), repeat=1).findings
    [emulated] = judged((Arm.GPC, "gpp", IGNORED), emulated=True).findings
    assert once.confidence is emulated.confidence is Confidence.MEDIUM


def test_silence_is_no_pass() -> None:
    assert judged().outcome is Outcome.NOT_CHECKABLE and judged().claims == ()
    only_shown = judged((Arm.GPC, "google-consent-mode", '[["consent","default",{"ad_storage":"denied"}]]'))
    assert only_shown.outcome is Outcome.NOT_CHECKABLE
    assert judged((Arm.GPC, "gpp", "rubbish")).outcome is Outcome.NOT_CHECKABLE
    assert judged((Arm.CONTROL, "usprivacy", "1YNN")).claims == (), "without the signal nothing is said of the promise"
    assert judged((Arm.GPC, "usprivacy", "1YYN")).outcome is Outcome.PASS


def test_without_a_promise_it_is_a_note_that_fails_nothing() -> None:
    verdict = judged((Arm.GPC, "gpp", IGNORED), promise=False)
    assert verdict.outcome is Outcome.PASS and verdict.findings[0].outcome is Outcome.PASS
    assert judged(promise=False).outcome is Outcome.NOT_CHECKABLE


def test_a_string_against_the_signal_is_told_as_such() -> None:
    [found] = judged((Arm.GPC, "usprivacy", "1YNN"), (Arm.CONTROL, "usprivacy", "1YNN")).findings
    assert found.message.startswith(
        "With GPC on, the page says that nobody opted out: usprivacy says not opted out (1YNN"
    )
    assert "contradicts itself" not in found.message and "is sold or shared" in found.cannot_tell
    assert {arm: (seen.seen, seen.of) for arm, seen in found.visits.items()} == {"control": (0, 3), "gpc": (3, 3)}
    assert (found.claims, found.remedy) == (
        ("D14",),
        "Let the consent tool read the signal that the browser sends, so that the string says opted out.",
    )


def test_beside_two_sources_that_disagree_the_signal_is_not_charged_as_well() -> None:
    [found] = judged((Arm.GPC, "usprivacy", "1YNN"), (Arm.GPC, "gpp", IGNORED)).findings
    assert "contradicts itself" in found.message and "With GPC on" not in found.message
