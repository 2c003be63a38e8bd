"""What a reader does on a page, without pressing or sending anything: scrolling, pointing, moving through the fields.

Tags that wait for a sign of life, for being in view or for the pointer call only then. The mouse and the wheel are the
browser's own input events; positions are read from an isolated world, so that the page notices no more than the input.
Raises Playwright's `Error` or `TimeoutError` when the page does not answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from playwright.async_api import Page

from crawler.collectors.devtools.isolated_world import Ask

_STEP_S = 5.0
"""A busy page may take a second to answer; one that takes longer hangs."""
_SCREEN_PX = 700
_POSITION = (
    "(() => { const e = document.scrollingElement; return e ? [e.scrollTop, e.scrollHeight - innerHeight] : 0 })()"
)
_TARGETS = """(() => {
  const found = [];
  for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')) {
    const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
    if (r.width > 1 && r.height > 1 && x > 0 && y > 0 && x < innerWidth && y < innerHeight) found.push([x, y]);
    if (found.length >= 300) break;
  }
  return found;
})()"""
_FOCUS = """(() => {
  let count = 0;
  for (const e of document.querySelectorAll('input, select, textarea')) {
    if (count >= LIMIT) break;
    if (e.disabled || e.type === 'hidden' || !e.getClientRects().length) continue;
    e.focus({preventScroll: true});
    count++;
  }
  if (count) document.activeElement?.blur();
  return count;
})()"""


async def scroll(page: Page, ask: Ask, steps: int) -> str:
    """Scroll down in screens with the wheel until the bottom; says how far it came."""
    position, screens = -1.0, 0
    for _ in range(steps):
        async with asyncio.timeout(_STEP_S):
            await page.mouse.wheel(0, _SCREEN_PX)
            await asyncio.sleep(0.08)
            now, bottom = _pair(await ask(_POSITION))
        moved = now > max(position, 0)
        screens += moved
        if not moved or now >= bottom - 1:
            return f"to the bottom, {_count(screens, 'screen')}"
        position = now
    return f"{_count(screens, 'screen')}, no bottom"


async def hover(page: Page, ask: Ask, limit: int) -> str:
    """Go back to the top and point at what can be pressed there, spread over what is in view; nothing is pressed."""
    async with asyncio.timeout(_STEP_S):
        await page.mouse.wheel(0, -1_000_000)
        await asyncio.sleep(0.05)
        found = await ask(_TARGETS)
    targets = _spread([_pair(at) for at in found] if isinstance(found, list) else [], limit)
    for x, y in targets:
        async with asyncio.timeout(_STEP_S):
            await page.mouse.move(x, y, steps=2)
            await asyncio.sleep(0.02)
    return _count(len(targets), "element")


async def focus(ask: Ask, limit: int) -> str:
    """Give each form field the focus and take it away again."""
    async with asyncio.timeout(_STEP_S):
        count = await ask(_FOCUS.replace("LIMIT", str(limit)))
    return _count(count if isinstance(count, int) else 0, "field")


def _spread(found: Sequence[tuple[float, float]], limit: int) -> list[tuple[float, float]]:
    """At most `limit` of them, evenly over the list."""
    if len(found) <= limit:
        return list(found)
    return [found[index * len(found) // limit] for index in range(limit)]


def _pair(value: Any) -> tuple[float, float]:
    """Two numbers out of what a frame answered; zeros for anything else."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value):
        return float(value[0]), float(value[1])
    return 0.0, 0.0


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
