"""Regular expressions of lists: which are taken, which are refused, and that the taken ones end."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.vendors.filters.regex_cost import MAX_LENGTH, CostlyRegex, examine

TAKEN = {
    r"px[0-9]{3}\.gif": ".gif",
    r"^https:\/\/cdn\.test\/npm\/[-a-z_]{4,22}@latest\/dist\/script\.min\.js$": "@latest/dist/script.min.js",
    r"^https?:\/\/tmx\.(td|tdbank)\.com\/[a-z0-9]{14,18}\.js.*": "://tmx.",
    r"\/ads\/.*\/banner[0-9]+\.gif": "/banner",
    r"^https?:\/\/.*\.(jpg|gif).*[?]": "http",
    r"(?:[a-z]{2}\.)+x": "x",
    r"\/[0-9a-f]{32}\/invoke\.js": "/invoke.js",
    r"^(?!.*foo).*bar": "bar",
    r"": "",
    r"[^/]+": "",
}
"""And the text that all that matches must hold."""
REFUSED = [
    r"(a+)+$", r"(a|a)*$", r"(a|ab)*c", r"(x+x+)+y", r".*x.*x.*x", r"a*a*a*b", r"(.*)(.*)(.*)x", r"(.)\1+",
    r"(\.[a-z]+)+x", r"[ab]*(?:b.)+a", r"(?:a{0,9}){0,9}b", r"a{1,1000}a{1,1000}a{1,1000}", r"(a)?(?(1)b|c)*",
    "a?" * 30 + "a" * 30, "(" * 90 + "a" + ")*" * 90, r"(?:a|b|ab|ba)+$", r"[a-z]+[a-z0-9]+[a-z]+x", "x" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("text", TAKEN)
def test_taken(text: str) -> None:
    assert examine(text, re.ASCII | re.IGNORECASE) == TAKEN[text]


@pytest.mark.parametrize("text", REFUSED, ids=lambda t: t[:30])
def test_refused(text: str) -> None:
    with pytest.raises(CostlyRegex):
        examine(text, re.ASCII | re.IGNORECASE)


@pytest.mark.parametrize("text", ["(", "[", "*a", "a{2,1}", "(?P<x>a)(?P<x>b)"])
def test_broken(text: str) -> None:
    with pytest.raises(re.error):
        examine(text)


def test_a_repetition_in_a_group_is_held_against_what_follows_the_group() -> None:
    examine(r"^([a-z]+)\/([a-z]+)\/([a-z]+)x")
    with pytest.raises(CostlyRegex):
        examine(r"^([a-z]+)([a-z]+)([a-z]+)x")


PIECES = r"a b x . [ab] [^a] \d \w a* b+ [ab]* .* a? a{2,5} (a|b) (a|ab) (ab)* (?:b.)+ (?:b[ab]+)+ (?=a) ^ $ .+?"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES.split()), max_size=7), st.sampled_from(["a", "ab", "ba", "aab", "a1"]))
def test_what_is_taken_ends_soon(pieces: list[str], unit: str) -> None:
    text = "".join(pieces)
    try:
        examine(text, re.ASCII)
    except (CostlyRegex, re.error):
        return
    url = (unit * MAX_LENGTH)[: MAX_LENGTH - 1] + "!"
    begin = time.process_time()
    re.compile(text, re.ASCII).search(url)
    assert time.process_time() - begin < 5
