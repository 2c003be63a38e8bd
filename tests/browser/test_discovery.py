"""Discovery against real answers: what robots.txt, sitemaps and links come to, and who asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from crawler.browser.crawl import _run_spider
from crawler.browser.discovery import TRIES_PER_PAGE, Discovered, DiscoverySpider
from crawler.browser.fetch import Fetcher, unpacked
from crawler.browser.handler import scrapy_settings
from crawler.browser.launch import open_browser
from crawler.evidence import Arm
from tests.browser.fault_world import SITE, FaultWorld, html, running, sending, zipped
from tests.browser.test_visit import options

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def links(*paths: str, title: str = "Links") -> str:
    return html(title, body="".join(f'<a href="{path}">{path}</a>' for path in paths))


def sitemap(*urls: str) -> str:
    rows = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def index(*urls: str) -> str:
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'


def site(*start_links: str, more: Mapping[str, Any] | None = None, **pages: str) -> FaultWorld:
    """A site whose start page links somewhere; `pages` by path without slash, `more` by full path."""
    world = FaultWorld(pages={"/": links(*start_links), **{f"/{name}": text for name, text in pages.items()}})
    world.more.update({f"site.test{path}": handler for path, handler in (more or {}).items()})
    return world


def discover(world: FaultWorld, folder: Path, **changes: Any) -> Discovered:
    asked: dict[str, Any] = {"sites": (f"{SITE}/",), "policy_url": None, "max_pages": 10, "max_depth": 3, "jobs": 2}
    return asyncio.run(_discover(world, folder, **(asked | changes)))


async def _discover(world: FaultWorld, folder: Path, *, jobs: int, timeout_s: float = 5, **asked: Any) -> Discovered:
    async with (
        running(world),
        async_playwright() as playwright,
        open_browser(playwright, options(world), Arm.CONTROL, folder) as opened,
    ):
        spider = await _run_spider(
            DiscoverySpider,
            scrapy_settings(jobs, ROBOTSTXT_OBEY=True),
            asyncio.Event(),
            fetcher=Fetcher(opened.context, timeout_s=timeout_s, linger_s=0.1),
            on_page=lambda pages: None,
            **asked,
        )
    found: Discovered = spider.found
    return found


def paths(found: Discovered) -> list[str]:
    return [page.url.removeprefix(SITE) for page in found.pages]


def robots(*lines: str, status: int = 200, kind: str = "text/plain") -> dict[str, Any]:
    return {"/robots.txt": sending("\n".join(lines), kind, status)}


def test_robots_txt_is_honoured_for_pages_and_start_pages(tmp_path: Path) -> None:
    world = site("/a", "/private/x", a=html("A"), more=robots("User-agent: *", "Disallow: /private", "Disallow: /b"))
    world.pages["/private/x"] = html("X")
    world.pages["/b"] = html("B")
    found = discover(world, tmp_path, sites=(f"{SITE}/", f"{SITE}/b"))
    assert paths(found) == ["/", "/a"]
    assert found.skipped[f"{SITE}/private/x"] == found.skipped[f"{SITE}/b"] == "robots.txt disallows it"
    assert world.count["site.test/private/x"] == world.count["site.test/b"] == 0


@pytest.mark.parametrize("status", [404, 403, 500])
def test_without_a_robots_txt_everything_is_allowed_and_an_odd_answer_is_told(status: int, tmp_path: Path) -> None:
    world = site("/a", a=html("A"), more=robots("User-agent: *", "Disallow: /", status=status, kind="text/html"))
    found = discover(world, tmp_path)
    assert paths(found) == ["/", "/a"]
    assert (f"{SITE}/robots.txt" in found.skipped) is (status != 404)


SITEMAPS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "plain": ({"/sitemap.xml": sending(sitemap(f"{SITE}/a"), "application/xml")}, ["/", "/a"]),
    "served as a download": ({"/sitemap.xml": sending(sitemap(f"{SITE}/a"), "application/x-thing")}, ["/", "/a"]),
    "index": (
        {
            "/sitemap.xml": sending(index(f"{SITE}/one.xml", f"{SITE}/two.xml"), "text/xml"),
            "/one.xml": sending(sitemap(f"{SITE}/a"), "text/xml"),
            "/two.xml": sending(sitemap(f"{SITE}/b"), "text/xml"),
        },
        ["/", "/a", "/b"],
    ),
    "gzip, named in robots.txt": (
        {**robots(f"Sitemap: {SITE}/map.xml.gz"), "/map.xml.gz": zipped(sitemap(f"{SITE}/a", f"{SITE}/b"))},
        ["/", "/a", "/b"],
    ),
    "an index of itself": ({"/sitemap.xml": sending(index(f"{SITE}/sitemap.xml"), "text/xml")}, ["/"]),
    "garbage": ({"/sitemap.xml": sending(b"\x00\xff<urlset><loc>&&&", "text/xml")}, ["/"]),
    "broken gzip": ({**robots(f"Sitemap: {SITE}/m.gz"), "/m.gz": sending(b"\x1f\x8bxx", "text/xml")}, ["/"]),
    "hostile addresses": (
        {
            **robots(
                "Sitemap: file://site.test/etc/passwd", "Sitemap: ftp://site.test/x", "Sitemap: https://[bad",
                "Sitemap: https://away.test/sitemap.xml", f"Sitemap: {SITE}/map.xml",
            ),
            "/map.xml": sending(
                sitemap(
                    "https://[bad", "https://site.test:99999/", "javascript:alert(1)", "https://away.test/plain",
                    "file:///etc/passwd", f"{SITE}/a?utm_source=x#part", f"{SITE}/{'x' * 100_000}", "",
                    f"{SITE}/404-empty", f"{SITE}/%00%1b%ff",
                ),
                "text/xml",
            ),
        },
        ["/", "/a"],
    ),
    "entity bomb": (
        {
            "/sitemap.xml": sending(
                '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY f SYSTEM '
                '"file:///etc/passwd">]>' + sitemap(f"{SITE}/&b;", f"{SITE}/&f;", f"{SITE}/a"),
                "text/xml",
            )
        },
        ["/", "/a"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SITEMAPS)
def test_sitemaps(name: str, tmp_path: Path) -> None:
    handlers, expected = SITEMAPS[name]
    world = site(more=handlers, a=html("A"), b=html("B"))
    assert paths(discover(world, tmp_path)) == expected
    assert not [host for host, _, _ in world.log if host != "site.test"]


def test_what_is_no_page_is_dropped_and_told(tmp_path: Path) -> None:
    world = site(
        "/a", "/gone", "/404-empty", "/away", "/pdf", "/octet", "/204", "/to-a", "/moves", "/a#part", "/a?utm_source=1",
        "https://away.test/plain", "mailto:x@site.test", "javascript:void(0)", "https://[bad", "/picture.png",
        a=html("A"), moves=html("Moves", "location = '/a'"),
        more={"/to-a": _redirect("/a"), "/wild": sending("")},
    )  # fmt: skip
    world.more["away.test/plain"] = sending(html("Away"))
    found = discover(world, tmp_path, max_pages=20)
    assert paths(found) == ["/", "/a"]
    told = {url.removeprefix(SITE): why for url, why in found.skipped.items() if "robots.txt" not in url}
    assert told.keys() == {"/gone", "/404-empty", "/away", "/pdf", "/octet", "/204"}
    assert told["/gone"] == told["/404-empty"] == "HTTP 404" and told["/away"] == "leads outside the sites"
    assert "application/pdf" in told["/pdf"]
    assert found.failed == {}


def _redirect(to: str) -> Any:
    async def handler(request: Any) -> Any:
        from aiohttp import web

        raise web.HTTPFound(to)

    return handler


def test_a_link_that_leads_through_another_site_is_visited_as_it_is_linked(tmp_path: Path) -> None:
    """What that site does on the way, no visit of the page behind it would show."""
    world = site("/out", "/in", a=html("A"), b=html("B"), more={"/in": _redirect("/b")})
    world.more["site.test/out"] = _redirect("https://tracker.test/bounce")
    world.more["tracker.test/bounce"] = _redirect(f"{SITE}/a")
    assert paths(discover(world, tmp_path)) == ["/", "/b", "/out"]


def test_errors_stay_in_the_list_and_are_told(tmp_path: Path) -> None:
    world = site("/500", "/500-empty", "/reset", "/stall", "/spin", spin=html("Spin", "while (true);"))
    found = discover(world, tmp_path, timeout_s=2, jobs=4)
    expected = {"/500", "/500-empty", "/reset", "/stall", "/spin"}
    assert set(paths(found)) == expected | {"/"}
    assert {url.removeprefix(SITE) for url in found.failed} == expected
    assert found.failed[f"{SITE}/500-empty"] == "HTTP 500"


def test_a_page_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    found = discover(site("/second-only"), tmp_path)
    assert paths(found) == ["/", "/second-only"] and found.failed == {}


@pytest.mark.parametrize(
    ("limits", "expected", "more"),
    [
        ({"max_depth": 0}, ["/"], 0),
        ({"max_depth": 1}, ["/", "/d1"], 0),
        ({"max_depth": 2}, ["/", "/d1", "/d2"], 0),
        ({"max_pages": 2}, ["/", "/d1"], 1),
        ({"max_pages": 1}, ["/"], 1),
    ],
)
def test_depth_and_number_are_limited(limits: dict[str, int], expected: list[str], more: int, tmp_path: Path) -> None:
    world = site("/d1", d1=links("/d2"), d2=links("/d3"), d3=links("/"))
    found = discover(world, tmp_path, **limits)
    assert paths(found) == expected and found.more == more
    assert [page.depth for page in found.pages] == list(range(len(expected)))


def test_a_million_dead_addresses_do_not_keep_it_busy(tmp_path: Path) -> None:
    dead = sitemap(*(f"{SITE}/dead/{number}" for number in range(5000)))
    world = site(more={"/sitemap.xml": sending(dead, "text/xml")})
    found = discover(world, tmp_path, max_pages=2, jobs=4)
    assert paths(found) == ["/"]
    assert 2 <= len(found.skipped) <= 2 * TRIES_PER_PAGE + 20


def test_the_list_is_the_same_however_fast_and_in_whatever_order(tmp_path: Path) -> None:
    listed = sitemap(*(f"{SITE}/p{number}" for number in range(0, 20, 2)), f"{SITE}/r1")
    pages = {f"p{number}": links(f"/p{number + 1}", f"/r{number}") for number in range(20)}
    redirects = {f"/r{number}": _redirect(f"/p{(number * 7) % 20}") for number in range(20)}
    lists = []
    for jobs in (1, 2, 4):
        world = site("/p1", "/p3", "/r4", **pages, more={"/sitemap.xml": sending(listed, "text/xml"), **redirects})
        (tmp_path / str(jobs)).mkdir()
        lists.append(discover(world, tmp_path / str(jobs), jobs=jobs, max_pages=12).pages)
    assert lists[0] == lists[1] == lists[2] and len(lists[0]) == 12


def test_only_the_browser_asks(tmp_path: Path) -> None:
    world = site("/a", "/b", a=html("A"), b=html("B"), more=robots(f"Sitemap: {SITE}/sitemap.xml.gz"))
    world.more["site.test/sitemap.xml.gz"] = zipped(sitemap(f"{SITE}/c"))
    world.pages["/c"] = html("C")
    discover(world, tmp_path)
    agents = {agent for _, _, agent in world.log}
    assert len(agents) == 1 and "Chrome/" in agents.pop()
    asked = {path for _, path, _ in world.log}
    assert {"/robots.txt", "/sitemap.xml.gz", "/", "/a", "/b", "/c"} <= asked


def test_hostile_pages_do_not_hide_their_links(tmp_path: Path) -> None:
    override = "document.querySelectorAll = () => []; Array.from = () => []; Array.prototype.push = () => { throw 1 };"
    world = site("/h", a=html("A"))
    world.pages["/h"] = html("H", override, "<a href='/a'>a</a><a href='/%s'>long</a>" % ("x" * 1_000_000))
    assert paths(discover(world, tmp_path)) == ["/", "/h", "/a"]


def test_an_unreachable_start_page_stays_in_the_list(tmp_path: Path) -> None:
    found = discover(FaultWorld(), tmp_path, sites=("https://bad.test/", "https://untrusted.test/"))
    assert [page.url for page in found.pages] == ["https://bad.test/", "https://untrusted.test/"]
    assert found.failed.keys() == {"https://bad.test/", "https://untrusted.test/"}


def test_a_start_page_that_leads_away_stays_itself(tmp_path: Path) -> None:
    found = discover(FaultWorld(), tmp_path, sites=(f"{SITE}/away",))
    assert [page.url for page in found.pages] == [f"{SITE}/away"]


def test_what_is_no_gzip_unpacks_to_itself_or_to_nothing() -> None:
    assert unpacked(b"<xml/>") == b"<xml/>" and unpacked(b"\x1f\x8bgarbage") == b""
