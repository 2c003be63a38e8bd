"""Recording changes nothing that a site does or sees, but for what is accounted for, one by one.

Visits without any DevTools line and visits as a run makes them go to the same pages, interleaved. What all bare visits
agree on, the recorded ones must show, too; where the bare ones differ among themselves, nothing can be said, and a test
sees to it that this is next to nothing.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from crawler.browser.authority import Authority
from crawler.browser.find import find
from crawler.browser.neutral import KNOWN, Shown, Values, differences, known
from crawler.browser.user_agent import brands
from crawler.evidence import Arm
from tests.neutrality.visitors import STILL, bare, command_line, recorded, shown
from tests.neutrality.world import NAMES, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ROUNDS = 2
ARMS = (Arm.CONTROL, Arm.GPC)
REALMS = {
    *("page", "frame", "cross-site-frame", "nested-frame", "sandboxed", "popup", "cross-site-popup", "second"),
    *("worker", "module-worker", "blob-worker", "shared-worker", "service-worker"),
    *("shop-diary", "app-diary", "shop-left", "second-left"),
}
SLOWEST, FLOOR_MS = 10, 50
"""A page that is held back (timers once a second, no frames) is slower than this many times; a busy machine is not."""
TOUCHING = replace(STILL, scroll_steps=4, hover_targets=4, focus_fields=4)


@dataclass(frozen=True)
class Visits:
    bare: tuple[World, ...]
    recorded: tuple[World, ...]

    @property
    def shown(self) -> tuple[list[Shown], list[Shown]]:
        return [shown(world) for world in self.bare], [shown(world) for world in self.recorded]

    @property
    def differences(self) -> Values:
        return differences(*self.shown)


@dataclass(frozen=True)
class Made:
    arms: dict[Arm, Visits]
    touched: World
    """A recorded visit that scrolls, points and focuses."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return _made(tmp_path_factory.mktemp("neutrality"))


@cache
def _made(folder: Path) -> Made:
    return asyncio.run(_visit_all(folder))


async def _visit_all(folder: Path) -> Made:
    authority = Authority(NAMES.values())
    found: dict[tuple[Arm, str], list[World]] = {(arm, who): [] for arm in ARMS for who in ("bare", "recorded")}
    async with async_playwright() as playwright:
        line = await command_line(playwright, authority, folder / "line")
        for number in range(ROUNDS):
            # Every second round backwards, so that none always comes after the same other.
            order = list(itertools.product(ARMS, ("bare", "recorded")))
            for arm, who in order if number % 2 == 0 else reversed(order):
                place = folder / f"{arm}-{who}-{number}"
                if who == "bare":
                    world = await bare(authority, line, arm, place)
                else:
                    world = await recorded(playwright, authority, arm, place)
                found[arm, who].append(world)
        touched = await recorded(playwright, authority, Arm.CONTROL, folder / "touched", TOUCHING)
    arms = {arm: Visits(tuple(found[arm, "bare"]), tuple(found[arm, "recorded"])) for arm in ARMS}
    return Made(arms, touched)


def told(found: Values) -> str:
    return "\n".join(f"{where} | {what}: {bare} became {recorded}" for (where, what), (bare, recorded) in found.items())


@pytest.mark.parametrize("arm", ARMS)
def test_the_bare_visitor_does_it_all(made: Made, arm: Arm) -> None:
    for world in made.arms[arm].bare:
        assert set(world.reports) == {*REALMS, "timing"}
        diary = world.reports["shop-diary"]["phases"] + "\n" + world.reports["app-diary"]["phases"]
        for phase in ("service worker ready: true", "controlled: true", "socket: hello", "event source: first"):
            assert phase in diary
        assert (
            "no answer" not in diary and "broke off" not in diary and "failed: T" not in diary.replace("refused: f", "")
        )
        sent = {
            (asked.method, asked.url.partition("?")[0].partition("//")[2].partition("/")[2]) for asked in world.asked
        }
        for wanted in (
            "OPTIONS preflighted",
            "POST ping",
            "POST leaving",
            "GET prefetched.html",
            "GET while-installing",
        ):
            assert tuple(wanted.split()) in sent
        assert not any("far." in asked.url for asked in world.asked), "what is far down waits for a reader"
        carried = [asked for asked in world.asked if ("Sec-GPC", "1") in asked.headers]
        assert bool(carried) is (arm is Arm.GPC)


@pytest.mark.parametrize("arm", ARMS)
def test_bare_visits_agree_among_themselves(made: Made, arm: Arm) -> None:
    first, *others = made.arms[arm].shown[0]
    noise = differences([first], others)
    assert len(noise) <= 5, told(noise)


@pytest.mark.parametrize("arm", ARMS)
def test_recording_changes_nothing_that_is_not_accounted_for(made: Made, arm: Arm) -> None:
    found = made.arms[arm].differences
    assert not {key: values for key, values in found.items() if known(key) is None}, told(
        {key: values for key, values in found.items() if known(key) is None}
    )


def test_each_thing_that_is_accounted_for_is_still_there(made: Made) -> None:
    seen = {known(key) for visits in made.arms.values() for key in visits.differences}
    assert [one.what for one in KNOWN if one not in seen] == []


def test_what_is_known_to_differ_is_what_was_meant(made: Made) -> None:
    """The identity of a person's browser and nothing else, with exactly the values that the override gives."""
    browser = find(None)
    short = ", ".join(f'"{one["brand"]}";v="{one["version"]}"' for one in brands(browser, str(browser.major)))
    full = ", ".join(f'"{one["brand"]}";v="{one["version"]}"' for one in brands(browser, browser.version))
    meant = {
        "sec-ch-ua": short,
        "sec-ch-ua-full-version-list": full,
        "sec-ch-ua-platform": '"Linux"',
        "sec-ch-ua-arch": '"x86"',
        "sec-ch-ua-bitness": '"64"',
        "accept-language": "en-US,en;q=0.9",
        "navigator.languages": '["en-US","en"]',
    }
    for visits in made.arms.values():
        for (where, what), (_, values) in visits.differences.items():
            if what in meant and "popup" not in where:
                assert set(values) == {meant[what]}, (where, what)
            elif what.startswith("sec-ch-") and "popup" in where:
                # The first request of a window that a page opens may be under way before the override reaches it.
                assert set(values) <= {meant[what], "", '""'}, (where, what)
            elif what == "times":
                assert "prerender" in where and set(values) == {"0"}, (where, values)


@pytest.mark.parametrize("arm", ARMS)
def test_no_page_is_held_back(made: Made, arm: Arm) -> None:
    """Ratios of medians, and wide ones: only being throttled is that slow."""
    for what in ("frame", "timer", "message"):
        without, with_it = (
            sorted(max(FLOOR_MS, world.reports["timing"][what]) for world in side)
            for side in (made.arms[arm].bare, made.arms[arm].recorded)
        )
        assert with_it[0] <= SLOWEST * without[-1], (what, without, with_it)


def test_touching_a_page_touches_nothing_else(made: Made) -> None:
    """Scrolling, pointing and focusing are seen as what they are; nobody reads or writes in the page's own world."""
    happened = made.touched.reports["second-left"]
    still = made.arms[Arm.CONTROL].recorded[0].reports["second-left"]
    allowed = {"wheel", "scroll", "mousemove", "pointermove", "mouseover", "focus", "focusin", "focusout", "blur"}
    allowed |= {"selectionchange"}  # a field that gets the focus has a caret
    allowed |= {"visual viewport resized"}  # at the first layout, which may be before or after the listener is there
    assert {"wheel", "scroll", "mousemove", "focusin"} <= set(happened)
    assert {key for key in happened if happened[key] != still.get(key)} <= allowed, (happened, still)
    assert happened["activation"] == "false false"
    assert not [key for key in happened if key.startswith(("touched", "added STYLE"))]


# --- what holds them against each other ---


def visit(*requests: str, realm: dict[str, str] | None = None, **headers: str) -> Shown:
    made = Shown()
    for request in requests:
        made.request("GET", f"https://a.test/{request}", tuple(headers.items()), b"")
    if realm is not None:
        made.realm("page", realm)
    return made


@pytest.mark.parametrize(
    ("bare", "recorded", "found"),
    [
        ([visit("a")], [visit("a")], set()),
        ([visit("a")], [visit("a", "a")], {("GET https://a.test/a", "times")}),
        ([visit("a", x="1")], [visit(x="1")], {("GET https://a.test/a", "times")}),
        ([visit("a", x="1")], [visit("a", x="2")], {("GET https://a.test/a", "x")}),
        ([visit("a"), visit("a", "a")], [visit("a", "a", "a")], set()),
        ([visit("a"), visit("a")], [visit("a"), visit("a", "a")], {("GET https://a.test/a", "times")}),
        ([visit(realm={"x": "1"})], [visit(realm={"x": "1", "y": "2"})], {("realm page", "y")}),
        ([visit(realm={"x": "1"})], [visit()], {("realm page", "reports")}),
        (
            [visit("a", x="1", y="2")],
            [visit("a", y="2", x="1")],
            {("GET https://a.test/a", "order of headers"), ("GET https://a.test/a", "order of all headers")},
        ),
    ],
)
def test_what_counts_as_a_difference(
    bare: Sequence[Shown], recorded: Sequence[Shown], found: set[tuple[str, str]]
) -> None:
    assert set(differences(bare, recorded)) == found


def test_only_what_stands_in_the_list_is_known() -> None:
    assert known(("GET https://a.test/x", "sec-ch-ua-arch")) is not None
    assert known(("GET https://a.test/x", "times")) is None
    assert known(("GET https://a.test/x", "order of headers")) is None
    assert known(("realm page", "globals")) is None
    assert known(("realm page", "sec-ch-ua")) is None
