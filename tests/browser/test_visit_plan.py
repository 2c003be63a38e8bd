"""The order of visits: interleaved, alternating, each page in each arm and repetition exactly once."""

from __future__ import annotations

from collections import Counter

from crawler.browser.visit_plan import plan
from crawler.evidence import Arm

ARMS = (Arm.CONTROL, Arm.GPC)


def test_every_page_in_every_arm_and_repetition_once() -> None:
    visits = list(plan(["u0", "u1", "u2"], ARMS, 3))
    assert Counter((v.url, v.arm, v.repetition) for v in visits) == {
        (f"u{n}", arm, repetition): 1 for n in range(3) for arm in ARMS for repetition in (1, 2, 3)
    }
    assert len({v.id for v in visits}) == 18


def test_the_arms_of_a_page_follow_each_other_and_take_turns() -> None:
    visits = list(plan(["u0", "u1"], ARMS, 2))
    pairs = [(a, b) for a, b in zip(visits[::2], visits[1::2], strict=True)]
    assert all(a.url == b.url and a.repetition == b.repetition and a.arm != b.arm for a, b in pairs)
    assert {a.arm for a, _ in pairs} == set(ARMS)
    first = {(a.url, a.repetition): a.arm for a, _ in pairs}
    assert first["u0", 1] != first["u0", 2] and first["u0", 1] != first["u1", 1]


def test_an_id_names_page_arm_and_repetition() -> None:
    assert next(plan(["u"], (Arm.GPC,), 1)).id == "000-gpc-1"
