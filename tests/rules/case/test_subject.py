"""Which arm speaks for a vendor."""

from __future__ import annotations

from typing import Any

from crawler.evidence import Arm
from crawler.rules.case import case_from
from crawler.rules.case.subject import Subject, subjects
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_request, visits_of

VISITS = visits_of([SITE + "/"])
CONTROL = [v for v in VISITS if v.arm is Arm.CONTROL]
GPC = [v for v in VISITS if v.arm is Arm.GPC]


def subject_of(*rows: Any) -> Subject:
    (subject,) = subjects(case_from(a_bundle(VISITS, *rows), a_company(), TODAY))
    return subject


def hits(name: str, visits: Any, **changes: Any) -> list[Any]:
    return [a_request(REQUESTS[name], v, **changes) for v in visits]


def test_control_speaks_first() -> None:
    subject = subject_of(*hits("meta-pixel", VISITS))
    assert (subject.seen.arm, len(subject.visits), subject.library_only) == (Arm.CONTROL, 3, False)


def test_a_steady_arm_goes_before_an_unsteady_one() -> None:
    subject = subject_of(*hits("meta-pixel", CONTROL[:1]), *hits("meta-pixel", GPC))
    assert (subject.seen.arm, len(subject.visits)) == (Arm.GPC, 3)


def test_data_in_any_arm_goes_before_a_library() -> None:
    subject = subject_of(*hits("meta-pixel library", CONTROL), *hits("meta-pixel", GPC[:1]))
    assert (subject.seen.arm, subject.library_only) == (Arm.GPC, False)


def test_what_arrived_goes_before_what_was_tried() -> None:
    tried = hits("meta-pixel", CONTROL, status=None, error="net::ERR_NAME_NOT_RESOLVED")
    assert subject_of(*tried, *hits("meta-pixel", GPC)).reached
    assert not subject_of(*tried).reached


def test_a_library_alone_is_said_to_be_one() -> None:
    assert subject_of(*hits("meta-pixel library", CONTROL)).library_only
