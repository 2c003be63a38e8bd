"""Whether a request of an archive left at all, by what its tool says of the answer that it did not get.

Sources: Playwright's record_har_path writes `response.status` -1 and the browser's word as `_failureText` (seen in
files of Chromium, 2026-11-28); DevTools writes status 0 and `_error`. The words of Firefox and WebKit are from memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NO_ANSWER = "no answer"
"""Stands as the error of a request that got no answer, where the file does not say why."""
_BY_THE_SITE = ("csp", "mixed-content", "net::ERR_BLOCKED_BY_CSP", "never sent")
"""The page's own policy forbade it, or our own archive says that it was never sent: nobody sends it."""
_FAILED = (
    "ERR_NAME_NOT_RESOLVED", "ERR_NAME_RESOLUTION_FAILED", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_TIMED_OUT",
    "ERR_CONNECTION_FAILED", "ERR_ADDRESS_UNREACHABLE", "ERR_ADDRESS_INVALID", "ERR_INTERNET_DISCONNECTED",
    "ERR_NETWORK_ACCESS_DENIED", "ERR_BLOCKED_BY_CLIENT", "ERR_BLOCKED_BY_ADMINISTRATOR",
    "NS_ERROR_UNKNOWN_HOST", "NS_ERROR_CONNECTION_REFUSED", "Could not resolve host",
    "hostname could not be found", NO_ANSWER,
)  # fmt: skip
_FAILED_WORDS = frozenset({"inspector", "subresource-filter"})
"""Chromium's reasons for a block by whoever recorded (from memory); others, as `corp-not-same-origin`, follow an
answer."""
_OWN_CLASSES = frozenset({"aborted", "blocked", "cache-probe", "failed", "internal-redirect", "pending", "upgraded"})
"""What our own archives say in `_wire_class` of a request that never left."""


def error_of(entry: Mapping[str, Any], response: Mapping[str, Any]) -> str | None:
    """What the tool says went wrong; `NO_ANSWER` where there is no answer and no word of why."""
    for holder in (response, entry):
        for name in ("_error", "_failureText"):
            if isinstance(text := holder.get(name), str) and text:
                return text
    status = response.get("status")
    # A status that is missing, or that is no number, says nothing.
    none = isinstance(status, int | float) and not isinstance(status, bool) and status in (-1, 0)
    return NO_ANSWER if none else None


def unsent_class(entry: Mapping[str, Any], status: int | None, error: str | None) -> str | None:
    """Why a request never left, in the words of the evidence (`blocked`, `failed`, ...); None for one that may have."""
    own = entry.get("_wire_class")
    if isinstance(own, str) and own in _OWN_CLASSES:
        return own
    if status is not None or error is None:
        return None
    if error in _BY_THE_SITE:
        return "blocked"
    return "failed" if error in _FAILED_WORDS or any(word in error for word in _FAILED) else None
