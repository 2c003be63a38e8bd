"""A WebSocket to the browser's DevTools endpoint, beside the one that Playwright drives it with."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

import orjson
import websockets
from websockets.asyncio.client import ClientConnection

Params = dict[str, Any]
OnEvent = Callable[[str | None, str, Params], None]
"""Called with session, method and parameters of every event."""


class CdpError(RuntimeError):
    """The browser refused a command, did not answer in time, or is gone."""


class CdpConnection:
    """Sends commands in the order they are posted; answers and events come back on one reader task."""

    def __init__(self, on_event: OnEvent) -> None:
        self.disconnected = asyncio.Event()
        self.failures = 0
        """Messages that could not be understood."""
        self._on_event = on_event
        self._next_id = 0
        self._answers: dict[int, asyncio.Future[Params]] = {}
        self._outbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._socket: ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, url: str, timeout_s: float = 10) -> None:
        """Connect. Raises `CdpError` when the endpoint cannot be reached."""
        try:
            self._socket = await websockets.connect(
                url, max_size=None, compression=None, ping_interval=None, open_timeout=timeout_s, proxy=None
            )
        except (OSError, TimeoutError, websockets.WebSocketException) as error:
            raise CdpError(f"cannot reach the browser's DevTools endpoint: {error}") from error
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]

    def post(self, method: str, params: Params | None = None, session: str | None = None) -> asyncio.Future[Params]:
        """Queue a command without waiting; commands of one session run in the order they were posted."""
        self._next_id += 1
        answer: asyncio.Future[Params] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())
        if self.disconnected.is_set():
            answer.set_exception(CdpError(f"{method}: the browser is gone"))
            return answer
        message: Params = {"id": self._next_id, "method": method, "params": params or {}}
        if session is not None:
            message["sessionId"] = session
        self._answers[self._next_id] = answer
        self._outbox.put_nowait(orjson.dumps(message))
        return answer

    async def call(
        self, method: str, params: Params | None = None, session: str | None = None, timeout_s: float = 10
    ) -> Params:
        """Send a command and wait for its answer. Raises `CdpError`."""
        try:
            return await asyncio.wait_for(self.post(method, params, session), timeout_s)
        except TimeoutError as error:
            raise CdpError(f"{method}: no answer within {timeout_s} s") from error

    async def close(self) -> None:
        """Close the connection; may be called twice."""
        if self._socket is not None:
            with contextlib.suppress(OSError, TimeoutError, websockets.WebSocketException):
                await asyncio.wait_for(self._socket.close(), 2)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._gone()

    async def _write(self) -> None:
        assert self._socket is not None
        with contextlib.suppress(OSError, websockets.WebSocketException):
            while True:
                # Text, because Chromium ignores binary messages.
                await self._socket.send((await self._outbox.get()).decode())

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for message in self._socket:
                self._message(message)
        except (OSError, websockets.WebSocketException):
            pass
        finally:
            self._gone()

    def _message(self, message: str | bytes) -> None:
        try:
            data = _decoded(message)
            if "id" not in data:
                self._on_event(data.get("sessionId"), data["method"], data.get("params") or {})
                return
            answer = self._answers.pop(data["id"], None)
            if answer is None or answer.done():
                return
            if "error" in data:
                answer.set_exception(CdpError(str(data["error"].get("message"))[:500]))
            else:
                answer.set_result(data.get("result") or {})
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            self.failures += 1

    def _gone(self) -> None:
        self.disconnected.set()
        answers, self._answers = self._answers, {}
        for answer in answers.values():
            if not answer.done():
                answer.set_exception(CdpError("the browser is gone"))


def _decoded(message: str | bytes) -> Any:
    """A message as JSON. The browser passes half a surrogate pair on as it is, which a strict reader refuses: without
    this, a cookie with such a value would hide all cookies."""
    try:
        return orjson.loads(message)
    except orjson.JSONDecodeError:
        return _mended(json.loads(message))


def _mended(value: Any) -> Any:
    """The value with `?` for every half of a pair, in texts at any depth."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value
