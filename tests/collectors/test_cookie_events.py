"""Who set each cookie, by every way that we know, in a real browser: script, line, column, lifetimes, refusals."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page as BrowserPage

from crawler.evidence import Arm, CookieEvent
from tests.collectors import cookie_world
from tests.collectors.cookie_world import REFUSED, SITE, STORED, Way
from tests.collectors.recorded import Recorded, record
from tests.collectors.world import World, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return asyncio.run(visit(tmp_path_factory, Arm.TRACE))


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return asyncio.run(visit(tmp_path_factory, Arm.CONTROL))


async def visit(folders: pytest.TempPathFactory, arm: Arm) -> Recorded:
    async def story(page: BrowserPage, world: World) -> None:
        await world.quiet()

    async with running(cookie_world.pages()) as world:
        return await record(folders.mktemp(arm), world.switches, f"{SITE}/", lambda page: story(page, world), arm=arm)


def last(recorded: Recorded, name: str) -> CookieEvent:
    events = [e for e in recorded.cookie_events if e.name == name and e.what != "deleted"]
    assert events, f"{name} is missing"
    return events[-1]


@pytest.mark.parametrize("way", STORED, ids=lambda way: way.name)
def test_who_set_it(traced: Recorded, way: Way) -> None:
    event = last(traced, way.name)
    assert (event.what, event.set_by, event.setter_url) == ("set", way.set_by, way.setter)
    assert (event.setter_line, event.setter_column) == way.position()
    assert (event.target, event.frame_url or "") == (way.target, way.frame)
    if way.asked is None and way.name != "s_timeout":
        assert event.asked_lifetime_s is None
    elif way.asked is not None:
        assert event.asked_lifetime_s == pytest.approx(way.asked, abs=2)
    assert event.partition_key == way.partition
    if way.set_by != "http":
        assert event.stack and (way.setter or "") in event.stack[0]


@pytest.mark.parametrize("way", REFUSED, ids=lambda way: way.name)
def test_who_was_refused_and_why(traced: Recorded, way: Way) -> None:
    event = [e for e in traced.cookie_events if e.name == way.name and e.what == "refused"]
    assert len(event) == 1
    assert (event[0].set_by, event[0].setter_url) == (way.set_by, way.setter)
    assert (event[0].setter_line, event[0].setter_column) == way.position()
    assert (event[0].target, event[0].frame_url) == (way.target, way.frame)
    assert (event[0].blocked_reason, event[0].asked_lifetime_s) == (way.reason, way.asked)


def history(recorded: Recorded, name: str) -> list[tuple[str, str, float | None, str | None]]:
    return [
        (e.what, e.set_by, e.asked_lifetime_s and round(e.asked_lifetime_s), e.cause)
        for e in recorded.cookie_events
        if e.name == name
    ]


def test_changes_and_deletions_over_the_visit(traced: Recorded) -> None:
    assert history(traced, "life") == [
        ("set", "script", 1000, None),
        ("changed", "script", 1000, "overwrite"),
        ("changed", "script", 10, "overwrite"),
        ("deleted", "script", 0, "expired_overwrite"),
    ]
    deleted = [e for e in traced.cookie_events if e.name == "life"][-1]
    line, column = Way("", "", "", f"{SITE}/", marker="= line;").position()
    assert (deleted.setter_url, deleted.setter_line, deleted.setter_column) == (f"{SITE}/", line, column)
    past = history(traced, "past")
    assert [step[:2] for step in past] == [("set", "script"), ("deleted", "script")]
    assert past[1][2] is not None and past[1][2] < 0
    assert history(traced, "c_end") == [
        ("set", "cookie-store", None, None),
        ("deleted", "cookie-store", 0, "expired_overwrite"),
    ]
    assert history(traced, "never") == [], "there was nothing to delete"


def test_lifetimes_asked_and_stored(traced: Recorded) -> None:
    stored = {e.name: e.stored_lifetime_s for e in traced.cookie_events if e.what == "set"}
    assert stored["s_third"] == pytest.approx(400 * 86_400, abs=5), "the browser's cap, of two years asked for"
    assert stored["s_inline"] == pytest.approx(1000, abs=5)
    assert stored["c_worker"] == pytest.approx(900, abs=5)
    assert stored["c_page"] is None and stored["life"] is None
    until_2031 = last(traced, "s_timeout").asked_lifetime_s
    assert until_2031 is not None and until_2031 > 100_000_000


def test_the_events_are_in_the_order_of_time_and_within_the_visit(traced: Recorded) -> None:
    times = [event.at_ms for event in traced.cookie_events]
    assert times == sorted(times)
    assert times[0] > -5 and times[-1] < 60_000


@pytest.mark.parametrize("way", [w for w in STORED if w.set_by != "http"], ids=lambda way: way.name)
def test_the_jar_names_the_script_too(traced: Recorded, way: Way) -> None:
    [row] = [row for row in traced.cookies if row.name == way.name]
    assert (row.set_by, row.setter_url, row.setter_line) == (way.set_by, way.setter, way.position()[0])
    assert row.asked_lifetime_s == last(traced, way.name).asked_lifetime_s
    assert row.blocked_reason is None and row.partition_key == way.partition


@pytest.mark.parametrize("way", REFUSED, ids=lambda way: way.name)
def test_refused_cookies_name_the_script_too(traced: Recorded, way: Way) -> None:
    [row] = [row for row in traced.cookies if row.name == way.name and row.blocked_reason]
    assert (row.set_by, row.setter_url, row.setter_line) == (way.set_by, way.setter, way.position()[0])
    assert row.blocked_reason == way.reason


def test_the_next_request_carries_them_by_name(traced: Recorded) -> None:
    sent = {row.url: set(row.cookies_sent) for row in traced.requests}
    assert {"h_document", "s_inline", "h_only"} <= sent[f"{SITE}/api"]
    assert "h_redirect" in sent["https://tracker.test/final"]


def test_no_value_is_written_down(traced: Recorded) -> None:
    text = repr((traced.requests, traced.cookies, traced.cookie_events, traced.storage, traced.api_calls))
    for value in ("inline-value-01", "store-value-0001", "document-value-1", "foreign-value-01", "worker-value-001"):
        assert value not in text


def test_without_the_instrument_the_same_changes_are_told_and_no_script_is_named(control: Recorded) -> None:
    assert control.cdp.tracer is None and control.api_calls == []
    stored = {e.name: e for e in control.cookie_events if e.what == "set"}
    assert set(stored) >= {way.name for way in STORED}
    for way in STORED:
        event = stored[way.name]
        if way.set_by == "http":
            assert (event.set_by, event.setter_url, event.target) == ("http", way.setter, way.target)
        else:
            assert (event.set_by, event.setter_url, event.stack) == ("script", None, ())
            assert (event.target, event.asked_lifetime_s) == ("unknown", None)
    assert [what for what, *_ in history(control, "life")] == ["set", "changed", "set", "deleted"]
    refused = {e.name: (e.set_by, e.blocked_reason) for e in control.cookie_events if e.what == "refused"}
    assert refused == {
        "h_foreign": ("http", "EXCLUDE_DOMAIN_MISMATCH, EXCLUDE_INVALID_DOMAIN"),
        "h_only": ("script", "EXCLUDE_OVERWRITE_HTTP_ONLY"),
        "b_none": ("script", "ExcludeSameSiteNoneInsecure"),
        "b_lax": ("script", "ExcludeSameSiteUnspecifiedTreatedAsLax"),
    }
