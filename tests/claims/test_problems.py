"""Messages show what a person wrote, and nothing that a terminal would obey."""

from __future__ import annotations

import pytest

from crawler.claims.problems import InvalidExpectations, Problem, did_you_mean, printable


def test_a_problem_reads_as_compilers_write_it() -> None:
    assert str(Problem("a.yaml", 3, 14, "mend it.")) == "a.yaml:3:14: mend it."


def test_problems_are_sorted_by_place() -> None:
    given = [Problem("a", 2, 1, "x"), Problem("a", 1, 9, "y"), Problem("a", 1, 2, "z")]
    assert [one.message for one in InvalidExpectations(given).problems] == ["z", "y", "x"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b[31mb", "a?[31mb"), ("a\nb", "a b"), ("x" * 100, "x" * 77 + "..."), ("\u202eabc", "?abc"), ("é", "é")],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_did_you_mean() -> None:
    assert did_you_mean("Hotjarr", ["hotjar", "hubspot"]) == ' Did you mean "hotjar"?'
    assert did_you_mean("zzz", ["hotjar"]) == ""
    assert did_you_mean("h" * 1_000_000, ["hotjar"]) == ""
