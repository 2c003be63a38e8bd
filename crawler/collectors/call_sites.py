"""Where a call came from, as the instrument of explaining visits tells it: V8's call sites, innermost first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_FRAMES = 12
_MAX_URL, _MAX_NAME = 2_048, 200
_EVALUATED_AT = re.compile(r" \((.*?):(\d{1,9}):(\d{1,9})\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CallSite:
    """A position in a script, and the calls that led there. All None for code that has no address of its own, such as
    a text given to `setTimeout`."""

    url: str | None = None
    line: int | None = None
    """1-based, as is `column`."""
    column: int | None = None
    stack: tuple[str, ...] = ()
    """Each `function url:line:column`, as in `Initiator`."""


UNKNOWN = CallSite()


def read(frames: Any) -> CallSite:
    """The call site of `[[function, file, line, column, evaluated at, async], ...]`. Raises nothing for a bad shape:
    what cannot be understood is left out."""
    stack: list[str] = []
    site: tuple[str | None, int | None, int | None] | None = None
    for frame in frames[:MAX_FRAMES] if isinstance(frames, list) else ():
        if not isinstance(frame, list) or len(frame) < 6:
            continue
        url, line, column = _position(frame)
        if site is None:
            site = (url, line, column)
        if frame[5] == 1:
            stack.append("(async) await")
        name = frame[0][:_MAX_NAME] if isinstance(frame[0], str) and frame[0] else "(anonymous)"
        stack.append(f"{name} {url or ''}:{line or 0}:{column or 0}")
    if site is None:
        return UNKNOWN
    return CallSite(*site, tuple(stack))


def _position(frame: Sequence[Any]) -> tuple[str | None, int | None, int | None]:
    """Address, line and column. Evaluated code has none of its own: where it was evaluated counts."""
    file, line, column, origin = frame[1:5]
    if isinstance(file, str) and file:
        return file[:_MAX_URL], _number(line), _number(column)
    if isinstance(origin, str):
        # `eval at f (eval at g (https://site.test/:1:2), <anonymous>:3:4)`: the innermost is where it began.
        began = _EVALUATED_AT.search(origin, max(0, origin.rfind("eval at ")))
        if began is not None:
            return began[1][:_MAX_URL], int(began[2]), int(began[3])
    return None, None, None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
