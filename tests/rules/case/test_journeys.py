"""Where values went: one line per cookie and receiver, bounded, and what recurs between fresh profiles is told."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.evidence import Arm, IdentifierSent, Visit
from crawler.rules.case import Case, case_from
from crawler.rules.case.cookie_table import MAX_COOKIES
from crawler.rules.case.journeys import MAX_JOURNEYS, MAX_RECEIVERS
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_cookie, a_request, visits_of

VISITS = [*visits_of([SITE + "/"]), *visits_of([SITE + "/"], (Arm.TRACE,), 1)]
CONTROL = VISITS[0]
STRANGER = REQUESTS["an unknown third party"]


def sent(value: str, name: str = "_id", domain: str = "acme.example", where: str = "url") -> IdentifierSent:
    return IdentifierSent(name=name, domain=domain, where=where, value_hash=value)


def case_of(*rows: Any, **manifest: Any) -> Case:
    return case_from(a_bundle(VISITS, *rows, **manifest), a_company(), TODAY)


def by_visit(*, same: bool = False, **changes: Any) -> list[Any]:
    return [a_request(STRANGER, v, identifiers=(sent("0" if same else v.id),), **changes) for v in VISITS]


def test_one_line_per_receiver_arm_and_cookie_and_none_of_explaining_visits() -> None:
    found = case_of(*by_visit()).journeys
    assert [(j.vendor, j.name, j.arm, len(j.visits)) for j in found] == [
        ("nobody-knows.example", "_id", "control", 3), ("nobody-knows.example", "_id", "gpc", 3),
    ]  # fmt: skip
    assert all(j.tells_apart and not j.constant and not j.of_others for j in found)
    assert found[0].evidence[0].note == "the value of _id (acme.example) in the url"


def test_what_recurs_in_another_arm_is_constant_too() -> None:
    assert all(j.constant and not j.tells_apart for j in case_of(*by_visit(same=True)).journeys)
    once = [a_request(STRANGER, v, identifiers=(sent("0"),)) for v in VISITS if v.repetition == 1]
    assert all(j.constant for j in case_of(*once).journeys)


def test_a_single_visit_tells_neither() -> None:
    (found,) = case_of(a_request(STRANGER, CONTROL, identifiers=(sent("0"),))).journeys
    assert (found.constant, found.tells_apart) == (False, False)


def test_in_a_recording_made_elsewhere_the_profile_may_be_a_persons() -> None:
    found = case_of(*by_visit(same=True), recorded_elsewhere=[{"file": "a.har"}]).journeys
    assert found and not any(j.constant or j.tells_apart for j in found)


def test_third_parties_values_are_kept_apart_and_name_their_owner() -> None:
    rows = [a_request(STRANGER, CONTROL, identifiers_of_others=(sent("1", "li_sugr", "linkedin.com"),))]
    case = case_of(*rows)
    (found,) = case.journeys
    assert found.of_others and case.owners["li_sugr", "linkedin.com"].vendor == "linkedin-insight"
    assert case.vendors[-1].identifiers == (), "rules about first-party values see none of it"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": None, "error": "net::ERR_NAME_NOT_RESOLVED"},
        {"on_wire": False, "wire_class": "cache"},
        {"own_traffic": True},
        {"method": "OPTIONS"},
    ],
)
def test_what_did_not_arrive_went_nowhere(changes: dict[str, Any]) -> None:
    assert case_of(*by_visit(**changes)).journeys == ()


def test_the_cookie_table_names_the_receivers() -> None:
    jar = [a_cookie(v, name="_id", domain="acme.example", party="first", setter_url=None) for v in VISITS]
    pixels = [a_request(REQUESTS["meta-pixel"], CONTROL, identifiers=(sent("x"),))]
    (cookie,) = case_of(*jar, *by_visit(), *pixels).cookies
    assert [(t.vendor, t.name, t.arms, t.visits) for t in cookie.went_to] == [
        ("nobody-knows.example", "nobody-knows.example", ("control", "gpc"), 6),
        ("meta-pixel", "Meta Pixel", ("control",), 1),
    ]
    assert cookie.went_vendors == 2


def test_a_site_that_makes_up_cookies_and_receivers_fills_no_memory() -> None:
    def flood(visit: Visit, n: int) -> Any:
        many = tuple(sent(f"{n}-{m}", f"n{n}-{m}") for m in range(200))
        return a_request(f"https://h{n}.example/", visit, identifiers=(sent("v"), *many), identifiers_of_others=many)

    jar = a_cookie(CONTROL, name="_id", domain="acme.example", party="first", setter_url=None)
    case = case_of(jar, *(flood(CONTROL, n) for n in range(80)))
    assert len(case.journeys) == MAX_JOURNEYS
    (cookie,) = case.cookies
    assert len(cookie.went_to) == MAX_RECEIVERS < cookie.went_vendors
    assert len(case.owners) <= MAX_JOURNEYS and len(case.kept) <= MAX_COOKIES


def test_hostile_rows_break_nothing() -> None:
    evil = "\x00\ud800<script>" * 5000
    rows = [
        a_request(STRANGER, CONTROL, identifiers=(sent(evil, evil, evil, evil),)),
        a_request(STRANGER, CONTROL, identifiers_of_others=(sent(evil, evil, evil, evil), sent("", "", "", ""))),
    ]
    assert len(repr(case_of(*rows).journeys)) < 20_000
