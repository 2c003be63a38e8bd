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
    known = [f for f in frames[:MAX_FRAMES] if isinstance(f, list) and len(f) >= 6] if isinstance(frames, list) else []
    if not known:
        return UNKNOWN
    stack: list[str] = []
    positions = [_position(frame, known[at + 1 :]) for at, frame in enumerate(known)]
    for frame, (url, line, column) in zip(known, positions, strict=True):
        if frame[5] == 1:
            stack.append("(async) await")
        name = frame[0][:_MAX_NAME] if isinstance(frame[0], str) and frame[0] else "(anonymous)"
        stack.append(f"{name} {url or ''}:{line or 0}:{column or 0}")
    return CallSite(*positions[0], tuple(stack))


def names(frames: Any, function: str) -> bool:
    """Whether a function of that name is among the calls that led there."""
    known = frames[:MAX_FRAMES] if isinstance(frames, list) else []
    return any(isinstance(f, list) and f and f[0] == function for f in known)


def _position(frame: Sequence[Any], callers: Sequence[Sequence[Any]]) -> tuple[str | None, int | None, int | None]:
    """Address, line and column. Evaluated code has none of its own: the call that led from its file into it counts, or,
    when that is long over, where it was evaluated. In an inline script that line counts from the script's own first
    (V8 of Chromium 156, measured 2026-11-27)."""
    file, line, column, origin = frame[1:5]
    if isinstance(file, str) and file:
        return file[:_MAX_URL], _number(line), _number(column)
    # `eval at f (eval at g (https://site.test/:1:2), <anonymous>:3:4)`: the innermost is where it began.
    began = _EVALUATED_AT.search(origin, max(0, origin.rfind("eval at "))) if isinstance(origin, str) else None
    caller = next((c for c in callers if isinstance(c[1], str) and c[1]), None)
    if began is None:  # the text of a script element that a script put in: who put it in counts, where it is known
        return (caller[1][:_MAX_URL], _number(caller[2]), _number(caller[3])) if caller else (None, None, None)
    url = began[1][:_MAX_URL]
    if caller is not None and caller[1] == url:
        return url, _number(caller[2]), _number(caller[3])
    return url, int(began[2]), int(began[3])


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
