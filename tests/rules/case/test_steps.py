"""After what a vendor first showed: said where it is so in what was seen, and not a word more."""

from __future__ import annotations

from itertools import pairwise

import pytest

from crawler.evidence import Arm
from crawler.rules.case import case_from
from crawler.rules.case.steps import FIRST, ORDER, earlier, first_called
from tests.rules.world import REQUESTS, SITE, TODAY, a_bundle, a_company, a_request, visits_of

VISITS = [v for v in visits_of([SITE + "/"]) if v.arm is Arm.CONTROL]


def said(*steps: tuple[str, ...]) -> str:
    """`steps` are those of the vendor's requests, visit by visit."""
    rows = [a_request(REQUESTS["meta-pixel"], v, step=s) for v, own in zip(VISITS, steps, strict=False) for s in own]
    (seen,) = case_from(a_bundle(VISITS, *rows), a_company(), TODAY).vendors
    return first_called(seen, seen.all_visits())


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([("load",)] * 3, ""),
        ([("scroll",)] * 3, "First called after scrolling."),
        ([("leave", "scroll")] * 3, "First called after scrolling."),
        ([("second-view",)], "Called only on the second view of the page."),
        ([("second-view",), ("leave",), ("second-view", "leave")],
         "Called only on the second view of the page, in 2 of 3 visits; later in the others."),
        ([("scroll",), ("load",), ("scroll",)], ""),
        ([("scroll",), ("",), ("scroll",)], ""),
        ([("scroll",), ("a word of tomorrow",)], ""),
    ],
)  # fmt: skip
def test_what_is_said(steps: list[tuple[str, ...]], words: str) -> None:
    assert said(*steps) == words


def test_only_the_visits_that_a_finding_rests_on_count() -> None:
    rows = [a_request(REQUESTS["meta-pixel"], v, step=s) for v, s in zip(VISITS, ("load", "hover"), strict=False)]
    (seen,) = case_from(a_bundle(VISITS, *rows), a_company(), TODAY).vendors
    assert first_called(seen, frozenset({VISITS[1].id})) == "First called after the pointer had moved over the page."
    assert first_called(seen, frozenset()) == "" == first_called(seen, frozenset({"no such visit"}))


def test_a_library_counts_too() -> None:
    rows = [a_request(REQUESTS["meta-pixel library"], v, resource_type="script", step="load") for v in VISITS]
    rows += [a_request(REQUESTS["meta-pixel"], v, step="scroll") for v in VISITS]
    (seen,) = case_from(a_bundle(VISITS, *rows), a_company(), TODAY).vendors
    assert first_called(seen, seen.visits()) == "", "it was called at once; its data came later"


def test_every_step_but_loading_has_words_and_the_order_is_that_of_a_visit() -> None:
    assert set(FIRST) == set(ORDER) - {"load"}
    for one, other in pairwise(("", *ORDER)):
        assert earlier(one, other) == earlier(other, one) == one
