"""What counts as a hit, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.evidence import Arm, IdentifierSent
from crawler.findings import Restriction
from crawler.parties import Party
from crawler.rules.case import Case, case_from
from crawler.vendors.model import Role
from tests.rules.world import (
    OTHER_SITE,
    REQUESTS,
    SITE,
    TODAY,
    a_bundle,
    a_company,
    a_page,
    a_request,
    a_visit,
    visits_of,
)

VISITS = visits_of([SITE + "/", SITE + "/contact"])
CONTROL = [v for v in VISITS if v.arm is Arm.CONTROL]
GPC = [v for v in VISITS if v.arm is Arm.GPC]
META = REQUESTS["meta-pixel"]


def case_of(*rows: Any, visits: Any = VISITS, **company: Any) -> Case:
    return case_from(a_bundle(list(visits), *rows), a_company(**company), TODAY)


@pytest.mark.parametrize(
    ("changes", "roles"),
    [
        ({}, {Role.COLLECT: 1}),
        ({"own_traffic": True}, {}),
        ({"on_wire": False, "wire_class": "cache"}, {}),
        ({"on_wire": False, "wire_class": "service-worker"}, {}),
        ({"method": "OPTIONS"}, {}),
        ({"resource_type": "preflight"}, {}),
        ({"url": REQUESTS["meta-pixel library"]}, {Role.LIBRARY: 1}),
        ({"url": REQUESTS["meta-pixel library"], "on_wire": False, "wire_class": "cache"}, {Role.LIBRARY: 1}),
        ({"url": REQUESTS["meta-pixel library"], "on_wire": False, "wire_class": "blocked"}, {}),
        ({"status": None, "error": "net::ERR_ABORTED"}, {Role.COLLECT: 1}),
        ({"status": None, "error": "net::ERR_ABORTED", "on_wire": False, "wire_class": "aborted"}, {}),
        ({"status": None, "error": "net::ERR_CERT_INVALID", "on_wire": False}, {Role.COLLECT: 1}),
        ({"method": "POST", "body": "id=1&ev=PageView", "url": "https://www.facebook.com/tr/"}, {Role.COLLECT: 1}),
    ],
)
def test_what_is_a_hit(changes: dict[str, Any], roles: dict[Role, int]) -> None:
    case = case_of(a_request(**{"url": META, "visit": CONTROL[0]} | changes))
    assert {r: n for v in case.vendors for r, n in v.hits().items()} == roles


def test_only_judged_visits_count() -> None:
    failed = replace(CONTROL[0], ok=False, reason="bot-wall")
    assert GPC[0].signal is not None
    unproven = replace(GPC[0], signal=replace(GPC[0].signal, proven=False))
    visits = [failed, *CONTROL[1:], unproven, *GPC[1:]]
    case = case_of(a_request(META, failed), a_request(META, unproven), visits=visits)
    assert case.vendors == ()
    assert len(case.judged_visits("acme.example", Arm.CONTROL)) == 5
    assert len(case.judged_visits("acme.example", Arm.GPC)) == 5


@pytest.mark.parametrize(
    ("arm", "changes"),
    [
        (Arm.GPC, {"wanted": False}),
        (Arm.GPC, {"requests_with": 0}),
        (Arm.CONTROL, {"wanted": True}),
        (Arm.CONTROL, {"requests_with": 1}),
    ],
)
def test_a_proof_that_does_not_fit_its_arm_proves_nothing(arm: Arm, changes: dict[str, Any]) -> None:
    visit = a_visit(SITE + "/", arm, 1)
    assert visit.signal is not None
    wrong = replace(visit, signal=replace(visit.signal, **changes))
    assert case_of(a_request(META, wrong), visits=[wrong]).vendors == ()
    assert case_of(a_request(META, visit), visits=[visit]).vendors != ()


def test_the_explaining_arm_is_never_counted() -> None:
    trace = a_visit(SITE + "/", Arm.TRACE, 1)
    case = case_of(a_request(META, trace), visits=[*VISITS, trace])
    assert case.vendors == () and case.sites == ("acme.example",)


@pytest.mark.parametrize(
    ("error", "reached"),
    [
        ("net::ERR_NAME_NOT_RESOLVED", False),
        ("net::ERR_CERT_AUTHORITY_INVALID", False),
        ("net::ERR_BLOCKED_BY_CSP", False),
        ("net::ERR_BLOCKED_BY_ORB", True),
        ("net::ERR_ABORTED", True),
        ("net::ERR_CONNECTION_RESET", True),
    ],
)
def test_what_surely_never_arrived(error: str, reached: bool) -> None:
    (seen,) = case_of(a_request(META, CONTROL[0], status=None, error=error)).vendors
    assert bool(seen.visits(reached=True)) is reached
    assert bool(seen.visits(reached=False)) is not reached


def test_an_error_after_an_answer_does_not_undo_the_sending() -> None:
    (seen,) = case_of(a_request(META, CONTROL[0], status=302, error="net::ERR_CERT_INVALID")).vendors
    assert seen.visits() == {CONTROL[0].id}


def test_sites_of_the_company_are_no_third_parties_to_each_other() -> None:
    row = a_request(OTHER_SITE + "/logo.png", CONTROL[0])
    assert len(case_of(row).vendors) == 1
    assert case_of(row, sites=(SITE + "/", OTHER_SITE + "/")).vendors == ()
    assert case_of(row, own_domains=("acme-shop.example",)).vendors == ()


def test_sightings_are_counted_by_role_account_and_state() -> None:
    rows = [a_request(META, v) for v in GPC[:2]]
    rows += [a_request(META, GPC[0], sec_gpc=False), a_request(REQUESTS["meta-pixel restricted"], GPC[0])]
    (seen,) = case_of(*rows).vendors
    assert {(s.restriction, s.hits, s.with_header, len(s.visits)) for s in seen.sightings} == {
        (Restriction.UNKNOWN, 3, 2, 2),
        (Restriction.RESTRICTED, 1, 1, 1),
    }
    assert seen.worst_restriction() is Restriction.UNKNOWN
    assert seen.restrictions() == {Restriction.RESTRICTED: 1, Restriction.UNKNOWN: 3}
    assert {s.account for s in seen.sightings} == {"1234567890"}
    assert seen.parties == {Party.THIRD}


def test_evidence_is_bounded_and_the_most_telling_comes_first() -> None:
    rows = [a_request(REQUESTS["meta-pixel restricted"], v) for v in GPC for _ in range(3)]
    rows.append(
        a_request(META, GPC[5], identifiers=(IdentifierSent(name="_fbp", domain="", where="url", value_hash=""),))
    )
    case = case_of(*rows)
    refs = case.vendors[0].evidence[Role.COLLECT]
    assert len(refs) == 5
    assert refs[0].url == META and refs[0].visit == GPC[5].id
    assert "Sec-GPC: 1 was sent" in refs[0].note and "_fbp" in refs[0].note
    assert "dpo" in refs[1].note


def test_a_million_accounts_do_not_fill_the_memory() -> None:
    rows = [a_request(f"https://www.facebook.com/tr/?id={n}&ev=PageView", CONTROL[0]) for n in range(1, 500)]
    (seen,) = case_of(*rows).vendors
    assert len(seen.sightings) <= 51
    assert seen.hits() == {Role.COLLECT: 499}


def test_recaptcha_is_told_by_the_whole_visit() -> None:
    visits = visits_of([SITE + "/"], repeat=1)
    rows = [
        a_request(url, visits[0])
        for url in (
            "https://www.google.com/recaptcha/api.js",
            "https://www.google.com/recaptcha/api2/anchor?ar=1&k=6Lkey&size=invisible",
        )
    ]
    bundle = a_bundle(visits, *rows)
    bundle.streams["pages"] = [a_page(v, recaptcha=("data-size=invisible",)) for v in visits]
    (seen,) = case_from(bundle, a_company(), TODAY).vendors
    assert set(seen.variants) == {"v2-invisible"}


def test_consistency_is_one_page_in_every_repetition() -> None:
    case = case_of()
    first = frozenset(v.id for v in CONTROL if v.page_url == SITE + "/")
    assert case.consistent("acme.example", Arm.CONTROL, first)
    scattered = frozenset(v.id for v in CONTROL if v.repetition != 2)
    assert not case.consistent("acme.example", Arm.CONTROL, scattered)
    assert not case.consistent("acme.example", Arm.CONTROL, frozenset())
    assert not case.consistent("acme.example", Arm.GPC, first)


def test_a_visit_that_stands_twice_counts_once() -> None:
    again = replace(CONTROL[0], attempts=2)
    case = case_of(visits=[*VISITS, again])
    assert len(case.visits) == len(VISITS)
    assert next(v for v in case.visits if v.id == again.id).attempts == 2


def test_what_a_hit_sends_is_kept_by_name_where_it_reached_somebody() -> None:
    address = "https://www.facebook.com/tr/?id=1&ev=Lead&dl=https%3A%2F%2Fwww.acme.example%2F&fbp=fb.1.2.3&ud[em]="
    rows = [a_request(f"{address}jo{n}@mail.example", v, body="\x01", body_bytes=9) for n, v in enumerate(CONTROL)]
    unreached = a_request(META + "&ud[ph]=%2B15550100199", CONTROL[0], status=None, error="net::ERR_CERT_INVALID")
    (seen,) = case_of(*rows, unreached).vendors
    assert (seen.sent.client_ids, seen.sent.page_data) == (("fbp",), ("dl",))
    assert (seen.sent.encodings, seen.sent.undecodable_bytes) == (("opaque",), 9 * len(rows))
    (found,) = seen.user_data
    assert (found.kind, found.form, found.where, found.third, found.constant) == (
        "email",
        "plain",
        "ud[em]",
        True,
        False,
    )
    assert found.visits == {v.id for v in CONTROL}
    assert "jo1" not in repr((seen.sent, found.kind, found.form, found.where))


def test_an_address_in_every_fresh_profile_is_told_as_constant() -> None:
    rows = [a_request(META + "&ud[em]=info@acme.example", v) for v in CONTROL]
    (found,) = case_of(*rows).vendors[0].user_data
    assert found.constant
