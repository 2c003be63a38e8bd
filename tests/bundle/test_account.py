"""The account of a run: both recorders against each other and the steps that were made, arm by arm, bounded."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.bundle import account
from crawler.bundle.account import MAX_LISTED
from crawler.evidence import Arm, Reconciliation, Step, to_row
from tests.rules.world import SITE, a_visit


def ledger(matched: int = 9, complete: bool = True, strange: int = 0, **wire: int) -> Reconciliation:
    rows = tuple(f"GET https://x.example/{n}" for n in range(strange))
    counts = {name.replace("_", "-"): number for name, number in wire.items()}
    if strange:
        counts["unexplained"] = strange
    return Reconciliation(
        netlog_complete=complete, matched=matched, wire_only=counts, cdp_only={"cache": 2}, unexplained=rows
    )


STEPS = (Step(name="load", started_ms=0.0), Step(name="scroll", started_ms=5.0), Step(name="scroll", started_ms=6.0))
VISITS = [
    a_visit(SITE + "/", Arm.CONTROL, 1, reconciliation=ledger(unload_beacon=3), steps=STEPS),
    a_visit(SITE + "/", Arm.CONTROL, 2, reconciliation=ledger(strange=2, unload_beacon=1), steps=STEPS[:1]),
    a_visit(SITE + "/", Arm.GPC, 1, reconciliation=ledger(complete=False)),
    a_visit(SITE + "/", Arm.GPC, 2, reconciliation=None, ok=False, reason="crash"),
]


def test_each_arm_has_its_account() -> None:
    told = account.reconciliation(map(to_row, VISITS))
    assert list(told) == ["control", "gpc"]
    assert told["control"] == {
        "visits": 2, "incomplete": 0, "incomplete_visits": [], "matched": 18,
        "wire_only": {"unexplained": 2, "unload-beacon": 4}, "cdp_only": {"cache": 4}, "unexplained": 2,
        "unexplained_rows": [
            {"visit": "000-control-2", "request": "GET https://x.example/0"},
            {"visit": "000-control-2", "request": "GET https://x.example/1"},
        ],
    }  # fmt: skip
    assert (told["gpc"]["incomplete"], told["gpc"]["incomplete_visits"]) == (2, ["000-gpc-1", "000-gpc-2"])
    assert account.steps(map(to_row, VISITS)) == {"control": {"load": 2, "scroll": 1}}


def test_rows_that_the_recorder_no_longer_lists_are_counted_all_the_same() -> None:
    visit = to_row(VISITS[1])
    visit["reconciliation"]["unexplained"] = visit["reconciliation"]["unexplained"][:1]
    (told,) = account.reconciliation([visit]).values()
    assert (told["unexplained"], len(told["unexplained_rows"])) == (2, 1)


def test_a_run_that_is_strange_from_end_to_end_stays_small() -> None:
    many = [
        a_visit(SITE + "/", Arm.GPC, n, reconciliation=ledger(complete=False, strange=50, **{f"c{n}": 1}))
        for n in range(500)
    ]
    (told,) = account.reconciliation(map(to_row, many)).values()
    assert (told["unexplained"], told["incomplete"]) == (25_000, 500)
    assert len(told["unexplained_rows"]) == len(told["incomplete_visits"]) == MAX_LISTED
    assert len(told["wire_only"]) < 100


@pytest.mark.parametrize("value", [None, 7, "text", [1], {"matched": "9", "unexplained": 3, "wire_only": [1]}])
def test_rows_of_another_version_break_nothing(value: Any) -> None:
    row: dict[str, Any] = {"arm": value, "reconciliation": value, "steps": value}
    (told,) = account.reconciliation([row]).values()
    assert (told["visits"], told["matched"], told["unexplained"]) == (1, 0, 0)
    assert isinstance(account.steps([row, {"steps": [value, {"name": value}]}]), dict)
