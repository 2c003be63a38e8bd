"""Colours of the report: enough contrast in both themes, and never colour alone."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from crawler.output import words
from crawler.output.html_page import _style


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme: int) -> None:
    blocks = re.findall(r":root \{(.*?)\}", _style(), re.S)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[theme]))
    tones = [name.removesuffix("-tint") for name in colours if name.endswith("-tint")]
    assert len(tones) == 5
    pairs = [("ink", "paper"), ("ink", "sheet"), ("muted", "paper"), ("muted", "sheet"), ("muted", "faint")]
    pairs += [(t, ground) for t in tones for ground in (f"{t}-tint", "paper", "sheet")]
    pairs += [("ink", f"{t}-tint") for t in tones]
    for text, ground in pairs:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["focus"], colours["paper"]) >= 3


def test_the_outcomes_differ_by_more_than_colour() -> None:
    style = _style()
    lines = [re.search(rf"mark\.{name} {{[^}}]*underline ([^v;]*)var", style) for name in words.OUTCOME_WORDS]
    drawn = [m.group(1) if m else "plain" for m in lines]
    assert len(set(drawn)) == len(words.OUTCOME_WORDS) == 6
    assert all(a != b for a, b in pairwise(words.OUTCOME_SIGNS.values()))
