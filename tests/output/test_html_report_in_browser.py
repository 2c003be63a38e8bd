"""The report in a real browser: it asks for nothing, and nothing sticks out, wide, on a phone, in the dark, printed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, sync_playwright
from rendered import render

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
    floats = page.evaluate("getComputedStyle(document.querySelector('.row .notes')).cssFloat")
    assert floats == ("right" if width > 1000 or media == "print" else "none")
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


def test_text_and_notes_keep_their_order_and_never_cover_each_other(
    browser: Browser, report: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(report, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1400, "height": 800})
    page.goto(path.as_uri())
    boxes = "Q => [...document.querySelectorAll(Q)].map(e => e.getBoundingClientRect()).map(b => [b.top, b.bottom])"
    for column in (".policy .row > :first-child", ".policy .row > .notes"):
        places = page.evaluate(boxes, column)
        assert len(places) > 10 and all(above[1] <= below[0] + 0.5 for above, below in pairwise(places)), column
    left, right = (page.locator(f".policy .row > {part}").first.bounding_box() for part in (".text", ".notes"))
    assert left and right and left["x"] + left["width"] < right["x"]
    one_line = page.locator(".note.not-checkable").first.bounding_box()
    assert one_line and one_line["height"] < 30
    page.close()


def test_on_paper_evidence_is_bounded_and_information_is_short(
    browser: Browser, verdicts: dict[str, Any], tmp_path: Path
) -> None:
    first, info = verdicts["findings"][0], verdicts["findings"][5]
    first["evidence"] = [first["evidence"][0] | {"row": n} for n in range(9)]
    info["evidence"] = first["evidence"]
    html = render(verdicts)
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    rows = page.locator(f"#finding-{first['fingerprint']} .evidence tbody tr")
    assert [rows.nth(n).is_visible() for n in range(rows.count())] == [True] * 3 + [False] * (rows.count() - 3)
    assert rows.count() > 3
    card = page.locator(f"#finding-{info['fingerprint']}")
    assert card.is_visible() and not card.locator("details").first.is_visible()
    page.close()


@pytest.mark.parametrize(("width", "media"), [(320, "screen"), (1280, "screen"), (680, "print")])
def test_long_names_and_long_tables_stay_in_their_place(
    browser: Browser, verdicts: dict[str, Any], tmp_path: Path, width: int, media: Literal["screen", "print"]
) -> None:
    long = "W" * 5000
    for cookie in verdicts["cookies"]:
        cookie |= {"name": long, "domain": long, "setter_url": f"https://{long}", "blocked_reasons": [long],
                   "sent_to": [{"host": long, "requests": 1}], "partition_keys": [long]}  # fmt: skip
    for actor in verdicts["behaviour"]:
        actor |= {"name": long, "vendor": long, "purpose": long}
        actor["uses"] = [use | {"apis": [long], "details": [long], "url": f"https://{long}"} for use in actor["uses"]]
    for item in verdicts["storage"]:
        item |= {"key": long, "origin": long, "setter_url": f"https://{long}"}
    for key in ("cookies", "behaviour", "storage"):
        verdicts[key] *= 6
    path = tmp_path / "report.html"
    html = render(verdicts)
    path.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(path.as_uri())
    page.emulate_media(media=media)
    page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    folded = page.locator("#cookies .beyond table")
    assert folded.count() == 1 and folded.is_visible() is (media == "screen")
    assert page.locator("#cookies .on-paper").is_visible() is (media == "print")
    page.close()
