"""The second recorder, over a connection of its own to every page, frame and worker: explains what NetLog only lists.

Every new target is held until recording is on and then let go, without waiting for any answer: waiting stalls service
workers and changes what the site does (measured 2026-11-22 with Chromium 156). It misses about a tenth of the requests
(unload beacons, script updates of service workers ...), so it is never the only source.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from crawler.collectors.devtools.connection import CdpConnection, CdpError
from crawler.collectors.devtools.records import MAX_BODY_CHARS, CdpRecords, CdpRequest, CookieIssue, Target
from crawler.collectors.trace.tracer import Tracer
from crawler.collectors.visit_clock import VisitClock

Params = dict[str, Any]
FILTER: list[Params] = [
    {"type": "browser", "exclude": True},
    {"type": "tab", "exclude": True},
    {"type": "browser_ui", "exclude": True},
    {},
]
"""Everything but the browser itself, tabs (they contain the pages) and the browser's own surface."""
_AUTO_ATTACH: Params = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True, "filter": FILTER}
MAX_TARGETS = 5_000


class CdpRecorder:
    """Records one browser process. The events and counters may be read at any time, also after `stop`."""

    def __init__(self, tracer: Tracer | None = None) -> None:
        self.records = CdpRecords()
        self.tracer = tracer
        """The instrument of an explaining visit; None in the arms that are compared."""
        self.crashed = asyncio.Event()
        """A page's renderer crashed."""
        self.disconnected = asyncio.Event()
        self.stopped_unix_ms: float | None = None
        self._connection: CdpConnection | None = None
        self._preamble: tuple[tuple[str, Params], ...] = ()
        self._first: list[asyncio.Future[Params]] | None = []
        """Answers of the windows that were there before; None once recording has begun."""

    @property
    def clock(self) -> VisitClock:
        """What all times of this recording are told by."""
        return self.records.clock

    @property
    def requests(self) -> list[CdpRequest]:
        """All requests in the order they were reported."""
        return self.records.requests

    @property
    def issues(self) -> list[CookieIssue]:
        """Cookies that the browser refused."""
        return self.records.issues

    @property
    def targets(self) -> dict[str, Target]:
        """Targets by session, the gone ones too."""
        return self.records.targets

    @property
    def dropped(self) -> int:
        """Records beyond the limits, and messages that could not be understood; anything but 0 makes a gap."""
        traced = self.tracer.records.dropped if self.tracer else 0
        return self.records.dropped + traced + (self._connection.failures if self._connection else 0)

    @property
    def last_activity(self) -> float:
        """`time.monotonic()` of the last start or end of a network request."""
        return self.records.last_activity

    def in_flight(self, stale_after_s: float = 3.0) -> int:
        """Network requests of all targets that have no response headers yet and are not stale."""
        return self.records.in_flight(stale_after_s)

    async def start(self, ws_url: str, preamble: Iterable[tuple[str, Params]] = ()) -> None:
        """Connect and record from now on. Raises `CdpError`.

        `preamble` are commands that every target gets before anything else, while it is still held; the windows that
        are there already have answered them when this returns.
        """
        self._preamble = tuple(preamble)
        self._connection = CdpConnection(self._event)
        self.disconnected = self._connection.disconnected
        await self._connection.open(ws_url)
        await self._connection.call("Target.setDiscoverTargets", {"discover": True, "filter": FILTER})
        await self._connection.call("Target.setAutoAttach", _AUTO_ATTACH)
        first, self._first = self._first or [], None
        try:
            await asyncio.wait_for(asyncio.gather(*first, return_exceptions=True), 10)
        except TimeoutError as error:
            raise CdpError("the first window did not answer") from error

    async def call(
        self, method: str, params: Params | None = None, session: str | None = None, timeout_s: float = 10
    ) -> Params:
        """Send a command to the browser, or to a target's session. Raises `CdpError`."""
        assert self._connection is not None, "call start first"
        return await self._connection.call(method, params, session, timeout_s)

    async def stop(self) -> None:
        """End the connection; what was recorded stays. May be called twice."""
        if self.stopped_unix_ms is None:
            self.stopped_unix_ms = self.clock.now_ms()
        if self._connection is not None:
            await self._connection.close()

    def _event(self, session: str | None, method: str, params: Params) -> None:
        if method == "Target.attachedToTarget":
            self._attached(session, params)
        elif method == "Target.detachedFromTarget":
            if (target := self.targets.get(params["sessionId"])) is not None:
                target.detached_unix_ms = self.clock.now_ms()
        elif method == "Target.targetCrashed":
            if any(t.id == params["targetId"] and t.type == "page" for t in self.targets.values()):
                self.crashed.set()
        elif method == "Inspector.targetCrashed":
            if session in self.targets and self.targets[session].type == "page":
                self.crashed.set()
        elif method == "Target.targetInfoChanged":
            info = params["targetInfo"]
            for target in self.targets.values():
                if target.id == info["targetId"]:
                    target.url = str(info["url"])[:4096]
        else:
            self.records.event(session, method, params)
            if self.tracer is not None:
                self._post(session, self.tracer.event(session, method, params, self.clock.now_ms()))

    def _post(self, session: str | None, commands: Iterable[tuple[str, Params]]) -> list[asyncio.Future[Params]]:
        assert self._connection is not None
        return [self._connection.post(method, given, session) for method, given in commands]

    def _attached(self, parent: str | None, params: Params) -> None:
        info, session = params["targetInfo"], params["sessionId"]
        if len(self.targets) >= MAX_TARGETS:
            self.records.dropped += 1
        else:
            self.targets[session] = Target(
                id=info["targetId"],
                type=str(info["type"]),
                url=str(info["url"])[:4096],
                opener=info.get("openerId"),
                parent=parent,
                attached_unix_ms=self.clock.now_ms(),
            )
        assert self._connection is not None
        post = self._connection.post
        # In this order and without waiting: recording is on before the target runs its first line.
        answers = self._post(session, self._preamble)
        if self.tracer is not None:
            answers += self._post(session, self.tracer.begin(session, info["targetId"], str(info["type"])))
        answers.append(post("Network.enable", {"maxPostDataSize": MAX_BODY_CHARS}, session))
        if self._first is not None:
            self._first += answers
        post("Audits.enable", {}, session)
        post("Inspector.enable", {}, session)
        post("Runtime.setAsyncCallStackDepth", {"maxDepth": 8}, session)
        post("Target.setAutoAttach", _AUTO_ATTACH, session)
        # A window that its opener holds on to goes on as soon as one client lets it, and Playwright does, after more
        # questions than these. A second release meets a window that has moved to another process, and crashes the
        # opener's (Chromium 156, 2026-11-27: 40 of 150 visits of a page that opens six windows of another site).
        if not info.get("canAccessOpener"):
            post("Runtime.runIfWaitingForDebugger", {}, session)
