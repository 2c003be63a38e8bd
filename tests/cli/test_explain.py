"""`explain`: by whatever name somebody has at hand."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from crawler.cli import app


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("meta-pixel", "Meta Pixel (meta-pixel)"),
        ("Meta Pixel", "Meta Pixel (meta-pixel)"),
        ("facebook pixel", "Meta Pixel (meta-pixel)"),
        ("px.ads.linkedin.com", "LinkedIn Insight Tag (linkedin-insight)"),
        ("https://www.facebook.com/tr/?id=123456789012345&ev=PageView", "Meta Pixel (meta-pixel)"),
        ("Meta Platforms", "facebook-sdk"),
        ("meta", "meta-pixel"),
        ("connect.facebook.net", "meta-pixel"),
        ("gpc-ignored", "gpc-ignored"),
        ("criteo.com", "Criteo OneTag (criteo)"),
        ("https://www.quantserve.com/", "Quantcast (quantcast)"),
    ],
)
def test_found(word: str, expected: str) -> None:
    result = CliRunner().invoke(app, ["explain", word])
    assert result.exit_code == 0, result.output
    assert expected in result.output


@pytest.mark.parametrize("word", ["nobody knows this", "nobody.invalid", "[bold]x", ""])
def test_not_found_says_what_there_is(word: str) -> None:
    result = CliRunner().invoke(app, ["explain", word])
    assert result.exit_code == 2
    assert f"no rule and no vendor is called {word!r}" in " ".join(result.output.split())
    assert "gpc-ignored" in result.output


def test_a_long_list_of_hosts_is_one_line_however_narrow_the_window() -> None:
    result = CliRunner(env={"COLUMNS": "40"}).invoke(app, ["explain", "linkedin-insight"])
    [aliases] = [line for line in result.output.splitlines() if line.startswith("in policies:")]
    assert len(aliases) > 40
