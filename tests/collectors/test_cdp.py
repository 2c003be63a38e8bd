from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import websockets
from playwright.async_api import Error, async_playwright
from websockets.asyncio.server import ServerConnection

from crawler.collectors.devtools.connection import CdpError
from crawler.collectors.devtools.initiators import initiator
from crawler.collectors.devtools.recorder import CdpRecorder
from crawler.collectors.devtools.records import CdpRecords
from tests.collectors.recorded import BROWSER, _endpoint

PAGE = {"targetInfo": {"type": "page", "targetId": "T", "url": "about:blank"}, "waitingForDebugger": True}


class FakeBrowser:
    """Answers every command but those in `silent`, and keeps what it was asked."""

    def __init__(self, *silent: str) -> None:
        self.asked: list[dict[str, Any]] = []
        self.silent = silent
        self.connection: ServerConnection | None = None

    async def serve(self, connection: ServerConnection) -> None:
        self.connection = connection
        async for message in connection:
            assert isinstance(message, str), "Chromium ignores binary messages"
            command = json.loads(message)
            self.asked.append(command)
            if command["method"] == "Fails.always":
                await connection.send(json.dumps({"id": command["id"], "error": {"message": "no such thing"}}))
            elif command["method"] not in self.silent:
                await connection.send(json.dumps({"id": command["id"], "result": {"ok": True}}))

    async def tell(self, method: str, params: dict[str, Any], session: str | None = None) -> None:
        assert self.connection is not None
        await self.connection.send(json.dumps({"method": method, "params": params, "sessionId": session}))
        await asyncio.sleep(0.05)


def with_fake(browser: FakeBrowser, story: Callable[[CdpRecorder], Awaitable[None]]) -> None:
    async def run() -> None:
        async with websockets.serve(browser.serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            recorder = CdpRecorder()
            await recorder.start(f"ws://127.0.0.1:{port}")
            try:
                await story(recorder)
            finally:
                await recorder.stop()

    asyncio.run(run())


def test_a_held_target_is_let_go_even_when_nothing_is_answered() -> None:
    browser = FakeBrowser("Network.enable", "Audits.enable", "Runtime.runIfWaitingForDebugger")

    async def story(recorder: CdpRecorder) -> None:
        await browser.tell("Target.attachedToTarget", PAGE | {"sessionId": "S"})
        asked = [command["method"] for command in browser.asked if command.get("sessionId") == "S"]
        assert asked[0] == "Network.enable"
        assert asked[-1] == "Runtime.runIfWaitingForDebugger"
        [attach] = [c for c in browser.asked if c["method"] == "Target.setAutoAttach" and c.get("sessionId") == "S"]
        assert attach["params"]["flatten"] and attach["params"]["waitForDebuggerOnStart"]
        assert {"type": "browser_ui", "exclude": True} in attach["params"]["filter"]

    with_fake(browser, story)


def test_calls_answer_fail_or_run_out_of_time() -> None:
    async def story(recorder: CdpRecorder) -> None:
        assert await recorder.call("Anything.works") == {"ok": True}
        with pytest.raises(CdpError, match="no such thing"):
            await recorder.call("Fails.always")
        with pytest.raises(CdpError, match="no answer within"):
            await recorder.call("Never.answers", timeout_s=0.05)
        await recorder.stop()
        assert recorder.disconnected.is_set()
        with pytest.raises(CdpError, match="gone"):
            await recorder.call("Too.late")

    with_fake(FakeBrowser("Never.answers"), story)


def test_a_browser_that_dies_is_noticed() -> None:
    browser = FakeBrowser()

    async def story(recorder: CdpRecorder) -> None:
        assert browser.connection is not None
        assert not recorder.disconnected.is_set()
        browser.connection.transport.abort()
        await asyncio.wait_for(recorder.disconnected.wait(), 2)

    with_fake(browser, story)


def test_messages_of_unknown_shape_are_counted() -> None:
    browser = FakeBrowser()

    async def story(recorder: CdpRecorder) -> None:
        for event in ("Network.requestWillBeSent", "Network.responseReceived", "Target.attachedToTarget"):
            await browser.tell(event, {"requestId": []})
        assert recorder.dropped == 3
        await browser.tell("Some.newEvent", {"x": 1})
        assert recorder.dropped == 3

    with_fake(browser, story)


def request(number: str, url: str = "https://t.test/") -> dict[str, Any]:
    return {"requestId": number, "request": {"url": url, "method": "GET"}, "type": "Fetch", "timestamp": 1.0}


def test_in_flight_ends_with_the_headers_a_failure_or_age() -> None:
    records = CdpRecords()
    for number in "abc":
        records.event(None, "Network.requestWillBeSent", request(number))
    assert records.in_flight(3) == 3
    records.event(None, "Network.responseReceived", {"requestId": "a", "response": {"status": 200}})
    records.event(None, "Network.loadingFailed", {"requestId": "b", "errorText": "net::ERR_FAILED"})
    assert records.in_flight(3) == 1
    time.sleep(0.02)
    assert records.in_flight(0.01) == 0


def test_activity_is_of_the_network_only() -> None:
    records = CdpRecords()
    before = records.last_activity
    time.sleep(0.002)
    records.event(None, "Network.requestWillBeSent", request("d", "data:text/plain,x"))
    records.event(None, "Network.loadingFinished", {"requestId": "d"})
    assert records.last_activity == before
    records.event(None, "Network.webSocketCreated", {"requestId": "w", "url": "wss://t.test/"})
    assert records.last_activity > before
    assert records.in_flight(3) == 1


def test_records_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.collectors.devtools.records.MAX_REQUESTS", 2)
    records = CdpRecords()
    for number in range(5):
        records.event(None, "Network.requestWillBeSent", request(str(number)))
    assert (len(records.requests), records.dropped) == (2, 3)
    assert records.in_flight(60) == 2


def test_long_addresses_bodies_and_stacks_are_bounded_together() -> None:
    records = CdpRecords(_room=5_000)
    for number in range(5):
        told = request(str(number)) | {"documentURL": "https://t.test/" + "x" * 500}
        told["request"]["postData"] = "y" * 1_000
        records.event(None, "Network.requestWillBeSent", told)
    assert (len(records.requests), records.dropped) == (3, 2)


def test_a_request_told_by_two_sessions_is_one() -> None:
    records = CdpRecords()
    records.event("S1", "Network.requestWillBeSent", request("a"))
    records.event("S2", "Network.requestWillBeSent", request("a"))
    assert len(records.requests) == 1


def test_redirects_are_hops() -> None:
    records = CdpRecords()
    records.event(None, "Network.requestWillBeSent", request("a", "https://t.test/1"))
    second = request("a", "https://t.test/2") | {"redirectResponse": {"status": 302}}
    records.event(None, "Network.requestWillBeSent", second)
    one, two = records.requests
    assert (one.status, two.redirected_from) == (302, "https://t.test/1")


def test_initiators_are_bounded_and_one_based() -> None:
    frame = {"functionName": "f", "url": "https://t.test/s.js", "lineNumber": 9, "columnNumber": 4}
    stack: dict[str, Any] = {"callFrames": [frame]}
    for _ in range(100):
        stack = {"callFrames": [frame], "description": "setTimeout", "parent": stack}
    found = initiator({"type": "script", "stack": stack})
    assert (found.url, found.line, found.column) == ("https://t.test/s.js", 10, 5)
    assert found.stack[:2] == ("f https://t.test/s.js:10:5", "(async) setTimeout")
    assert len(found.stack) <= 33
    assert initiator({}).type == "unknown"


@pytest.mark.browser
def test_a_crashed_page_is_noticed(tmp_path: Path) -> None:
    async def run() -> None:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                tmp_path / "profile", executable_path=BROWSER, args=["--remote-debugging-port=0"]
            )
            recorder = CdpRecorder()
            await recorder.start(await _endpoint(tmp_path / "profile"))
            assert not recorder.crashed.is_set()
            crash = asyncio.create_task(context.pages[0].goto("chrome://crash"))
            await asyncio.wait_for(recorder.crashed.wait(), 10)
            crash.cancel()
            await asyncio.gather(crash, return_exceptions=True)
            await context.close()
            await asyncio.wait_for(recorder.disconnected.wait(), 5)
            await recorder.stop()

    try:
        asyncio.run(run())
    except Error as error:
        assert "closed" in str(error) or "crash" in str(error)
