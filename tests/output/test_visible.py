"""Hostile characters made visible, lengths bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.output.visible import middle, visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\u202egpj", "\\u202egpj"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("Z" + "\u0301" * 50, "Z\u0301\u0301\u0301…"),
        ("Ünï – “ok” 日本 🎈", "Ünï – “ok” 日本 🎈"),
    ],
)
def test_codes_are_written_out(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_the_middle_goes_and_both_ends_stay() -> None:
    assert middle("https://host.example/" + "x" * 1000 + "end", 40) == "https://host.example/xxxxx…xxxxxxxxxxend"
    assert len(middle("y" * 10**6, 100)) == 100
    assert middle("short", 100) == "short"


@given(st.text(), st.integers(min_value=3, max_value=50))
def test_never_longer_never_dangerous(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= 10 * limit
    assert shown.isprintable() or not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in shown)
    shown.encode("utf-8")
