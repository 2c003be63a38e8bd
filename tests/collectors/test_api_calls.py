"""Which script called which interface, in a real browser: pages, cross-site frames and every kind of worker."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page as BrowserPage

from crawler.evidence import ApiCall, Arm
from tests.collectors import api_world
from tests.collectors.api_world import CALLS, SITE, TRACKER, WINDOW, WORKER
from tests.collectors.recorded import Recorded, record
from tests.collectors.world import Received, World, running

pytestmark = pytest.mark.browser
Seen = tuple[Recorded, list[Received]]


def traced(folders: pytest.TempPathFactory, pages: dict[str, str], name: str) -> Seen:
    async def story(page: BrowserPage, world: World) -> None:
        await world.quiet()

    async def run() -> Seen:
        async with running(dict(pages)) as world:
            recorded = await record(
                folders.mktemp(name), world.switches, f"{SITE}/", lambda page: story(page, world), arm=Arm.TRACE
            )
            return recorded, world.received

    return asyncio.run(run())


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return traced(tmp_path_factory, api_world.pages(), "calls")


PLACES = (
    ("page", f"{SITE}/calls.js", f"{SITE}/", WINDOW),
    ("frame", f"{TRACKER}/calls.js", f"{TRACKER}/frame", WINDOW),
    ("worker", f"{SITE}/worker.js", f"{SITE}/worker.js", WORKER),
    ("worker", f"{SITE}/module.js", f"{SITE}/module.js", WORKER),
    ("shared-worker", f"{SITE}/shared.js", f"{SITE}/shared.js", WORKER),
    ("service-worker", f"{SITE}/sw.js", f"{SITE}/sw.js", WORKER),
)


def calls(recorded: Recorded, script: str) -> list[ApiCall]:
    return [row for row in recorded.api_calls if row.script_url == script]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1].removeprefix("https://"))
def test_each_call_is_told_with_its_script_line_and_column(seen: Seen, place: tuple[str, str, str, str]) -> None:
    target, script, frame, where = place
    shift = 1 if script.endswith(("module.js", "shared.js")) else 0
    found = [
        (r.api, r.kind, r.line, r.column, r.detail, r.count, r.target, r.frame_url) for r in calls(seen[0], script)
    ]
    wanted = []
    for call in CALLS:
        if where in call.where:
            line, column = api_world.position(call, where)
            api = call.api.replace("Navigator.g", "WorkerNavigator.g") if where == WORKER else call.api
            wanted.append((api, call.kind, line + shift, column, call.detail, 1, target, frame))
    assert sorted(found) == sorted(wanted)


def test_every_kind_of_worker_runs_on(seen: Seen) -> None:
    done = [request.headers["referer"] for request in seen[1] if request.url.endswith("/done")]
    scripts = [script for _, script, frame, _ in PLACES if frame == script]
    assert set(done) >= set(scripts)
    assert "https://site.test/ready" in {request.url for request in seen[1]}


def test_stacks_and_times(seen: Seen) -> None:
    recorded = seen[0]
    assert recorded.cdp.dropped == 0
    assert recorded.cdp.tracer is not None and recorded.cdp.tracer.records.problems == []
    for row in recorded.api_calls:
        assert row.stack[0] == f"(anonymous) {row.script_url}:{row.line}:{row.column}"
        assert -5 < row.first_ms <= row.last_ms < 60_000
        assert row.arm is Arm.TRACE


def test_no_value_of_a_field_is_written_down(seen: Seen) -> None:
    assert "a-secret-text-1" not in repr(seen[0].api_calls)
