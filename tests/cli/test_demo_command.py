"""`demo --expect-seeded` notices each way in which a seeded finding can be missed or told wrongly; no browser."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.cli.demo_command import differences
from crawler.demo import seeded
from crawler.demo.seeded import Seeded

SITE = "https://www.larkfield-software.example"


def found(seed: Seeded) -> dict[str, Any]:
    """The finding as verdicts.json has it, as far as it is compared."""
    return {
        "rule": seed.rule, "vendor": seed.vendor, "arm": seed.arm, "severity": str(seed.severity),
        "claims": [*seed.claims, "D99"], "pages": [SITE + page for page in seed.pages], "message": "told",
    }  # fmt: skip


@pytest.mark.parametrize("seeds", [seeded.EXPECTED, seeded.EXPECTED_FIXED], ids=["the demo", "its repaired twin"])
def test_what_is_seeded_and_nothing_else_is_no_difference(seeds: tuple[Seeded, ...]) -> None:
    assert differences({"findings": [found(seed) for seed in seeds]}, seeds) == []


@pytest.mark.parametrize("seed", seeded.EXPECTED, ids=lambda seed: f"{seed.rule}-{seed.vendor}-{seed.arm}")
def test_each_seed_is_held_by_rule_vendor_arm_severity_claims_and_pages(seed: Seeded) -> None:
    others = [found(other) for other in seeded.EXPECTED if other is not seed]

    def told(**changed: Any) -> list[str]:
        return differences({"findings": [*others, found(seed) | changed]}, seeded.EXPECTED)

    assert differences({"findings": others}, seeded.EXPECTED) == [f"missing: {seed.rule} {seed.vendor} {seed.arm}"]
    for key, other in (("rule", "another-rule"), ("vendor", "another-vendor"), ("arm", "dnt")):
        assert [line.partition(":")[0] for line in told(**{key: other})] == ["missing", "not seeded"]
    assert "severity" in told(severity="unheard-of")[0]
    assert "seen on" in told(pages=[*found(seed)["pages"], f"{SITE}/elsewhere"])[0]
    assert "seen on" in told(pages=found(seed)["pages"][1:])[0]
    if seed.claims:
        assert "does not name" in told(claims=[])[0]


def test_a_finding_twice_is_told() -> None:
    twice = [found(seeded.MISTAKES[0]), found(seeded.MISTAKES[0])]
    assert "two findings" in differences({"findings": twice}, seeded.MISTAKES[:1])[-1]
