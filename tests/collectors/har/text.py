"""Writes small HTTP Archives for the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)


def at(ms: float) -> str:
    return (START + timedelta(milliseconds=ms)).isoformat().replace("+00:00", "Z")


def entry(
    url: str,
    ms: float = 0,
    *,
    page: str | None = "p1",
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: dict[str, Any] | None = None,
    status: int = 200,
    response_headers: list[tuple[str, str]] | None = None,
    mime: str = "",
    redirect: str = "",
    **more: Any,
) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": [{"name": k, "value": v} for k, v in ({"User-Agent": "test"} | (headers or {})).items()],
    }
    if body is not None:
        request["postData"] = body
    response: dict[str, Any] = {
        "status": status,
        "headers": [{"name": k, "value": v} for k, v in response_headers or ()],
        "content": {"mimeType": mime},
        "redirectURL": redirect,
    }
    for name in ("_error", "_failureText", "_fetchedViaServiceWorker"):
        if name in more:
            response[name] = more.pop(name)
    found = {"startedDateTime": at(ms), "request": request, "response": response, **more}
    return found if page is None else found | {"pageref": page}


def archive(*entries: dict[str, Any], pages: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    given = [{"id": "p1", "title": "Home", "startedDateTime": at(0), "pageTimings": {}}] if pages is None else pages
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "WebInspector", "version": "537.36"},
            "pages": given,
            "entries": list(entries),
        }
    }
