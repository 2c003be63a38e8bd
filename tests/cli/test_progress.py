"""What a log file holds of a crawl while it goes on."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from crawler.cli.progress import CrawlProgress
from crawler.evidence import Arm


@pytest.mark.parametrize("quiet", [False, True])
def test_without_a_terminal_there_are_lines(quiet: bool) -> None:
    out = io.StringIO()
    with CrawlProgress(Console(file=out), "Example", (Arm.CONTROL, Arm.GPC), quiet=quiet) as progress:
        for pages in (1, 2, 24, 26, 30, 80, 80):
            progress.discovering(pages)
        progress.visiting(320, 80)
    assert out.getvalue().splitlines() == (
        []
        if quiet
        else [
            "Example: finding pages",
            "Example: finding pages: 26",
            "Example: finding pages: 80",
            "Example: 80 pages, control + gpc: 320 visits",
        ]
    )
