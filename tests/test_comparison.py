"""Two audits compared: what is gone only where somebody looked again, and what must never be called fixed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from crawler.comparison import Comparison, compare
from crawler.findings import Severity

HOME, PRICING, BLOG = (f"https://www.larkspur-ledger.example{path}" for path in ("/", "/pricing", "/blog"))
PAGES = [HOME, PRICING, BLOG]
GROUPS = ("new", "gone", "changed", "still", "no_longer_judged")


def finding(fingerprint: str = "f1", **changes: Any) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint, "rule": "gpc-ignored", "outcome": "violation", "severity": "high",
        "confidence": "high", "vendor": "meta-pixel", "purpose": "advertising", "coverage": "category",
        "restriction": "unrestricted", "site": "larkspur-ledger.example", "arm": "gpc", "claims": ["L14"],
        "pages": [PRICING], "visits": {"control": [3, 3], "gpc": [3, 3]}, "message": "m", "remedy": "r",
        "evidence": [], "waiver": None,
    } | changes  # fmt: skip


def audit(*findings: dict[str, Any], run: str = "A", **changes: Any) -> dict[str, Any]:
    base = {
        "company": "larkspur", "run": run, "exit_code": 1 if findings else 0, "findings": list(findings),
        "rules": [{"id": "gpc-ignored", "outcome": "violation" if findings else "pass", "why": "w"},
                  {"id": "undeclared-vendor", "outcome": "pass", "why": "w"}],
        "claims": [{"id": "L14", "quote": "q", "outcome": "violation" if findings else "pass", "findings": []}],
        "vendors": [{"vendor": "meta-pixel", "name": "Meta Pixel"}], "cookies": [], "gaps": [],
        "pages": PAGES, "arms": ["control", "gpc"],
    }  # fmt: skip
    return base | changes


def rules(outcome: str) -> list[dict[str, Any]]:
    return [{"id": "gpc-ignored", "outcome": outcome, "why": "because"}]


def gap(url: str, arm: str = "gpc", reason: str = "timeout") -> dict[str, str]:
    return {"arm": arm, "url": url, "reason": reason}


def only(comparison: Comparison) -> str:
    """The one group that holds the one change."""
    held = [group for group in GROUPS if getattr(comparison, group)]
    assert len(held) == 1, held
    return held[0]


@pytest.mark.parametrize(
    ("later", "group", "why"),
    [
        pytest.param({}, "gone", "", id="judged again and not found"),
        pytest.param({"gaps": [gap(HOME)]}, "gone", "", id="a gap elsewhere does not matter"),
        pytest.param({"gaps": [gap(PRICING, arm="dnt")]}, "gone", "", id="a gap in an arm that is not about it"),
        pytest.param({"gaps": [gap(PRICING)]}, "no_longer_judged", "timeout", id="a gap on its page"),
        pytest.param({"gaps": [gap(PRICING, "control")]}, "no_longer_judged", "timeout", id="a gap in the other arm"),
        pytest.param({"gaps": [gap(PRICING, "all")]}, "no_longer_judged", "timeout", id="a gap in every arm"),
        pytest.param({"gaps": [gap("", "all", "interrupted")]}, "no_longer_judged", "interrupted", id="interrupted"),
        pytest.param({"gaps": [gap(HOME, "all", "unreachable")]}, "no_longer_judged", "unreachable", id="unreachable"),
        pytest.param({"rules": []}, "no_longer_judged", "not run", id="the rule is gone"),
        pytest.param({"rules": rules("error")}, "no_longer_judged", "could not be judged", id="the rule broke"),
        pytest.param({"rules": rules("inconclusive")}, "no_longer_judged", "because", id="the rule is undecided"),
        pytest.param({"rules": rules("not-checkable")}, "no_longer_judged", "because", id="the rule did not apply"),
        pytest.param({"rules": rules("violation")}, "gone", "", id="the rule fails for somebody else"),
        pytest.param({"pages": [HOME, BLOG]}, "no_longer_judged", "page not in the list", id="its page left the list"),
        pytest.param({"pages": []}, "no_longer_judged", "page not in the list", id="no page was found"),
        pytest.param({"arms": []}, "no_longer_judged", "was not run", id="nothing was visited"),
        pytest.param({"arms": ["control"]}, "no_longer_judged", "arm gpc was not run", id="its arm was not run"),
        pytest.param(
            {"claims": [{"id": "L14", "quote": "q", "outcome": "inconclusive", "why": "no proof"}]},
            "no_longer_judged", "no proof", id="its sentence is undecided",
        ),
    ],
)  # fmt: skip
def test_gone_only_where_it_was_judged_again(later: dict[str, Any], group: str, why: str) -> None:
    comparison = compare(audit(finding()), audit(run="B", **later))
    assert only(comparison) == group
    assert why in getattr(comparison, group)[0].why


def test_seen_on_two_pages_and_one_left_the_list() -> None:
    comparison = compare(audit(finding(pages=[HOME, PRICING])), audit(pages=[HOME]))
    assert only(comparison) == "no_longer_judged"
    assert PRICING in comparison.no_longer_judged[0].why and comparison.pages_removed == (PRICING, BLOG)


@pytest.mark.parametrize("outcome", ["inconclusive", "error"])
def test_what_was_never_settled_is_not_called_fixed(outcome: str) -> None:
    gone = compare(audit(finding(outcome=outcome)), audit()).gone
    assert "not settled before" in gone[0].why


@pytest.mark.parametrize(("arm", "group"), [("trace", "gone"), ("gpc", "no_longer_judged")])
def test_a_gap_of_an_explaining_visit_hides_nothing_even_of_a_finding_about_all_arms(arm: str, group: str) -> None:
    everywhere = finding(arm="all", visits={})
    assert only(compare(audit(everywhere), audit(gaps=[gap(PRICING, arm)]))) == group


def test_page_lists_of_the_manifests_come_first() -> None:
    a, b = audit(finding()), audit()
    assert only(compare(a, b, pages_a=PAGES, pages_b=[HOME])) == "no_longer_judged"
    assert only(compare(a, b, arms_b=["control"])) == "no_longer_judged"


def test_unknown_page_lists_are_said_to_be_unknown() -> None:
    a, b = audit(finding()), audit()
    del a["pages"], b["pages"]
    comparison = compare(a, b)
    assert any("page lists" in remark for remark in comparison.remarks)
    assert comparison.pages_added == comparison.pages_removed == ()


def test_new_and_still_there() -> None:
    comparison = compare(audit(finding("f1")), audit(finding("f1"), finding("f2")))
    assert [c.fingerprint for c in comparison.new] == ["f2"]
    assert [c.fingerprint for c in comparison.still] == ["f1"]


def test_new_says_when_nobody_had_looked_before() -> None:
    comparison = compare(audit(pages=[HOME]), audit(finding()))
    assert "page not in the list" in comparison.new[0].why
    assert comparison.gating(Severity.HIGH) == comparison.new, "it gates all the same"


@pytest.mark.parametrize(
    ("change", "says", "worse"),
    [
        ({"severity": "critical"}, "severity: critical, was high", True),
        ({"severity": "low"}, "severity: low, was high", False),
        ({"outcome": "inconclusive"}, "outcome: inconclusive, was violation", False),
        ({"restriction": "unknown"}, "restriction: unknown, was unrestricted", False),
        ({"coverage": None}, "coverage: none, was category", False),
        ({"visits": {"control": [3, 3], "gpc": [1, 3]}}, "gpc: seen in some visits, was all", False),
        ({"pages": [PRICING, HOME]}, f"now on {HOME}", True),
        ({"pages": [HOME]}, f"no longer on {PRICING}", True),
        ({"claims": ["L14", "L40"]}, "sentences: L14, L40", False),
        ({"waiver": {"owner": "o"}}, "acceptance: accepted, was none", False),
    ],
)
def test_what_changed_is_said(change: dict[str, Any], says: str, worse: bool) -> None:
    comparison = compare(audit(finding()), audit(finding(**change)))
    assert only(comparison) == "changed"
    assert says in comparison.changed[0].what
    assert comparison.changed[0].worse is worse


@pytest.mark.parametrize(
    "change",
    [
        {"message": "other words"},
        {"evidence": [{"stream": "requests", "row": 9, "url": "u"}]},
        {"visits": {"control": [6, 6], "gpc": [6, 6]}},
    ],
)
def test_what_differs_from_night_to_night_is_no_change(change: dict[str, Any]) -> None:
    assert only(compare(audit(finding()), audit(finding(**change)))) == "still"


def test_a_page_that_left_the_list_is_no_change_of_the_finding() -> None:
    a, b = audit(finding(pages=[HOME, PRICING])), audit(finding(pages=[HOME]), pages=[HOME])
    comparison = compare(a, b)
    assert only(comparison) == "still" and PRICING in comparison.pages_removed


def test_a_page_that_is_new_in_the_list_is_no_change_of_the_finding() -> None:
    a, b = audit(finding(pages=[HOME]), pages=[HOME]), audit(finding(pages=[HOME, PRICING]))
    assert only(compare(a, b)) == "still"


@pytest.mark.parametrize(
    ("before", "after", "gates"),
    [
        ([], [finding()], True),
        ([], [finding(severity="medium")], False),
        ([], [finding(waiver={"owner": "o"})], False),
        ([], [finding(waiver={"owner": "o", "expired": True})], True),
        ([], [finding(outcome="inconclusive")], False),
        ([], [finding(severity="dreadful")], True),
        ([finding()], [finding()], False),
        ([finding(severity="low")], [finding()], True),
        ([finding(outcome="inconclusive")], [finding()], True),
        ([finding(waiver={"owner": "o"})], [finding(waiver={"owner": "o", "expired": True})], True),
        ([finding(severity="critical")], [finding()], False),
    ],
)
def test_new_only_gates_on_what_is_new_or_worse(before: list[Any], after: list[Any], gates: bool) -> None:
    assert bool(compare(audit(*before), audit(*after)).gating(Severity.HIGH)) is gates


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ("pass", "violation", "newly contradicted"),
        ("inconclusive", "violation", "newly contradicted"),
        ("violation", "pass", "no longer contradicted"),
        ("violation", "inconclusive", "no longer judged"),
        ("violation", "error", "no longer judged"),
        ("pass", "not-checkable", "no longer judged"),
        ("error", "pass", "now judged"),
        ("inconclusive", "pass", "now judged"),
        ("not-checkable", "pass", "now judged"),
    ],
)
def test_how_a_sentence_turned(before: str, after: str, word: str) -> None:
    a = audit(claims=[{"id": "L1", "quote": "q", "outcome": before}])
    b = audit(claims=[{"id": "L1", "quote": "q", "outcome": after, "why": "so"}])
    (turn,) = compare(a, b).claims
    assert (turn.word, turn.why) == (word, "so")
    assert "fixed" not in turn.word


def test_sentences_that_came_went_or_were_reworded() -> None:
    a = audit(claims=[{"id": "L1", "quote": "one", "outcome": "pass"}, {"id": "L2", "quote": "two", "outcome": "pass"}])
    b = audit(claims=[{"id": "L1", "quote": "uno", "outcome": "pass"}, {"id": "L3", "quote": "3", "outcome": "pass"}])
    assert {t.id: t.word for t in compare(a, b).claims} == {
        "L1": "same outcome; the sentence was reworded",
        "L2": "no longer in the expectations",
        "L3": "new in the expectations",
    }


def test_gaps_that_came_and_went() -> None:
    comparison = compare(audit(gaps=[gap(HOME), gap(BLOG)]), audit(gaps=[gap(BLOG), gap(PRICING), gap(PRICING)]))
    assert [g["url"] for g in comparison.gaps_new] == [PRICING]
    assert [g["url"] for g in comparison.gaps_closed] == [HOME]


def test_runs_that_cannot_well_be_compared_say_so() -> None:
    remarks = compare(audit(exit_code=4), audit(company="other")).remarks
    assert any("different companies" in r for r in remarks)
    assert any("earlier audit failed" in r for r in remarks)


def test_a_run_against_itself_has_no_change_and_input_is_left_alone() -> None:
    one = audit(finding("a"), finding("b", outcome="inconclusive"))
    kept = copy.deepcopy(one)
    comparison = compare(one, one)
    assert only(comparison) == "still" and len(comparison.still) == 2
    assert (comparison.claims, comparison.rules, comparison.remarks) == ((), (), ())
    assert one == kept


def test_the_worst_comes_first() -> None:
    found = [finding("1", severity="low"), finding("2", severity="critical"), finding("3", severity="high")]
    assert [c.fingerprint for c in compare(audit(), audit(*found)).new] == ["2", "3", "1"]
