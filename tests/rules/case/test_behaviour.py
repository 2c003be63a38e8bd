"""What scripts did and stored: by whose scripts, with one place each, bounded, and in no order of rows."""

from __future__ import annotations

import random
from typing import Any

import pytest

from crawler.evidence import Arm
from crawler.rules.case import Case, case_from
from crawler.rules.case.behaviour import MAX_ACTORS, MAX_ITEMS, MAX_KINDS, MAX_WORDS
from crawler.rules.case.inventory import ActorSeen, ItemStored
from tests.rules.world import (
    OTHER_SITE,
    REQUESTS,
    SITE,
    TODAY,
    a_bundle,
    a_call,
    a_company,
    a_request,
    a_visit,
    an_item,
    visits_of,
)

PAGES = [SITE + "/", SITE + "/contact"]
COMPARED = visits_of(PAGES)
TRACE = visits_of(PAGES, (Arm.TRACE,), 1)
CLARITY = "https://www.clarity.ms/tag/abc"


def case_of(*rows: Any, **company: Any) -> Case:
    return case_from(a_bundle([*COMPARED, *TRACE], *rows), a_company(**company), TODAY)


def actors(*rows: Any, **company: Any) -> tuple[ActorSeen, ...]:
    return case_of(*rows, **company).behaviour


@pytest.mark.parametrize(
    ("url", "vendor", "party"),
    [
        (SITE + "/main.js", "", "first"),
        (SITE + "/", "", "first"),
        (CLARITY, "microsoft-clarity", "third"),
        ("https://px.nobody-knows.example/t.js", "nobody-knows.example", "third"),
        ("https://static.acme-cdn.example/a.js", "", "same-organisation"),
        (REQUESTS["google-analytics on the site's own host"], "google-analytics", "first"),
        (None, "", "unknown"),
        ("blob:https://www.acme.example/1-2", "", "unknown"),
        ("chrome-extension://abc/x.js", "", "unknown"),
        ("https://[::1", "", "unknown"),
    ],
)
def test_whose_script_it_was(url: str | None, vendor: str, party: str) -> None:
    (actor,) = actors(a_call(TRACE[0], script_url=url), own_domains=("acme-cdn.example",))
    assert (actor.vendor, actor.party) == (vendor, party)
    assert bool(actor.name) is bool(vendor)


def test_calls_are_summed_by_kind_with_the_place_of_the_most() -> None:
    (actor,) = actors(
        a_call(TRACE[0], script_url=CLARITY, line=3, count=2, step="scroll"),
        a_call(TRACE[1], script_url=CLARITY + "/b", line=9, count=40, api="CanvasRenderingContext2D.getImageData"),
        a_call(TRACE[1], script_url=CLARITY, kind="input-listener", api="EventTarget.addEventListener", detail="input"),
        a_call(
            TRACE[1], script_url=CLARITY, kind="input-listener", api="EventTarget.addEventListener", detail="key, input"
        ),
    )
    canvas, listener = actor.uses
    assert (canvas.kind, canvas.calls, canvas.visits) == ("canvas", 42, 2)
    assert (canvas.url, canvas.line, canvas.step) == (CLARITY + "/b", 9, "load")
    assert canvas.apis == ("CanvasRenderingContext2D.getImageData", "HTMLCanvasElement.toDataURL")
    assert (listener.calls, listener.visits, listener.details) == (2, 1, ("input", "key"))
    assert actor.scripts == 2 and actor.name == "Microsoft Clarity"


def test_only_visits_that_went_well_explain() -> None:
    failed = a_visit(SITE + "/", Arm.TRACE, 2, ok=False, reason="crash")
    case = case_from(a_bundle([*COMPARED, failed], a_call(failed), an_item(failed)), a_company(), TODAY)
    assert case.behaviour == () and case.items == () and case.explaining == 0
    assert case_of().explaining == 2


def test_no_rule_sees_a_vendor_of_which_only_scripts_are_known() -> None:
    case = case_of(a_call(TRACE[0], script_url=CLARITY), a_request(CLARITY, TRACE[0]))
    assert case.vendors == () and case.complete
    assert [a.vendor for a in case.behaviour] == ["microsoft-clarity"]


def test_vendors_come_first_then_the_site_then_nobody() -> None:
    urls = (None, SITE + "/a.js", CLARITY, "https://zz.example/a.js")
    found = actors(*(a_call(TRACE[0], script_url=url) for url in urls))
    assert [(a.vendor, a.party) for a in found] == [
        ("microsoft-clarity", "third"), ("zz.example", "third"), ("", "first"), ("", "unknown"),
    ]  # fmt: skip


def test_made_up_hosts_kinds_and_details_fill_no_memory() -> None:
    rows = [a_call(TRACE[0], script_url=f"https://h{n}.example/a.js") for n in range(MAX_ACTORS + 9)]
    rows += [a_call(TRACE[0], script_url="https://h0.example/a.js", kind=f"k{n}") for n in range(2 * MAX_KINDS)]
    rows += [a_call(TRACE[0], script_url="https://h1.example/a.js", detail=f"{n:05}", api=f"{n}") for n in range(999)]
    case = case_of(*rows)
    assert len(case.behaviour) == MAX_ACTORS
    by_vendor = {a.vendor: a for a in case.behaviour}
    assert len(by_vendor["h0.example"].uses) == MAX_KINDS
    (use,) = by_vendor["h1.example"].uses
    assert len(use.apis) == len(use.details) == MAX_WORDS and use.details[0] == "00000"
    assert case.not_listed == {"api_calls": 9 + MAX_KINDS + 1}


def items(*rows: Any) -> tuple[ItemStored, ...]:
    return case_of(*rows).items


def test_what_was_stored_and_who_wrote_it() -> None:
    (item,) = items(
        an_item(COMPARED[0]),
        an_item(COMPARED[-1]),
        an_item(TRACE[0], setter_url=CLARITY, setter_line=5, writes=3),
        an_item(TRACE[1], writes=1, removed=True),
    )
    assert (item.vendor, item.setter_url, item.setter_line, item.writes) == ("microsoft-clarity", CLARITY, 5, 4)
    assert (item.removed, item.party, item.arms) == (True, "first", ("control", "gpc"))


def test_databases_and_caches_have_names_and_sizes() -> None:
    database = an_item(COMPARED[0], area="indexeddb", key="drafts/notes", entries=3, value_hash="", value_length=0)
    cache = an_item(COMPARED[0], area="cache", key="v1", entries=0)
    more = an_item(COMPARED[1], area="cache", key="v1", entries=14)
    assert [(i.area, i.key, i.entries, i.vendor) for i in items(database, cache, more)] == [
        ("cache", "v1", 14, ""), ("indexeddb", "drafts/notes", 3, ""),
    ]  # fmt: skip


def test_a_third_partys_origin_names_it_and_only_the_explaining_visit_may_know_it() -> None:
    (item,) = items(an_item(TRACE[0], origin="https://www.clarity.ms"))
    assert (item.vendor, item.party, item.arms) == ("microsoft-clarity", "third", ("trace",))


def test_made_up_keys_fill_no_memory_and_are_told() -> None:
    case = case_of(*(an_item(COMPARED[0], key=f"k{n}") for n in range(MAX_ITEMS + 3)))
    assert len(case.items) == MAX_ITEMS and case.not_listed == {"storage": 3}


def test_the_order_of_rows_does_not_matter() -> None:
    urls = (CLARITY, CLARITY + "?2", SITE + "/a.js", OTHER_SITE + "/b.js", None)
    rows: list[Any] = [
        a_call(visit, script_url=url, line=line, kind=kind, detail=f"{line}", count=line % 3, step=step)
        for visit in TRACE for url in urls for line, step in enumerate(("leave", "scroll", "load", "", "odd"))
        for kind in ("canvas", "fonts")
    ]  # fmt: skip
    rows += [an_item(v, setter_url=url, setter_line=n, writes=n) for n, url in enumerate(urls) for v in TRACE]
    first = case_of(*rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        again = case_of(*rows)
        assert (again.behaviour, again.items) == (first.behaviour, first.items)


def test_hostile_rows_break_nothing() -> None:
    evil = "\x00\ud800<script>" * 50_000
    call = a_call(
        TRACE[0], script_url="https://" + evil, kind=evil, api=evil, detail=evil, count=-5, line=-1, step=evil
    )
    item = an_item(TRACE[0], origin=evil, area=evil, key=evil, setter_url=evil)
    case = case_of(call, item)
    assert len(repr(case.behaviour)) < 20_000 and len(repr(case.items)) < 20_000
    assert case.behaviour[0].uses[0].calls == 0
