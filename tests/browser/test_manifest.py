"""What a sealed run's manifest says of its visits."""

from __future__ import annotations

from pathlib import Path

from crawler.browser.manifest import visits_made
from crawler.bundle import BundleWriter, account
from crawler.evidence import Arm, Reconciliation, Step, to_row
from tests.rules.world import SITE, a_visit


def ledger(matched: int) -> Reconciliation:
    return Reconciliation(
        netlog_complete=True,
        matched=matched,
        wire_only={"unload-beacon": 1, "unexplained": 1},
        cdp_only={},
        unexplained=("GET https://x.example/",),
    )


def test_the_account_stands_in_it_and_a_visit_that_was_made_again_counts_once(tmp_path: Path) -> None:
    steps = (Step(name="load", started_ms=0.0), Step(name="scroll", started_ms=5.0))
    first = a_visit(SITE + "/", Arm.CONTROL, 1, reconciliation=ledger(1))
    other = a_visit(SITE + "/", Arm.CONTROL, 2, reconciliation=ledger(20))
    again = a_visit(SITE + "/", Arm.CONTROL, 1, reconciliation=ledger(300), steps=steps)
    writer = BundleWriter(tmp_path)
    for visit in (first, other, again):
        writer.add("visits", visit)
    writer.manifest({})
    writer.flush()
    made = visits_made(tmp_path)
    assert made["reconciliation"] == account.reconciliation(map(to_row, [again, other]))
    assert made["reconciliation"]["control"]["matched"] == 320
    assert {row["visit"] for row in made["reconciliation"]["control"]["unexplained_rows"]} == {again.id, other.id}
    assert made["steps"] == {"control": {"load": 1, "scroll": 1}}
    writer.close(made)
