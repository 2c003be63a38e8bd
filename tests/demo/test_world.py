from __future__ import annotations

import asyncio
import gc
import re
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from crawler.demo.exchange import Call
from crawler.demo.site_map import AUDITED, PAGES
from crawler.demo.world import COMPANY_HOST, World, in_thread
from tests.demo.client import client

SITE = f"https://{COMPANY_HOST}"


def visit(world: World, folder: Path, talk: Callable[[aiohttp.ClientSession], Awaitable[None]]) -> None:
    async def run() -> None:
        async with world, client(world, folder) as session:
            await talk(session)

    asyncio.run(run())


def test_every_page_answers_and_says_that_the_company_is_fictional(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        for page in PAGES:
            async with session.get(SITE + page.path) as answer:
                assert answer.status == 200
                html = await answer.text()
                assert "Larkfield Software is a fictional company" in html
                assert page.title in html.replace("&#39;", "'")

    world = World()
    visit(world, tmp_path, talk)
    assert not world.unexpected


def test_robots_and_sitemap(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        robots = await (await session.get(f"{SITE}/robots.txt")).text()
        assert "Disallow: /internal/" in robots
        assert f"Sitemap: {SITE}/sitemap.xml" in robots
        sitemap = await (await session.get(f"{SITE}/sitemap.xml")).text()
        assert f"<loc>{SITE}/pricing</loc>" in sitemap
        for hidden in ("/events", "/product/payments", "/blog/quotes-that-get-a-yes", "/internal/rota"):
            assert hidden not in sitemap
        home = await (await session.get(SITE)).text()
        assert 'href="/internal/rota"' in home
        assert "/events" not in home

    visit(World(), tmp_path, talk)


@pytest.mark.parametrize(
    ("host", "sibling"),
    [
        ("www.larkfield-software.example", "larkfield-software.example"),
        ("dynatronsoftware.com", "www.dynatronsoftware.com"),
    ],
)
def test_sibling_and_plain_http_lead_to_the_site(tmp_path: Path, host: str, sibling: str) -> None:
    world = World(company_host=host)

    async def talk(session: aiohttp.ClientSession) -> None:
        for start in (f"https://{sibling}/pricing?a=1", f"http://{host}/pricing?a=1", f"http://{sibling}/pricing?a=1"):
            async with session.get(start, allow_redirects=False) as answer:
                assert answer.status == 301
                assert answer.headers["Location"] == f"https://{host}/pricing?a=1"
        async with session.get(world.site_url) as answer:
            assert answer.status == 200
        async with session.get(f"https://{host}/privacy-policy") as answer:
            assert f'<link rel="canonical" href="https://{host}/privacy-policy">' in await answer.text()

    visit(world, tmp_path, talk)
    assert world.site_url == f"https://{host}/"


def test_redirect_broker_sets_its_cookie_on_the_way(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        picture = "https://cdn.larkfield-software.example/img/road.svg"
        bridge = "https://go.clickbridge.example/r/road"
        async with session.get(bridge, params={"to": picture}, allow_redirects=False) as answer:
            assert answer.status == 302
            assert answer.headers["Location"] == picture
            cookie = answer.headers["Set-Cookie"]
            assert cookie.startswith("cb_uid=") and "Max-Age=34560000" in cookie and "SameSite=None" in cookie
        async with session.get(picture) as answer:
            assert answer.content_type == "image/svg+xml"
        for elsewhere in ("https://evil.example/", "http://cdn.larkfield-software.example/", ""):
            async with session.get(bridge, params={"to": elsewhere}) as answer:
                assert answer.status == 404

    visit(World(), tmp_path, talk)


def test_blog_pictures_take_the_detour_only_without_the_signal(tmp_path: Path) -> None:
    async def default(session: aiohttp.ClientSession) -> None:
        post = f"{SITE}/blog/five-minutes-between-jobs"
        assert "go.clickbridge.example" in await (await session.get(post)).text()
        assert "clickbridge" not in await (await session.get(post, headers={"Sec-GPC": "1"})).text()

    async def fixed(session: aiohttp.ClientSession) -> None:
        assert "clickbridge" not in await (await session.get(f"{SITE}/blog/five-minutes-between-jobs")).text()

    visit(World(), tmp_path, default)
    visit(World(fixed=True), tmp_path, fixed)


def test_linkedin_joins_its_cookies_over_two_hosts(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        async with session.get("https://px.ads.linkedin.com/collect?v=2&fmt=js&pid=1") as answer:
            hops = [*answer.history, answer]
            assert [hop.url.host for hop in hops] == ["px.ads.linkedin.com", "www.linkedin.com", "px.ads.linkedin.com"]
            names = [[c.partition("=")[0] for c in hop.headers.getall("Set-Cookie")] for hop in hops]
            assert names == [["li_sugr"], ["bcookie", "lidc"], ["UserMatchHistory"]]
        async with session.get("https://www.linkedin.com/px/li_sync?redirect=https://evil.example/") as answer:
            assert answer.status == 404

    visit(World(), tmp_path, talk)


@pytest.mark.parametrize(
    ("url", "cookie"),
    [
        ("https://www.facebook.com/tr/?id=1&ev=PageView", "fr="),
        ("https://www.facebook.com/tr/?id=1&ev=PageView&dpo=LDU&dpoco=1&dpost=1000", None),
        ("https://www.facebook.com/tr/?id=1&ev=PageView&dpo=", "fr="),
        ("https://bat.bing.com/action/0?ti=1&asc=G", "MUID="),
        ("https://bat.bing.com/action/0?ti=1&asc=D", None),
        ("https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/?x=1", "IDE="),
        ("https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/?rdp=1", None),
        ("https://www.google.com/recaptcha/api2/anchor?k=1", "_GRECAPTCHA="),
        ("https://www.google-analytics.com/g/collect?v=2&tid=G-1", None),
        ("https://b.6sc.co/v1/beacon/img.gif", "6suuid="),
    ],
)
def test_vendors_set_their_cookies_unless_restricted(tmp_path: Path, url: str, cookie: str | None) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        async with session.get(url, allow_redirects=False) as answer:
            assert answer.status < 400
            given = answer.headers.get("Set-Cookie")
            assert (given is None) if cookie is None else (given is not None and given.startswith(cookie))

    world = World()
    visit(world, tmp_path, talk)
    assert not world.unexpected


def test_what_nobody_plays_is_404_and_marked(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        for url in (
            f"{SITE}/none",
            "https://www.facebook.com/none",
            f"{SITE}/static/../world.py",
            f"{SITE}/static/x.js",
        ):
            async with session.get(url) as answer:
                assert answer.status == 404
        async with session.get("https://tracker.invalid/x", ssl=False) as answer:
            assert answer.status == 404

    world = World()
    visit(world, tmp_path, talk)
    assert [call.host for call in world.unexpected][-1] == "tracker.invalid"
    assert len(world.unexpected) == len(world.log) == 5


def test_the_log_is_the_ground_truth(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        headers = {"Sec-GPC": "1", "X-Odd": "a"}
        async with session.post(f"{SITE}/vitals?a=1&b=%20", data=b"\xff\x00body", headers=headers) as answer:
            assert answer.status == 204

    world = World()
    visit(world, tmp_path, talk)
    (call,) = world.log
    assert isinstance(call, Call)
    assert (call.method, call.host, call.path, call.body) == ("POST", COMPANY_HOST, "/vitals", b"\xff\x00body")
    assert call.params == {"a": "1", "b": " "}
    assert call.gpc and call.headers["x-odd"] == "a"


def test_every_visitor_gets_a_try_out_address_of_their_own(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        pages = [await (await session.get(f"{SITE}/product/payments")).text() for _ in range(2)]
        guests = [re.findall(r'value="(guest-[0-9a-f]{8}@try\.larkfield-software\.example)"', page) for page in pages]
        assert [len(found) for found in guests] == [1, 1] and guests[0] != guests[1]

    visit(World(), tmp_path, talk)


@pytest.mark.parametrize(("fixed", "days"), [(False, 730), (True, 90)])
def test_the_gateway_keeps_its_cookie_for_too_long_until_repaired(tmp_path: Path, fixed: bool, days: int) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        async with session.post(f"{SITE}/metrics/g/d/ccm/conversion/998877665/?gcs=G111") as answer:
            line = answer.headers["Set-Cookie"]
            assert line.startswith("_gcl_gs=") and f"Max-Age={days * 86_400};" in line and "Domain" not in line

    visit(World(fixed=fixed), tmp_path, talk)


def test_the_pixel_hands_the_value_of_its_cookie_on_and_keeps_it(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        pixel = "https://insight.adsrvr.org/track/pxl/?adv=larkfld"
        async with session.get(pixel, allow_redirects=False) as answer:
            value = answer.cookies["TDID"].value
            assert answer.headers["Location"] == f"https://ib.adnxs.com/setuid?entity=91&code={value}"
        async with session.get(pixel) as answer:
            assert answer.status == 200 and answer.url.query["code"] == value
            assert answer.cookies["uuid2"].value

    visit(World(), tmp_path, talk)


def test_hostile_cookie_names_arrive_as_sent(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        async with session.get(f"{SITE}/careers") as answer:
            names = [line.partition("=")[0] for line in answer.headers.getall("Set-Cookie")]
            assert "<script>alert(1)</script>" in names
            assert "lf_team\u009b31m" in names

    visit(World(), tmp_path, talk)


@pytest.mark.parametrize(
    ("world", "status", "words"),
    [(World(status=500), 500, "error 500"), (World(status=503), 503, "error"), (World(bot_wall=True), 403, "human")],
)
def test_faults(tmp_path: Path, world: World, status: int, words: str) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        for path in ("/", "/robots.txt", "/pricing"):
            async with session.get(SITE + path) as answer:
                assert answer.status == status
                assert words in await answer.text()
        async with session.get("https://www.google-analytics.com/g/collect") as answer:
            assert answer.status == 204

    visit(world, tmp_path, talk)


def test_a_fault_on_one_path_leaves_the_others(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        assert (await session.get(f"{SITE}/pricing")).status == 500
        assert (await session.get(f"{SITE}/")).status == 200

    visit(World(status=500, fault_paths=("/pricing",)), tmp_path, talk)


def test_a_stalled_page_never_answers_and_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async def talk(session: aiohttp.ClientSession) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await session.get(SITE, timeout=aiohttp.ClientTimeout(total=0.3))

    async def bounded() -> None:
        world = World(stall=True)
        async with asyncio.timeout(5):
            async with world, client(world, tmp_path) as session:
                await talk(session)
        assert [call.path for call in world.log] == ["/"]

    asyncio.run(bounded())


def test_a_stalled_world_in_a_thread_leaves_no_task_behind(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with in_thread(World(stall=True)) as world:

        async def talk() -> None:
            async with client(world, tmp_path) as session:
                with pytest.raises(asyncio.TimeoutError):
                    await session.get(SITE, timeout=aiohttp.ClientTimeout(total=0.3))

        asyncio.run(talk())
    gc.collect()
    assert not [t for t in threading.enumerate() if t.name == "demo-world"]
    assert "destroyed" not in caplog.text + capfd.readouterr().err


def test_a_world_in_a_thread_ends_with_its_block(tmp_path: Path) -> None:
    with in_thread(World()) as world:
        rules = world.host_resolver_rules

        async def talk() -> int:
            async with client(world, tmp_path) as session, session.get(SITE) as answer:
                return answer.status

        assert asyncio.run(talk()) == 200
    assert rules == (
        f"MAP *:80 127.0.0.1:{world.plain_port},MAP *:443 127.0.0.1:{world.tls_port},MAP * 127.0.0.1:{world.tls_port}"
    )
    with pytest.raises(aiohttp.ClientConnectorError):
        asyncio.run(talk())


def test_urls_name_the_audited_pages() -> None:
    urls = World(company_host="dynatronsoftware.com").urls()
    assert len(urls) == len(AUDITED) >= 12
    assert urls[0] == "https://dynatronsoftware.com/"
    assert not any("/internal/" in url for url in urls)
