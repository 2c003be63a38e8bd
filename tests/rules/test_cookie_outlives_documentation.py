"""What is asked for, kept and documented, each against the other."""

from __future__ import annotations

import pytest

from crawler.rules.case.model import KeptCookie
from crawler.rules.cookie_outlives_documentation import outlives, span

DAY_S = 86_400.0


@pytest.mark.parametrize(
    ("documented", "asked", "stored", "late"),
    [
        (90, 90, 90, False),
        (90, 108, 108, False),
        (90, 109, 109, True),
        (730, 730, 400, False),
        (730, 877, 400, True),
        (730, None, 400, False),
        (90, None, 109, True),
        (90, None, None, False),
        (396, None, 400, False),
        (1000, None, 400, False),
        (0, None, None, False),
        (0, 1, 1, False),
        (0, 2, 2, True),
        (None, 9999, 400, False),
        (1 / 1440, 1.9 / 1440, None, False),
        (1 / 1440, 2.1 / 1440, None, True),
        (90, float("inf"), None, True),
    ],
)
def test_days(documented: float | None, asked: float | None, stored: float | None, late: bool) -> None:
    kept = KeptCookie(
        site="acme.example", name="n", domain="acme.example", visits={}, asked_is_explained=False, evidence=(),
        asked_s=None if asked is None else asked * DAY_S, stored_s=None if stored is None else stored * DAY_S,
    )  # fmt: skip
    assert outlives(None if documented is None else documented * DAY_S, kept) is late


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (400 * DAY_S, "400 days"),
        (DAY_S, "24 hours"),
        (1800.0, "30 minutes"),
        (1.0, "0 minutes"),
        (1e300, "without end"),
        (float("inf"), "without end"),
    ],
)
def test_spans(seconds: float, says: str) -> None:
    assert says in span(seconds)
