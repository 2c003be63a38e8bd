"""The cookie table: who set each cookie, who was sent it, what became of it; explaining visits only explain."""

from __future__ import annotations

import random
from typing import Any

import pytest

from crawler.evidence import Arm, Cookie, CookieEvent
from crawler.rules.case import case_from
from crawler.rules.case.cookie_table import MAX_COOKIES, MAX_HOSTS
from crawler.rules.case.inventory import CookieSeen
from tests.rules.world import SITE, TODAY, FakeBundle, a_bundle, a_company, a_cookie, a_request, an_event, visits_of

DAY_S = 86_400.0
VISITS = [*visits_of([SITE + "/"]), *visits_of([SITE + "/"], (Arm.TRACE,), 1)]
CONTROL, GPC, TRACE = (next(v for v in VISITS if v.arm is arm) for arm in (Arm.CONTROL, Arm.GPC, Arm.TRACE))
GTM = "https://www.googletagmanager.com/gtm.js?id=GTM-ABC123"


def jar(visit: Any = CONTROL, **changes: Any) -> Cookie:
    """A first-party cookie of which the compared arms know that a script set it, and not which."""
    own = {"name": "_id", "domain": "acme.example", "party": "first", "set_by": "script", "setter_url": None}
    return a_cookie(visit, **(own | {"asked_lifetime_s": None} | changes))


def table(*rows: Any) -> tuple[CookieSeen, ...]:
    return case_from(a_bundle(VISITS, *rows), a_company(), TODAY).cookies


def one(*rows: Any) -> CookieSeen:
    (seen,) = table(*rows)
    return seen


def test_an_explaining_visit_names_the_script_and_what_it_asked_for() -> None:
    seen = one(
        jar(stored_lifetime_s=400 * DAY_S),
        jar(TRACE, setter_url=GTM, setter_line=12, asked_lifetime_s=730 * DAY_S, stored_lifetime_s=777 * DAY_S),
    )
    assert (seen.set_by, seen.setter_url, seen.setter_line) == ("script", GTM, 12)
    assert seen.setter_vendor == "google-tag-manager", "the cookie stands on the site, its setter does not"
    assert (seen.asked_lifetime_s, seen.lifetime_s) == (730 * DAY_S, 400 * DAY_S)
    assert seen.arms == ("control",)


def test_what_the_compared_visits_know_stands() -> None:
    response = SITE + "/login"
    seen = one(
        jar(set_by="http", setter_url=response, asked_lifetime_s=DAY_S),
        jar(TRACE, set_by="script", setter_url=GTM, setter_line=12, asked_lifetime_s=9 * DAY_S),
    )
    assert (seen.set_by, seen.setter_url, seen.setter_line) == ("http", response, None)
    assert seen.asked_lifetime_s == DAY_S and seen.setter_vendor == ""


def test_an_explaining_visit_that_disagrees_names_nobody() -> None:
    seen = one(jar(), jar(TRACE, set_by="http", setter_url=SITE + "/set"))
    assert (seen.set_by, seen.setter_url) == ("script", None)


@pytest.mark.parametrize("said", ["script", "unknown"])
def test_how_exactly_a_script_wrote_it_is_known_from_the_explaining_visit(said: str) -> None:
    seen = one(jar(set_by=said), jar(TRACE, set_by="cookie-store", setter_url=SITE + "/a.js", setter_line=3))
    assert (seen.set_by, seen.setter_url, seen.setter_line) == ("cookie-store", SITE + "/a.js", 3)


def test_who_set_it_last_goes_before_who_set_it_first() -> None:
    first = an_event(CONTROL, set_by="http", setter_url=SITE + "/")
    last = an_event(TRACE, what="changed", setter_url=SITE + "/late.js", setter_line=4)
    seen = one(jar(), first, last, jar(TRACE, setter_url=SITE + "/late.js", setter_line=4))
    assert (seen.set_by, seen.setter_url) == ("script", SITE + "/late.js")


def test_events_name_the_setter_where_the_jar_does_not() -> None:
    seen = one(jar(), an_event(TRACE, setter_url=GTM, setter_line=5, asked_lifetime_s=2 * DAY_S))
    assert (seen.setter_url, seen.setter_line, seen.asked_lifetime_s) == (GTM, 5, 2 * DAY_S)


def test_changes_are_those_of_the_compared_visits() -> None:
    events = [an_event(v, what=what) for v in (CONTROL, GPC, TRACE) for what in ("set", "changed", "changed")]
    gone = an_event(CONTROL, what="deleted", set_by="browser", cause="expired", asked_lifetime_s=-1.0)
    seen = one(jar(), *events, gone, an_event(GPC, what="invented"))
    assert seen.changes == {"set": 2, "changed": 4, "deleted": 1}
    assert seen.asked_lifetime_s is None


def test_a_cookie_that_only_events_know_has_a_line() -> None:
    seen = one(an_event(GPC, name="_fbp", stored_lifetime_s=90 * DAY_S, step="scroll"))
    assert (seen.name, seen.party, seen.vendor, seen.stored) == ("_fbp", "first", "meta-pixel", True)
    assert (seen.lifetime_s, seen.step, seen.arms) == (90 * DAY_S, "scroll", ("gpc",))


def test_the_first_step_counts_in_which_it_was_set() -> None:
    steps = ["second-view", "scroll", "hover"]
    assert one(jar(), *(an_event(CONTROL, step=s) for s in steps)).step == "scroll"


def test_explaining_visits_alone_make_no_line_and_change_none() -> None:
    assert table(jar(TRACE), an_event(TRACE, name="x"), a_cookie(TRACE)) == ()
    plain = one(jar())
    refused = jar(TRACE, blocked_reason="EXCLUDE_X", stored_lifetime_s=9e9, partition_key="https://x.example")
    assert one(jar(), refused, an_event(TRACE, what="deleted")) == plain


def test_refused_ones_say_why_and_what_was_asked() -> None:
    seen = one(
        a_cookie(CONTROL, blocked_reason="EXCLUDE_A, EXCLUDE_B", asked_lifetime_s=DAY_S, stored_lifetime_s=None),
        an_event(GPC, name="uid", domain="nobody-knows.example", what="refused", blocked_reason="EXCLUDE_C"),
    )
    assert (seen.stored, seen.lifetime_s, seen.asked_lifetime_s) == (False, None, DAY_S)
    assert seen.blocked_reasons == ("EXCLUDE_A", "EXCLUDE_B", "EXCLUDE_C")
    assert seen.changes == {"refused": 1} and seen.arms == ("control", "gpc")


def test_a_refusal_beside_a_stored_one_does_not_say_who_set_it() -> None:
    refused = jar(set_by="http", setter_url="https://evil.example/", blocked_reason="EXCLUDE_A", asked_lifetime_s=9e9)
    seen = one(refused, jar(set_by="http", setter_url=SITE + "/", asked_lifetime_s=DAY_S))
    assert (seen.stored, seen.setter_url, seen.asked_lifetime_s) == (True, SITE + "/", DAY_S)


def test_who_was_sent_it() -> None:
    sent: Any = {"cookies_sent": ("_id", "other")}
    rows = [a_request(SITE + "/a", CONTROL, **sent), a_request(SITE + "/b", GPC, **sent)]
    rows.append(a_request("https://shop.acme.example/", CONTROL, **sent))
    rows.append(a_request("https://notacme.example/", CONTROL, **sent))
    rows.append(a_request(SITE + "/", TRACE, **sent))
    rows.append(a_request(SITE + "/", CONTROL, on_wire=False, **sent))
    rows.append(a_request(SITE + "/", CONTROL, own_traffic=True, **sent))
    seen = one(jar(), *rows)
    assert seen.sent_to == (("www.acme.example", 2), ("shop.acme.example", 1)) and seen.sent_hosts == 2


def test_many_hosts_are_counted_and_few_are_named() -> None:
    rows = [a_request(f"https://h{n}.acme.example/", CONTROL, cookies_sent=("_id",)) for n in range(30)]
    seen = one(jar(), *rows)
    assert (len(seen.sent_to), seen.sent_hosts) == (MAX_HOSTS, 30)


def test_partition_keys_stand_side_by_side() -> None:
    keys = ["https://acme.example", "https://acme-shop.example", None]
    assert one(*(jar(partition_key=key) for key in keys)).partition_keys == (
        "https://acme-shop.example", "https://acme.example",
    )  # fmt: skip


def test_made_up_names_fill_no_memory_and_are_told() -> None:
    rows = [jar(name=f"n{n}") for n in range(MAX_COOKIES + 7)]
    case = case_from(a_bundle(VISITS, *rows), a_company(), TODAY)
    assert len(case.cookies) == MAX_COOKIES and case.not_listed == {"cookies": 7}


def test_names_made_up_in_explaining_visits_push_nobody_out() -> None:
    rows = [jar(TRACE, name=f"n{n}") for n in range(MAX_COOKIES + 7)]
    rows += [jar(), jar(TRACE, name="n0", setter_url=GTM)]
    case = case_from(a_bundle(VISITS, *rows), a_company(), TODAY)
    assert [c.name for c in case.cookies] == ["_id"] and case.not_listed == {}


def test_the_order_of_rows_does_not_matter() -> None:
    urls = [SITE + "/a.js", SITE + "/b.js", GTM, None]
    rows: list[Cookie | CookieEvent] = [
        make(v, set_by=way, setter_url=url, setter_line=n, blocked_reason=reason, partition_key=url)
        for n, (v, way, url) in enumerate(
            (v, way, url) for v in (CONTROL, GPC, TRACE) for way in ("http", "script", "unknown") for url in urls
        )
        for make in (jar, an_event)
        for reason in (None, f"EXCLUDE_{n % 20}")
    ]
    first = table(*rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert table(*rows) == first


def test_hostile_rows_break_nothing() -> None:
    evil = "\x00\ud800<script>" * 5000
    bundle: FakeBundle = a_bundle(
        VISITS,
        jar(name=evil, domain=evil, setter_url=evil, setter_line=-3, partition_key=evil, blocked_reason=", ," + evil),
        an_event(CONTROL, name="x", what=evil),
        an_event(CONTROL, name=evil, domain=evil, set_by=evil, step=evil, setter_url="https://[::1"),
        an_event(CONTROL, name=evil, domain=evil, step=evil, asked_lifetime_s=float("inf")),
        a_request("https://[::1", CONTROL, cookies_sent=(evil,) * 1000),
    )
    (seen,) = case_from(bundle, a_company(), TODAY).cookies
    assert len(seen.name) == 200 and len(seen.step) <= 40 and len(repr(seen)) < 20_000
