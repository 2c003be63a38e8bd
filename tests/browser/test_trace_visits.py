"""Explaining visits through the engine and the crawl: planned last, told in streams of their own, never in the way."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from crawler.browser.settle import Settling
from crawler.browser.visit import Engine, Recording
from crawler.browser.visit_plan import PlannedVisit, plan
from crawler.browser.visits import write
from crawler.bundle import Bundle, BundleWriter
from crawler.bundle.redact import Redactor
from crawler.evidence import Arm
from tests.browser.fault_world import PAGES, SITE, FaultWorld, html, running, sending
from tests.browser.test_crawl import crawled, gaps, left_by, site
from tests.browser.test_visit import options

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TAGGED = html(
    "Tagged",
    """document.cookie = 'visitor=' + 'abcdef-123456789'; localStorage.setItem('visitor', 'stored-123456789');
navigator.globalPrivacyControl;
addEventListener('wheel', () => document.createElement('canvas').toDataURL(), {once: true});
new Worker(URL.createObjectURL(new Blob(['navigator.globalPrivacyControl; fetch("https://site.test/ok?from-worker")'])));
navigator.sendBeacon('https://tracker.test/pixel?id=abcdef-123456789');
document.cookie = 'no=refused-123456789; domain=other.test';
localStorage.setItem('gone', 'removed-123456789'); localStorage.removeItem('gone');
navigator.sendBeacon('https://tracker.test/pixel?id=refused-123456789&id=removed-123456789');""",
    "<div style='height:9000px'></div>",
)


def visited(folder: Path, paths: tuple[str, ...], arm: Arm = Arm.TRACE) -> list[Recording]:
    async def run() -> list[Recording]:
        world = FaultWorld(pages=PAGES | {"/tagged": TAGGED})
        async with running(world), async_playwright() as playwright:
            engine = Engine(
                playwright, options(world), workspace=folder, sites=(SITE,), own_domains=(),
                settling=Settling(least_s=0.5, quiet_s=0.5, cap_s=3, wait_s=0.2, second_view=True),
                redactor=Redactor(), navigation_timeout_s=8, deadline_s=25, jobs=2,
            )  # fmt: skip
            planned = [PlannedVisit(number=n, url=SITE + path, arm=arm, repetition=1) for n, path in enumerate(paths)]
            return list(await asyncio.gather(*map(engine.visit, planned)))

    return asyncio.run(run())


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Recording]:
    return visited(tmp_path_factory.mktemp("visits"), ("/tagged", "/overrides", "/service-worker", "/spin-later"))


def test_an_explaining_visit_says_which_script_did_what_in_which_step(recordings: list[Recording]) -> None:
    tagged = recordings[0]
    assert tagged.visit.ok, tagged.gap
    assert tagged.visit.signal is not None and not tagged.visit.signal.wanted, "it stands as control does"
    where = {(call.api, call.target): (call.script_url, call.step) for call in tagged.api_calls}
    assert where["Navigator.globalPrivacyControl", "page"] == (f"{SITE}/tagged", "load")
    assert where["HTMLCanvasElement.toDataURL", "page"] == (f"{SITE}/tagged", "scroll")
    worker, _ = where["WorkerNavigator.globalPrivacyControl", "worker"]
    assert worker is not None and worker.startswith("blob:https://site.test/")
    [read] = [call for call in tagged.api_calls if call.api == "Navigator.globalPrivacyControl"]
    assert read.count == 2, "the page is seen twice"
    events = [(e.what, e.setter_url, e.step) for e in tagged.cookie_events if e.name == "visitor"]
    assert events == [("set", f"{SITE}/tagged", "load"), ("set", f"{SITE}/tagged", "second-view")]
    [cookie] = [cookie for cookie in tagged.cookies if cookie.name == "visitor"]
    assert (cookie.setter_url, cookie.set_by) == (f"{SITE}/tagged", "script")
    [item] = [item for item in tagged.storage if not item.removed]
    assert (item.setter_url, item.writes) == (f"{SITE}/tagged", 2)


def test_what_scripts_wrote_is_redacted_in_details_too(recordings: list[Recording]) -> None:
    tagged = recordings[0]
    beacons = [call.detail for call in tagged.api_calls if call.kind == "beacon"]
    assert [detail.count("[redacted:") for detail in beacons] == [1, 2]
    sent = [request.url for request in tagged.requests if "/pixel?id=" in request.url]
    assert {url.count("[redacted:") for url in sent} == {1, 2}
    assert "123456789" not in repr(
        (tagged.requests, tagged.api_calls, tagged.cookie_events, tagged.cookies, tagged.storage)
    )


def test_sites_that_misbehave_end_as_in_the_compared_arms(recordings: list[Recording]) -> None:
    _, overrides, worker, spins = recordings
    assert overrides.visit.ok, overrides.gap
    assert worker.visit.ok, worker.gap
    assert {"service-worker"} <= {request.target for request in worker.requests}
    assert spins.visit.reason == "timeout"
    assert [(e.name, e.set_by) for e in spins.cookie_events] == [("t", "http")]


def test_both_streams_are_written_and_read(recordings: list[Recording], tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path / "run")
    for recording in recordings:
        write(writer, recording)
    writer.close({})
    bundle = Bundle(tmp_path / "run")
    assert [row for _, row in bundle.rows("api_calls")] == [call for r in recordings for call in r.api_calls]
    assert [row for _, row in bundle.rows("cookie_events")] == [event for r in recordings for event in r.cookie_events]
    assert bundle.damage == [] and bundle.verify() == []


def test_explaining_visits_are_planned_last_once_per_page() -> None:
    visits = list(plan(["u0", "u1"], (Arm.CONTROL, Arm.GPC), 2, trace=True))
    assert [(v.url, v.arm, v.repetition) for v in visits[-2:]] == [("u0", Arm.TRACE, 1), ("u1", Arm.TRACE, 1)]
    assert Counter(v.arm for v in visits) == {Arm.CONTROL: 4, Arm.GPC: 4, Arm.TRACE: 2}
    assert not any(v.arm is Arm.TRACE for v in plan(["u0"], (Arm.CONTROL,), 3))


def test_an_explaining_visit_that_fails_is_a_gap_of_its_own(tmp_path: Path) -> None:
    world = site()
    answered: Counter[str] = Counter()

    async def at_first(request: Any) -> Any:
        # Discovery, then one visit in each compared arm, which sees the page twice.
        answered["all"] += 1
        fails = answered["all"] > 5
        return await sending("no" if fails else TAGGED, "text/html", 503 if fails else 200)(request)

    world.more["site.test/"] = at_first
    bundle, watched = crawled(world, tmp_path, trace=True, attempts=2, jobs=1)
    assert [(v.arm, v.ok, v.attempts) for _, v in bundle.rows("visits")][-1] == (Arm.TRACE, False, 2)
    assert gaps(bundle) == {("trace", "http-error"): 1}
    assert (watched.planned, bundle.manifest["arms"], bundle.manifest["trace"]) == (3, ["control", "gpc"], True)
    assert {call.arm for _, call in bundle.rows("api_calls")} <= {Arm.TRACE}
    assert {event.arm for _, event in bundle.rows("cookie_events")} == {Arm.CONTROL, Arm.GPC}
    assert left_by(os.getpid()) == []
