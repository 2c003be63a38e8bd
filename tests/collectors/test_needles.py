from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.collectors.needles import Needles


@given(st.lists(st.text("abc", min_size=8, max_size=12), max_size=300), st.text("abc", max_size=200))
def test_finds_what_a_plain_search_finds(values: list[str], text: str) -> None:
    assert set(Needles(values).within(text)) == {value for value in values if value in text}


@pytest.mark.parametrize("count", [10, 1_000])
def test_few_and_many_find_the_same(count: int) -> None:
    values = [f"value-{n:06d}" for n in range(count)]
    assert Needles([*values, "short"]).within("a value-000003 short value-999999") == ["value-000003"]


def test_many_values_in_a_large_text_stay_cheap() -> None:
    needles = Needles(f"value-{n:06d}" for n in range(12_000))
    started = time.process_time()
    assert needles.within("abcdefg " * 131_072) == []
    assert time.process_time() - started < 3
