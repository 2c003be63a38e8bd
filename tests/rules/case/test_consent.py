"""What of consent states a case holds: the page's own, of visits that count, by statement; strings in requests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.evidence import Arm
from crawler.rules.case import Case, case_from
from crawler.rules.case import consent as gathering
from crawler.rules.case.consent_said import opted_out
from crawler.signals.consent import OptOut
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_request, a_state, visits_of

VISITS = visits_of([SITE + "/"], (Arm.CONTROL, Arm.GPC, Arm.TRACE))
GPC = [v for v in VISITS if v.arm is Arm.GPC]
NO_STRING = REQUESTS["meta-pixel"] + "&us_privacy=1YNN"


def case_of(*rows: object, visits: list = VISITS) -> Case:  # type: ignore[type-arg]
    return case_from(a_bundle(visits, *rows), a_company(), TODAY)


def test_the_same_statement_is_one_line_with_its_visits() -> None:
    states = [a_state(v, value="1YYN" if v.arm is Arm.GPC else "1YNN") for v in VISITS]
    said = case_of(*states).consent
    assert [(s.site, s.arm, s.name, s.opt_out, len(s.visits), s.counts) for s in said] == [
        ("acme.example", Arm.CONTROL, "usprivacy", OptOut.NO, 3, True),
        ("acme.example", Arm.GPC, "usprivacy", OptOut.YES, 3, True),
    ], "explaining visits are never compared"
    assert [(ref.stream, ref.row, ref.note) for ref in said[0].evidence[:1]] == [
        ("consent", 0, "usprivacy: 1YNN: not opted out of sale")
    ]


def test_another_partys_cookie_is_no_word_of_the_page() -> None:
    assert case_of(*(a_state(v, party="third") for v in GPC)).consent == ()
    assert len(case_of(*(a_state(v, party="same-organisation") for v in GPC)).consent) == 1


def test_visits_that_do_not_count_say_nothing() -> None:
    failed = [replace(v, ok=False, reason="timeout") if v.arm is Arm.GPC else v for v in VISITS]
    assert case_of(*(a_state(v) for v in failed if v.arm is Arm.GPC), visits=failed).consent == ()


def test_the_order_of_rows_does_not_matter() -> None:
    states = [a_state(v, source, value) for v in GPC for source, value in (("usprivacy", "1YYN"), ("gpp", "DBABLA"))]
    one, other = case_of(*states).consent, case_of(*reversed(states)).consent
    assert [replace(s, evidence=()) for s in one] == [replace(s, evidence=()) for s in other]


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MAX_SAID", 2)
    states = [a_state(GPC[0], name=f"n{n}") for n in range(5)]
    case = case_of(*states)
    assert len(case.consent) == 2 and case.not_listed["consent"] == 3


def test_one_voice_is_what_counts_and_agrees() -> None:
    a, b, c = GPC
    case = case_of(
        a_state(a), a_state(b), a_state(b, "gpp", "DBABLA~BVQqAAAAAgA.QA"), a_state(a, "gpp", "rubbish"),
        a_state(c, "google-consent-mode", '[["consent","default",{"ad_storage":"denied"}]]'),
    )  # fmt: skip
    assert opted_out(case.consent, "acme.example", Arm.GPC) == {a.id}
    assert opted_out(case.consent, "acme.example", Arm.CONTROL) == frozenset()
    assert opted_out(case.consent, "other.example", Arm.GPC) == frozenset()


@pytest.mark.parametrize(
    ("url", "body", "sent"),
    [
        (NO_STRING, None, True),
        (REQUESTS["meta-pixel"], "us_privacy=1YNN", True),
        (REQUESTS["meta-pixel"] + "&gpp=DBABLA~BVQqAAAAAgA.QA&gpp_sid=7", None, True),
        (REQUESTS["meta-pixel"] + "&us_privacy=1YYN", None, False),
        (REQUESTS["meta-pixel"] + "&us_privacy=1---", None, False),
        (REQUESTS["meta-pixel"] + "&us_privacy=YES", None, False),
        (REQUESTS["meta-pixel"], None, False),
        (REQUESTS["meta-pixel library"] + "?us_privacy=1YNN", None, False),
    ],
)
def test_strings_in_requests(url: str, body: str | None, sent: bool) -> None:
    method = "POST" if body else "GET"
    case = case_of(*(a_request(url, v, body=body, method=method) for v in GPC))
    assert [(s.vendor, len(s.visits)) for s in case.strings_sent] == ([("meta-pixel", 3)] if sent else [])
    if sent:
        assert "not opted out" in case.strings_sent[0].evidence[0].note or "=2" in case.strings_sent[0].evidence[0].note


def test_what_reached_nobody_was_told_to_nobody() -> None:
    lost = [a_request(NO_STRING, v, status=None, error="net::ERR_NAME_NOT_RESOLVED") for v in GPC]
    assert case_of(*lost).strings_sent == ()
