"""Processes that die or hang under the crawl's feet: the browser's, its helpers', the driver's."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from tests.browser.fault_world import PAGES, SITE, FaultWorld, html
from tests.faults.company import expectations
from tests.faults.kills import Kills, driver, helper, itself
from tests.faults.product import Run, finish, started
from tests.faults.sabotage import BOOK
from tests.faults.site import HEALTHY, HEALTHY_CALLS, arguments, served, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(800)]

VENDOR = html("Vendor", body="<img src='https://www.facebook.com/tr?id=1&ev=PageView&noscript=1'>")
"""Calls an advertising vendor that the policy does not declare."""


@dataclass
class Made:
    run: Run
    kills: Kills
    left: list[str]

    def visit(self, path: str) -> tuple[str | None, int]:
        """Reason and attempts of a page's only visit."""
        ((reason, attempts),) = [(v.reason, v.attempts) for v in self.run.visits if v.page_url == SITE + path]
        return reason, attempts

    def detail(self, path: str) -> str:
        return " ".join(gap.detail for _, gap in self.run.bundle.rows("gaps") if gap.url == SITE + path and gap.visit)


def made(world: FaultWorld, kills: Kills, folder: Path, **bounds: object) -> Made:
    with served(world):
        options = arguments(world, expectations(folder), folder, jobs=3)
        with started(folder, *options, bounds=bounds) as kills.run:
            run = finish(kills.run, 300)
            return Made(run, kills, run.left())


def at_the_second_load(world: FaultWorld, path: str, text: str) -> None:
    """Discovery sees a page like any other, the visits see this."""
    world.pages.pop(path, None)

    async def answer(request: web.Request) -> web.StreamResponse:
        first = world.count[f"site.test{path}"] == 1
        return web.Response(text=html("First") if first else text, content_type="text/html")

    world.more[f"site.test{path}"] = answer


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    world = site("/kill-gpu", "/kill-network", "/kill-renderer", "/kill-browser", "/stop-browser", "/bomb", "/vendor")
    kills = Kills()
    kills.page(world, "/kill-gpu", helper("--type=gpu-process"))
    kills.page(world, "/kill-network", helper("NetworkService"))
    kills.page(world, "/kill-renderer", helper("--type=renderer"))
    kills.page(world, "/kill-browser", itself)
    kills.page(world, "/stop-browser", itself, signal.SIGSTOP, times=1)
    at_the_second_load(world, "/bomb", PAGES["/bomb"])
    world.pages["/vendor"] = VENDOR
    yield made(world, kills, tmp_path_factory.mktemp("browsers"))


@pytest.fixture(scope="module")
def drivers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("drivers")
    world, kills, steering = site("/kill-driver", "/stop-driver", "/die-at-once"), Kills(), driver(folder / BOOK)
    kills.page_at_once(world, "/die-at-once", itself)
    kills.page(world, "/kill-driver", steering)
    kills.page(world, "/stop-driver", steering, signal.SIGSTOP, times=1)
    # A third attempt, because a driver that is killed takes other visits along, also the one that stops another.
    bounds = {"crawler.browser.driver._ANSWER_S": 5, "sabotage": "keep_a_book_of_drivers", "attempts": 3}
    yield made(world, kills, folder, **bounds)


def test_every_process_was_hit(browsers: Made, drivers: Made) -> None:
    hit = browsers.kills.done | drivers.kills.done
    assert {path for path, times in hit.items() if times} == {
        "/kill-gpu", "/kill-network", "/kill-renderer", "/kill-browser", "/stop-browser", "/kill-driver",
        "/stop-driver", "/die-at-once",
    }  # fmt: skip
    assert drivers.kills.done["/die-at-once"] >= 5, "twice in discovery, once in each attempt"


def test_a_gpu_process_that_dies_is_replaced_by_the_browser(browsers: Made) -> None:
    assert browsers.visit("/kill-gpu")[0] is None


def test_a_network_process_that_dies_takes_the_log_along(browsers: Made) -> None:
    """Chromium starts another one, which begins the log anew: the page looks fine, and half its requests are gone."""
    assert browsers.visit("/kill-network") == ("netlog-incomplete", 2)


@pytest.mark.parametrize(("path", "says"), [("/kill-renderer", "renderer crashed"), ("/kill-browser", "browser died")])
def test_a_browser_that_dies_costs_its_own_visit(path: str, says: str, browsers: Made) -> None:
    assert browsers.visit(path) == ("crash", 2)
    assert says in browsers.detail(path)


def test_a_page_that_eats_all_memory_costs_its_own_visit(browsers: Made) -> None:
    reason, attempts = browsers.visit("/bomb")
    assert reason in ("crash", "timeout") and attempts == 2


def test_a_browser_that_hangs_is_ended_and_its_visit_made_again(browsers: Made) -> None:
    assert browsers.visit("/stop-browser") == (None, 2)


def test_a_violation_weighs_more_than_what_was_not_seen(browsers: Made) -> None:
    assert browsers.run.code == browsers.run.verdicts["exit_code"] == 1, browsers.run.out + browsers.run.err
    assert {gap["reason"] for gap in browsers.run.verdicts["gaps"]} >= {"crash", "netlog-incomplete"}


def test_a_page_that_kills_the_driver_costs_its_own_visit(drivers: Made) -> None:
    assert drivers.visit("/kill-driver") == ("crash", 3)
    assert drivers.run.code == drivers.run.verdicts["exit_code"] == 3, drivers.run.out + drivers.run.err


def test_a_driver_that_hangs_is_replaced(drivers: Made) -> None:
    assert drivers.visit("/stop-driver")[0] is None


def test_discovery_goes_on_when_a_page_takes_its_browser_down(drivers: Made) -> None:
    told = {gap.url for _, gap in drivers.run.bundle.rows("gaps") if gap.arm == "all"}
    assert told == {f"{SITE}/die-at-once"}, "the links of every other page are known"
    assert drivers.visit("/die-at-once") == ("crash", 3)


@pytest.mark.parametrize("which", ["browsers", "drivers"])
def test_nothing_is_left_and_the_evidence_holds(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    assert made.left == []
    assert made.run.bundle.verify() == [] and made.run.err == ""
    assert made.visit("/")[0] is None and made.visit(HEALTHY)[0] is None
    healthy = {row.url for _, row in made.run.bundle.rows("requests") if row.page_url == SITE + HEALTHY}
    assert healthy.issuperset(HEALTHY_CALLS) and made.run.bundle.damage == []
