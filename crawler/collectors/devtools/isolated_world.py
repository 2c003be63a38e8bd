"""Asks every frame of a page, from a world of its own that nothing the page changed can reach."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import CDPSession, Error, Frame, Page

MAX_FRAMES = 100
_WORLD = "reading"
Ask = Callable[[str], Awaitable[Any]]
"""Evaluates an expression in the main frame; raises Playwright's `Error` or `TimeoutError` when it cannot."""


@dataclass(frozen=True, slots=True)
class FrameAnswer:
    """What one frame answered; `value` is None and `error` says why when it could not."""

    url: str
    main: bool
    value: Any
    error: str | None = None


@contextlib.asynccontextmanager
async def main_frame(page: Page, timeout_s: float = 3) -> AsyncIterator[Ask]:
    """Asks the main frame again and again over one line, whichever document it holds by then.

    Raises Playwright's `Error` when the page is gone.
    """
    session = await page.context.new_cdp_session(page)

    async def ask(expression: str) -> Any:
        tree = await asyncio.wait_for(session.send("Page.getFrameTree"), timeout_s)
        frame = tree["frameTree"]["frame"]["id"]
        answer = await asyncio.wait_for(_evaluate(session, frame, expression, timeout_s), timeout_s)
        return answer["result"].get("value")

    try:
        yield ask
    finally:
        _forget(session)


async def evaluate(page: Page, expression: str, timeout_s: float = 3) -> list[FrameAnswer]:
    """Evaluate an expression in each frame, the main one first; a frame that hangs costs `timeout_s` once.

    Never raises for anything that the page did; only the main frame is sure to be in the answer.
    """
    frames = [page.main_frame, *(f for f in page.frames if f is not page.main_frame)][:MAX_FRAMES]
    sessions: list[CDPSession] = []
    try:
        return await asyncio.wait_for(_all(page, frames, expression, timeout_s, sessions), timeout_s * 2 + 1)
    except (Error, TimeoutError) as error:
        return [FrameAnswer(page.url, True, None, _why(error))]
    finally:
        for session in sessions:
            _forget(session)


def _forget(session: CDPSession) -> None:
    """End a session without waiting: a page that hangs would not answer."""
    task = asyncio.ensure_future(session.detach())
    task.add_done_callback(lambda done: done.cancelled() or done.exception())


async def _all(
    page: Page, frames: list[Frame], expression: str, timeout_s: float, sessions: list[CDPSession]
) -> list[FrameAnswer]:
    session = await page.context.new_cdp_session(page)
    sessions.append(session)
    answers = [_tree(session, True, expression, timeout_s)]
    for frame in frames[1:]:
        answers.append(_own_process(page, frame, expression, timeout_s, sessions))
    return [answer for group in await asyncio.gather(*answers) for answer in group]


async def _own_process(
    page: Page, frame: Frame, expression: str, timeout_s: float, sessions: list[CDPSession]
) -> list[FrameAnswer]:
    """The answers of a frame that lives in a process of its own; none for one that its parent's session covers."""
    try:
        session = await page.context.new_cdp_session(frame)
    except Error as error:
        part_of_parent = "separate" in str(error) or "parent" in str(error)
        return [] if part_of_parent else [FrameAnswer(frame.url, False, None, _why(error))]
    sessions.append(session)
    return await _tree(session, False, expression, timeout_s)


async def _tree(session: CDPSession, main: bool, expression: str, timeout_s: float) -> list[FrameAnswer]:
    try:
        tree = await asyncio.wait_for(session.send("Page.getFrameTree"), timeout_s)
    except (Error, TimeoutError) as error:
        return [FrameAnswer("", main, None, _why(error))]
    frames: list[dict[str, Any]] = []
    pending = [tree["frameTree"]]
    while pending and len(frames) < MAX_FRAMES:
        node = pending.pop(0)
        frames.append(node["frame"])
        pending.extend(node.get("childFrames") or ())
    return list(
        await asyncio.gather(
            *(_frame(session, frame, main and at == 0, expression, timeout_s) for at, frame in enumerate(frames))
        )
    )


async def _frame(
    session: CDPSession, frame: dict[str, Any], main: bool, expression: str, timeout_s: float
) -> FrameAnswer:
    url = str(frame.get("url") or "")
    try:
        value = await asyncio.wait_for(_evaluate(session, frame["id"], expression, timeout_s), timeout_s)
    except (Error, TimeoutError, KeyError) as error:
        return FrameAnswer(url, main, None, _why(error))
    if "exceptionDetails" in value:
        return FrameAnswer(url, main, None, str(value["exceptionDetails"].get("text"))[:200])
    return FrameAnswer(url, main, value["result"].get("value"))


async def _evaluate(session: CDPSession, frame_id: str, expression: str, timeout_s: float) -> dict[str, Any]:
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame_id, "worldName": _WORLD})
    answer: dict[str, Any] = await session.send(
        "Runtime.evaluate",
        {
            "expression": expression,
            "contextId": world["executionContextId"],
            "returnByValue": True,
            "awaitPromise": True,
            "timeout": timeout_s * 1000,
        },
    )
    return answer


def _why(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]
