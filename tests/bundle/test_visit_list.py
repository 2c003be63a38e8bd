"""What a manifest lists of visits, whoever made them."""

from __future__ import annotations

from crawler.bundle import visit_list
from crawler.evidence import Arm
from tests.rules.world import SITE, a_visit


def test_each_visit_and_each_arm() -> None:
    good, failed = (
        a_visit(SITE + "/", Arm.GPC, 1),
        a_visit(SITE + "/", Arm.GPC, 2, signal=None, ok=False, reason="crash"),
    )
    made = visit_list.made([a_visit(SITE + "/", Arm.CONTROL, 1), good, failed])
    assert made["visits"][2] == {
        "id": "000-gpc-2", "url": SITE + "/", "arm": "gpc", "repetition": 2, "ok": False, "reason": "crash",
        "attempts": 1, "settled": "quiet",
    }  # fmt: skip
    assert made["signals"] == {
        "control": {"method": ["none"], "proven": 1, "visits": 1},
        "gpc": {"method": ["native"], "proven": 1, "visits": 2},
    }
