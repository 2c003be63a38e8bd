"""CDP's account of who caused a request, as evidence: the script line that asked, and the calls that led there."""

from __future__ import annotations

from typing import Any

from crawler.evidence import Initiator

MAX_STACK = 32
Params = dict[str, Any]


def initiator(data: Params) -> Initiator:
    """CDP's account of who caused a request; its 0-based lines and columns become 1-based."""
    frames: list[str] = []
    top: Params | None = None
    stack = data.get("stack")
    while stack and len(frames) < MAX_STACK:
        if stack.get("description") and frames:
            frames.append(f"(async) {str(stack['description'])[:100]}")
        for frame in stack.get("callFrames") or ():
            if len(frames) >= MAX_STACK:
                break
            top = top or frame
            where = str(frame.get("url") or "")[:2048]
            name = str(frame.get("functionName") or "(anonymous)")[:200]
            frames.append(f"{name} {where}:{frame.get('lineNumber', 0) + 1}:{frame.get('columnNumber', 0) + 1}")
        stack = stack.get("parent")
    url, line, column = data.get("url"), data.get("lineNumber"), data.get("columnNumber")
    if top is not None:
        url, line, column = top.get("url"), top.get("lineNumber"), top.get("columnNumber")
    return Initiator(
        type=str(data.get("type") or "unknown"),
        url=str(url)[:4096] if url else None,
        line=int(line) + 1 if line is not None else None,
        column=int(column) + 1 if column is not None else None,
        stack=tuple(frames),
    )
