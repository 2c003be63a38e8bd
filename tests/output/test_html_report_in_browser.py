"""The report in a real browser: it asks for nothing, and nothing sticks out, wide, on a phone, in the dark, printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, sync_playwright

from crawler.browser.find import find

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = find(None, allow_install=False)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(found.path) if found.path else None, channel=found.channel, args=["--no-sandbox"]
        )
        yield launched
        launched.close()


@pytest.mark.parametrize(
    ("width", "media"), [(320, "screen"), (390, "screen"), (800, "screen"), (1400, "screen"), (680, "print")]
)
def test_nothing_sticks_out_and_nothing_is_asked_for(
    browser: Browser, report: str, tmp_path: Path, width: int, media: Literal["screen", "print"]
) -> None:
    path = tmp_path / "report.html"
    path.write_text(report, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800}, java_script_enabled=True)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.emulate_media(media=media)
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [path.as_uri()]
    assert complaints == [], "the page's own security policy refuses nothing that the page needs"
    laid_out = page.evaluate("getComputedStyle(document.querySelector('.row .notes')).display")
    assert laid_out == ("grid" if width > 1000 else "block"), (
        "a printed grid puts notes over each other at a page's end"
    )
    page.close()


def test_the_note_stands_beside_its_sentence_when_there_is_room(browser: Browser, report: str, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report, encoding="utf-8")
    places = {}
    for width in (390, 1400):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(path.as_uri())
        note = page.locator("#claim-L14").bounding_box()
        mark = page.locator(".policy a.ref[href='#claim-L14']").bounding_box()
        assert note and mark
        places[width] = (note["x"] - mark["x"], note["y"] - mark["y"])
        page.close()
    assert places[1400][0] > 100 and places[390][1] > 0
