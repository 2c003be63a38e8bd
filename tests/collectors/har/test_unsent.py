"""Requests that a file shows, and that never left, or got no answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.collectors.har.archive import read
from tests.collectors.har.text import archive, entry

URL = "https://px.tracker.test/i.gif"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"status": -1, "_failureText": "csp"}, (None, "csp", "blocked")),
        ({"status": -1, "_failureText": "net::ERR_NAME_NOT_RESOLVED"}, (None, "net::ERR_NAME_NOT_RESOLVED", "failed")),
        ({"status": 0, "_error": "net::ERR_BLOCKED_BY_CLIENT"}, (None, "net::ERR_BLOCKED_BY_CLIENT", "failed")),
        ({"status": 0, "_error": "net::ERR_BLOCKED_BY_CSP"}, (None, "net::ERR_BLOCKED_BY_CSP", "blocked")),
        ({"status": -1}, (None, "no answer", "failed")),
        ({"status": 0}, (None, "no answer", "failed")),
        # An aborted beacon may have left, and so may what says nothing of its answer, or what was refused after it.
        ({"status": 0, "_error": "net::ERR_ABORTED"}, (None, "net::ERR_ABORTED", None)),
        ({"status": -1, "_failureText": "corp-not-same-origin"}, (None, "corp-not-same-origin", None)),
        ({"status": None}, (None, None, None)),
        ({"status": False}, (None, None, None)),
        ({"status": 204}, (204, None, None)),
        ({"status": 200, "_failureText": "csp"}, (200, "csp", None)),
        # As our own archives say it.
        ({"status": 0, "_error": "net::ERR_ABORTED", "_wire_class": "aborted"}, (None, "net::ERR_ABORTED", "aborted")),
        ({"status": 0, "_error": "never sent"}, (None, "never sent", "blocked")),
        ({"status": 200, "_wire_class": "preflight"}, (200, None, None)),
        ({"status": 200, "_wire_class": ["failed"]}, (200, None, None)),
    ],
)
def test_what_became_of_it(tmp_path: Path, given: dict[str, Any], expected: tuple[Any, ...]) -> None:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(archive(entry(URL, **given))))
    (found,) = read(path).entries
    assert (found.status, found.error, found.unsent) == expected


def test_the_word_may_stand_beside_the_answer(tmp_path: Path) -> None:
    document = archive(entry(URL, status=-1))
    document["log"]["entries"][0]["_failureText"] = "csp"
    path = tmp_path / "x.har"
    path.write_text(json.dumps(document))
    assert read(path).entries[0].error == "csp"
