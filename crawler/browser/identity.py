"""Gives every window, frame and worker the same identity before its first line runs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from crawler.collectors.devtools.connection import CdpConnection

Command = tuple[str, dict[str, Any]]

_ATTACH = {
    "autoAttach": True,
    "waitForDebuggerOnStart": True,
    "flatten": True,
    "filter": [
        {"type": "browser", "exclude": True},
        {"type": "tab", "exclude": True},
        {"type": "browser_ui", "exclude": True},
        # A shared worker runs as soon as one of its clients lets it, so attaching would cost a recorder its start.
        # It sends no client hints; only navigator.userAgentData is left as it was there.
        {"type": "shared_worker", "exclude": True},
        {},
    ],
}
_START_S = 10.0


class Identity:
    """Sends the same commands to every target, each while it is still paused, over a connection of its own.

    Entering raises `CdpError` or `TimeoutError` when the browser does not answer; from then on, nothing raises. Use it
    as an async context manager around a browser's life.
    """

    def __init__(self, ws_url: str, commands: Sequence[Command]) -> None:
        self._url = ws_url
        self._commands = tuple(commands)
        self._connection = CdpConnection(self._event)
        self._first: list[asyncio.Future[dict[str, Any]]] = []
        self._started = False

    async def __aenter__(self) -> Identity:
        try:
            async with asyncio.timeout(_START_S):
                await self._connection.open(self._url)
                await self._connection.call("Target.setAutoAttach", _ATTACH)
                # The windows that were there before have been announced by now; they must not navigate without it.
                await asyncio.gather(*self._first)
        except BaseException:
            await self._connection.close()
            raise
        self._started = True
        self._first.clear()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.close()

    def _event(self, session: str | None, method: str, params: dict[str, Any]) -> None:
        if method != "Target.attachedToTarget":
            return
        child = params["sessionId"]
        for command, given in self._commands:
            answer = self._connection.post(command, given, child)
            if not self._started:
                self._first.append(answer)
        self._connection.post("Target.setAutoAttach", _ATTACH, child)
        self._connection.post("Runtime.runIfWaitingForDebugger", {}, child)
