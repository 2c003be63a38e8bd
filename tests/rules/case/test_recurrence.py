"""A value that recurs between fresh profiles identifies nobody."""

from __future__ import annotations

import pytest

from crawler.rules.case.recurrence import MAX_VALUES, Recurrence


@pytest.mark.parametrize(
    ("seen", "constant"),
    [
        ([], False),
        ([("a", "1")], False),
        ([("a", "1"), ("a", "1")], False),
        ([("a", "1"), ("a", "2")], True),
        ([("a", "1"), ("b", "2")], False),
        ([("a", "1"), ("a", "2"), ("b", "2")], False),
    ],
)
def test_constant_means_that_every_value_recurs(seen: list[tuple[str, str]], constant: bool) -> None:
    values = Recurrence()
    for value, visit in seen:
        values.take(value, visit)
    assert values.constant is constant


def test_a_flood_of_values_is_bounded_and_not_constant() -> None:
    values = Recurrence()
    for number in range(MAX_VALUES + 10):
        values.take(str(number), str(number))
    assert not values.constant and len(values._first) == MAX_VALUES
