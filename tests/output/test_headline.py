"""The verdict in a few words."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.output.finding_view import views
from crawler.output.headline import headline


def verdicts(**outcomes: str) -> dict[str, Any]:
    """A violation that names all claims, given as id and outcome; it accuses those that are violated."""
    return {
        "exit_code": 1,
        "rules": [],
        "gaps": [],
        "claims": [
            {"id": i, "section": "1", "quote": f"quote of {i}", "outcome": o, "findings": ["f"] * (o == "violation")}
            for i, o in outcomes.items()
        ],
        "findings": [
            {
                "fingerprint": "f", "rule": "gpc-ignored", "outcome": "violation", "severity": "high", "vendor": "v",
                "claims": list(outcomes), "message": "It did.", "evidence": [], "pages": [], "visits": {},
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "promised"),
    [
        ({"D1": "violation"}, "D1"),
        ({"D1": "inconclusive", "D2": "violation"}, "D2"),
        ({"D1": "not-checkable", "D2": "pass"}, None),
    ],
)
def test_only_a_sentence_that_is_touched_stands_as_promised(outcomes: dict[str, str], promised: str | None) -> None:
    given = verdicts(**outcomes)
    found = headline(given, views(given, {}))
    assert (found.promised and found.promised[0]) == promised
