from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from crawler.collectors import page_facts, storage
from crawler.collectors.devtools import isolated_world
from crawler.collectors.devtools.isolated_world import FrameAnswer
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import Arm, Page
from tests.collectors.recorded import BROWSER

KEY = VisitKey("001-control-1", "https://site.test/", Arm.CONTROL, 1, 0)


def facts(**value: object) -> Page:
    return page_facts.page_from([FrameAnswer("https://site.test/", True, value)], "https://site.test/", KEY, 200, None)


@pytest.mark.parametrize(
    ("text", "is_opt_out"),
    [
        ("Do Not Sell or Share My Personal Information", True),
        ("Do not sell my info", True),
        ("Your Privacy Choices", True),
        ("California Privacy Choices", True),
        ("Opt-Out of targeted advertising", True),
        ("opt out", True),
        ("Privacy Policy", False),
        ("Adopt outdoor cats", False),
        ("We sell shoes", False),
        ("Cookie settings", False),
    ],
)
def test_opt_out_links_by_their_words(text: str, is_opt_out: bool) -> None:
    found = facts(links=[["https://site.test/x", text]], buttons=[])
    assert bool(found.opt_out_links) is is_opt_out
    assert bool(facts(links=[], buttons=[text]).opt_out_links) is is_opt_out


def test_frames_that_say_nothing_are_left_out() -> None:
    answers = [FrameAnswer("a", True, None, "timeout"), FrameAnswer("b", False, {"gpc": "true", "found": ["Osano"]})]
    page = page_facts.page_from(answers, "https://site.test/", KEY, None, None)
    assert (page.title, page.links, page.gpc_property, page.banners) == ("", (), ("b=true",), ("Osano",))


def test_links_are_distinct_and_without_fragments() -> None:
    links = [["https://site.test/a#1", "A"], ["https://site.test/a#2", "A"], ["https://site.test/b", "Privacy notice"]]
    page = facts(links=links)
    assert page.links == ("https://site.test/a", "https://site.test/b")
    assert page.policy_links == ("https://site.test/b",)


HOSTILE = """<html><head><title>real title</title><script>
Object.defineProperty(Document.prototype, 'title', {get: () => 'fake'});
Document.prototype.querySelectorAll = Document.prototype.querySelector = () => { throw 1 };
Array.prototype.toJSON = () => 'broken'; Object.prototype.toJSON = () => 'broken'; JSON.stringify = () => '{}';
String.prototype.replace = String.prototype.slice = () => { throw 2 }; window.Set = null;
Storage.prototype.getItem = Storage.prototype.key = () => 'fake';
</script></head><body><a href="https://site.test/real">Your privacy choices</a>
<svg><a href="https://site.test/svg"><text>svg</text></a></svg>
<iframe sandbox srcdoc="<p>no storage here</p>"></iframe>
<iframe src="https://www.google.com/recaptcha/enterprise/anchor?size=invisible&k=1"></iframe>
<iframe src="https://evil.test/recaptcha/api2/anchor?size=normal"></iframe>
<script src="https://www.google.com/recaptcha/api.js?render=SITEKEY"></script></body></html>"""


async def in_browser(folder: Path, html: str, script: str = "") -> tuple[Page, storage.Stored]:
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile", executable_path=BROWSER, args=["--host-resolver-rules=MAP * ~NOTFOUND"]
        )
        page = context.pages[0]
        await page.route("https://site.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
        await page.goto("https://site.test/")
        if script:
            with_hang = asyncio.ensure_future(page.evaluate(script))
            with_hang.add_done_callback(lambda done: done.cancelled() or done.exception())
            await asyncio.sleep(0.2)
        try:
            return (await page_facts.read(page, KEY, 200, None, timeout_s=1), await storage.read(page, timeout_s=1))
        finally:
            await context.close()


@pytest.mark.browser
def test_a_page_that_overrides_prototypes_is_read_as_it_is(tmp_path: Path) -> None:
    page, items = asyncio.run(in_browser(tmp_path, HOSTILE, "void localStorage.setItem('k', 'v')"))
    assert page.title == "real title"
    assert page.links == ("https://site.test/real", "https://site.test/svg")
    assert page.opt_out_links == ("Your privacy choices -> https://site.test/real",)
    assert set(page.recaptcha) == {"render=SITEKEY", "size=invisible", "enterprise"}
    assert [(item.key, item.value) for item in items] == [("k", "v")]
    assert sum(value.startswith("about:srcdoc=") for value in page.gpc_property) == 1


@pytest.mark.browser
def test_a_page_that_hangs_costs_a_bounded_time_and_breaks_nothing(tmp_path: Path) -> None:
    async def run() -> tuple[Page, float]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        page, _ = await in_browser(tmp_path, "<title>t</title>", "while (true);")
        return page, loop.time() - started

    page, seconds = asyncio.run(run())
    assert (page.title, page.gpc_property) == ("", ())
    assert seconds < 25


@pytest.mark.browser
def test_many_links_are_bounded(tmp_path: Path) -> None:
    html = "<title>x</title>" + "".join(f'<a href="/{n}">l</a>' for n in range(5_000))
    page, _ = asyncio.run(in_browser(tmp_path, html))
    assert len(page.links) == page_facts.MAX_LINKS


def test_the_expression_is_self_contained() -> None:
    assert "SELECTORS" not in page_facts._script()
    assert isolated_world.MAX_FRAMES >= 50
