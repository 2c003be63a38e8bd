"""A request taken apart, for tests of those who read one."""

from __future__ import annotations

from crawler.parsing import RequestFacts, facts


def taken_apart(url: str, body: str | None = None) -> RequestFacts:
    """Fails for what is not sent to a host."""
    request = facts(url, "GET" if body is None else "POST", body)
    assert request is not None
    return request
