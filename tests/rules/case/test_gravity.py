"""Severities compared."""

from __future__ import annotations

import pytest

from crawler.findings import Severity
from crawler.rules.case.gravity import gravest, lower_of, one_lower


def test_severities_step_and_compare() -> None:
    assert one_lower(Severity.HIGH) is Severity.MEDIUM and one_lower(Severity.INFO) is Severity.INFO
    assert lower_of(Severity.HIGH, Severity.LOW) is lower_of(Severity.LOW, Severity.HIGH) is Severity.LOW


def test_the_gravest_come_in_their_order() -> None:
    weighed = {"b": Severity.MEDIUM, "a": Severity.MEDIUM, "c": Severity.LOW}
    assert gravest(weighed, weighed.__getitem__) == (Severity.MEDIUM, ["b", "a"])


def test_of_nothing_nothing_is_the_gravest() -> None:
    with pytest.raises(ValueError):
        gravest((), lambda _: Severity.LOW)
