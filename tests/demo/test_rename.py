from __future__ import annotations

from pathlib import Path

import yaml

from crawler.demo import rename

REAL = Path("expectations/dynatronsoftware.com.yaml")
DEMO = Path("crawler/demo")


def test_the_demo_is_in_step_with_the_real_company() -> None:
    real = REAL.read_text(encoding="utf-8")
    real_policy = (REAL.parent / yaml.safe_load(real)["policy"]["text"]).read_text(encoding="utf-8")
    policy = rename.policy(real_policy)
    assert (DEMO / "policy.txt").read_text(encoding="utf-8") == policy, "run python -m crawler.demo.rename"
    assert (DEMO / "expectations.yaml").read_text(encoding="utf-8") == rename.expectations(real, policy)


def test_the_demo_makes_the_same_47_claims() -> None:
    real, demo = (yaml.safe_load(p.read_text(encoding="utf-8"))["claims"] for p in (REAL, DEMO / "expectations.yaml"))
    assert [c["id"] for c in demo] == [f"D{i:02}" for i in range(1, 48)]
    for ours, theirs in zip(demo, real, strict=True):
        same = {key: value for key, value in theirs.items() if key not in ("quote", "note", "section", "url")}
        assert {key: ours[key] for key in same} == same


def test_no_real_name_is_left() -> None:
    for name in ("policy.txt", "expectations.yaml"):
        text = (DEMO / name).read_text(encoding="utf-8").lower()
        assert "dynatron" not in text and "888-3962" not in text
        assert "fictional" in text


def test_rename_replaces_every_form() -> None:
    real = "Dynatron (support@dynatronsoftware.com, dynatronsoftware.com, (866) 888-3962)"
    assert rename.rename(real) == (
        "Larkfield (support@larkfield-software.example, www.larkfield-software.example, (800) 555-0142)"
    )
