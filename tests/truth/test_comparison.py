"""The comparison itself: whatever is lost, made up or changed is told, and only what was cut off is excused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.browser.visit import Recording
from crawler.evidence import Arm, Reconciliation, Request, Visit
from tests.collectors.rows import request
from tests.truth import comparison
from tests.truth.contexts import url
from tests.truth.log import Received, TruthLog
from tests.truth.visits import Made

POSTED = url("fetch_text", "page")
ROW = request(POSTED, method="POST", body="hello", body_bytes=5, headers={"accept": "*/*"}, resource_type="fetch")
CUT = replace(ROW, status=None, error="net::ERR_ABORTED")


def received(body: bytes = b"hello", **more: Any) -> Received:
    return Received("POST", POSTED, {"accept": "*/*"}, "2", body=bytearray(body), **({"body_complete": True} | more))


def made(arrived: list[Received], rows: list[Request], unexplained: tuple[str, ...] = ()) -> Made:
    found = Reconciliation(netlog_complete=True, matched=len(rows), wire_only={}, cdp_only={}, unexplained=unexplained)
    visit = Visit(
        id="001-gpc-1", page_url=POSTED, arm=Arm.GPC, repetition=1, attempts=1, ok=True, reason=None, status=200,
        final_url=POSTED, started_utc="", duration_ms=1.0, settled="quiet", signal=None, reconciliation=found,
    )  # fmt: skip
    return Made("site", Arm.GPC, Recording(visit, requests=rows), TruthLog(requests=arrived))


@pytest.mark.parametrize(
    ("arrived", "rows"),
    [
        ([received()], [ROW]),
        ([], [CUT]),
        ([received(b"hel", body_complete=False)], [CUT]),
        ([received()], [ROW, CUT]),
    ],
)
def test_what_is_recorded_as_it_happened_is_no_loss(arrived: list[Received], rows: list[Request]) -> None:
    assert comparison.losses(made(arrived, rows)) == []


@pytest.mark.parametrize(
    ("arrived", "rows", "told"),
    [
        ([received()], [], ["not recorded"]),
        ([received(), received()], [ROW], ["not recorded"]),
        ([], [ROW], ["never arrived"]),
        ([], [replace(CUT, error=None)], ["never arrived"]),
        ([received(b"other")], [ROW], ["not recorded", "never arrived"]),
        ([received(b"hel")], [CUT], ["not recorded"]),
        ([received(b"oth", body_complete=False)], [CUT], ["not recorded"]),
        ([received()], [replace(ROW, on_wire=False)], ["not recorded"]),
        ([received()], [replace(ROW, headers={})], ["not recorded", "never arrived"]),
        ([received()], [replace(ROW, cookies_sent=("a",))], ["not recorded", "never arrived"]),
    ],
)
def test_every_difference_is_told(arrived: list[Received], rows: list[Request], told: list[str]) -> None:
    losses = comparison.losses(made(arrived, rows))
    assert len(losses) == len(told)
    assert all(word in loss for word, loss in zip(told, losses, strict=True))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"own_traffic": True}, "browser's own"),
        ({"wire_class": "unexplained"}, "told as unexplained"),
        ({"target": "worker"}, "from worker"),
        ({"resource_type": "image"}, "of type image"),
        ({}, "not page's function"),
    ],
)
def test_every_wrong_explanation_is_told(columns: dict[str, Any], told: str) -> None:
    problems = comparison.problems(made([received()], [replace(ROW, **columns)]))
    assert any(told in problem for problem in problems)


def test_what_nobody_can_explain_is_told() -> None:
    assert any("unexplained" in loss for loss in comparison.losses(made([received()], [ROW], ("GET x",))))
