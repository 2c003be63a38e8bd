"""Gives every window, frame and worker the same identity before its first line runs."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

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
    """Sends the same commands to every target, each while it is still paused.

    Entering raises `OSError`, `TimeoutError` or `WebSocketException` when the browser does not answer; from then on,
    nothing raises. Use it as an async context manager around a browser's life.
    """

    def __init__(self, ws_url: str, commands: Sequence[Command]) -> None:
        self._url = ws_url
        self._commands = tuple(commands)
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self.refused: list[str] = []
        """Commands that a target did not take, at most a hundred."""

    async def __aenter__(self) -> Identity:
        async with asyncio.timeout(_START_S):
            self._socket = await connect(self._url, max_size=None, compression=None, ping_interval=None, proxy=None)
            self._reader = asyncio.create_task(self._read(self._socket))
            try:
                await self._post("Target.setAutoAttach", _ATTACH)
                # The windows that were already there have been announced by now.
                while self._waiting:
                    await asyncio.wait(list(self._waiting.values()))
            except BaseException:
                await self._stop()
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._socket.close(), 1)

    def _post(self, method: str, params: dict[str, Any], session: str | None = None) -> asyncio.Future[None]:
        number = next(self._ids)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = done
        message = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        assert self._socket is not None
        # One writer and no waiting in between: a target's commands arrive in order, and before it is let go.
        sending = asyncio.ensure_future(self._socket.send(json.dumps(message)))
        sending.add_done_callback(lambda task: self._sent(number, task))
        return done

    def _sent(self, number: int, task: asyncio.Future[None]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._answered(number)

    def _answered(self, number: int) -> None:
        done = self._waiting.pop(number, None)
        if done is not None and not done.done():
            done.set_result(None)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                message = json.loads(text)
                if message.get("method") == "Target.attachedToTarget":
                    self._welcome(message["params"])
                elif "id" in message:
                    if "error" in message and len(self.refused) < 100:
                        self.refused.append(str(message["error"].get("message")))
                    self._answered(message["id"])
        except (WebSocketException, OSError, ValueError, KeyError):
            pass
        finally:
            for number in list(self._waiting):
                self._answered(number)

    def _welcome(self, params: dict[str, Any]) -> None:
        session = params["sessionId"]
        for method, given in self._commands:
            self._post(method, given, session)
        self._post("Target.setAutoAttach", _ATTACH, session)
        self._post("Runtime.runIfWaitingForDebugger", {}, session)
