"""Which arm speaks, and in which visits things were seen."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from crawler.evidence import Arm
from crawler.rules.case import Case, case_from
from crawler.rules.case.speaking_arm import speaking_arm
from crawler.rules.case.visits import together, visits_by_arm, visits_of
from tests.rules.world import SITE, TODAY, a_bundle, a_company
from tests.rules.world import visits_of as visits_of_a_plan

SITE_NAME = "acme.example"


@dataclass(frozen=True)
class Thing:
    arm: Arm
    visits: frozenset[str]


@pytest.fixture
def case() -> Case:
    return case_from(a_bundle(visits_of_a_plan([SITE + "/"])), a_company(), TODAY)


def seen(case: Case, control: int, gpc: int) -> dict[Arm, frozenset[str]]:
    """The first so many visits of each arm."""
    shown = {Arm.CONTROL: control, Arm.GPC: gpc}
    return {arm: frozenset(sorted(case.judged_visits(SITE_NAME, arm))[:n]) for arm, n in shown.items() if n}


@pytest.mark.parametrize(
    ("control", "gpc", "speaks"),
    [(3, 3, Arm.CONTROL), (1, 3, Arm.GPC), (1, 2, Arm.CONTROL), (0, 1, Arm.GPC), (3, 0, Arm.CONTROL)],
)
def test_a_steady_arm_speaks_before_an_unsteady_one_and_else_the_first(
    case: Case, control: int, gpc: int, speaks: Arm
) -> None:
    assert speaking_arm(case, SITE_NAME, seen(case, control, gpc)) is speaks


def test_the_order_that_is_given_counts(case: Case) -> None:
    assert speaking_arm(case, SITE_NAME, dict(reversed(seen(case, 3, 3).items()))) is Arm.GPC


def test_visits_are_put_together_by_arm_in_the_usual_order() -> None:
    things = [Thing(Arm.GPC, frozenset("a")), Thing(Arm.CONTROL, frozenset("b")), Thing(Arm.GPC, frozenset("c"))]
    assert visits_of(things) == {"a", "b", "c"}
    assert list(visits_by_arm(things).items()) == [(Arm.CONTROL, {"b"}), (Arm.GPC, {"a", "c"})]


def test_an_arm_without_a_visit_is_left_out() -> None:
    assert together([{Arm.CONTROL: frozenset()}, {Arm.GPC: frozenset("a")}]) == {Arm.GPC: {"a"}}
    assert visits_of([]) == frozenset() and visits_by_arm([]) == {}
