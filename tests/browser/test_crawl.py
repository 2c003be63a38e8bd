"""The crawl when something goes wrong: interrupted, no disk, a bug, a flaky site. The bundle always tells."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest

from crawler.browser.crawl import CrawlFailed, crawl
from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.orphans import PREFIX
from crawler.browser.settle import Settling
from crawler.browser.visit import Recording
from crawler.bundle import Bundle, BundleWriter
from crawler.claims import Company, Policy
from crawler.evidence import Arm
from tests.browser.fault_world import SITE, FaultWorld, html, running, sending
from tests.browser.test_discovery import robots, site
from tests.browser.test_visit import options

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]


@dataclass
class Watched:
    """An observer that counts, and may do something at the first visit."""

    recordings: list[Recording] = field(default_factory=list)
    planned: int = 0

    def discovering(self, pages: int) -> None:
        pass

    def visiting(self, total: int, pages: int) -> None:
        self.planned = total

    def visited(self, recording: Recording) -> None:
        self.recordings.append(recording)


def company(folder: Path, *sites: str) -> Company:
    path = folder / "company.yaml"
    path.write_text("company: Fault Works\n")
    policy = Policy(
        url=None, read_on=date(2026, 11, 22), text="We use cookies.", text_sha256="", published="We use cookies."
    )
    return Company(
        key="company", company="Fault Works", policy=policy, sites=sites or (f"{SITE}/",), own_domains=(), claims=(),
        attestations=(), waivers=(), path=path, file_sha256="",
    )  # fmt: skip


async def _crawl(world: FaultWorld, folder: Path, *sites: str, **changes: Any) -> tuple[bool, Watched]:
    watched = Watched()
    asked: dict[str, Any] = {"repeat": 1, "jobs": 2, "max_pages": 5, "attempts": 1, "trace": False}
    asked |= {"settling": Settling(least_s=0.2, quiet_s=0.2, cap_s=2), "navigation_timeout_s": 6, "deadline_s": 18}
    (folder / "run").mkdir()
    async with running(world):
        crawling = CrawlOptions(launch=options(world), **(asked | changes))
        finished = await crawl(company(folder, *sites), crawling, folder / "run", watched)
    return finished, watched


def crawled(world: FaultWorld, folder: Path, *sites: str, **changes: Any) -> tuple[Bundle, Watched]:
    finished, watched = asyncio.run(_crawl(world, folder, *sites, **changes))
    assert finished
    bundle = Bundle(folder / "run")
    assert bundle.verify() == []
    return bundle, watched


def gaps(bundle: Bundle) -> Counter[tuple[str, str]]:
    return Counter((gap.arm, gap.reason) for _, gap in bundle.rows("gaps"))


def browsers_of(pid: int) -> list[str]:
    mark = f"{tempfile.gettempdir()}/{PREFIX}-{pid}-"
    found = []
    for process in psutil.process_iter():
        try:
            if any(mark in argument for argument in process.cmdline()):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def left_by(pid: int) -> list[str]:
    """Processes and folders that a run of this process left behind."""
    return browsers_of(pid) + [str(path) for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}-{pid}-*")]


def test_a_good_site_beside_bad_pages(tmp_path: Path) -> None:
    world = site("/plain", "/500", "/wall", "/spins", plain=html("Plain"))

    async def spins(request: Any) -> Any:
        first = world.count["site.test/spins"] == 1
        return await sending(html("Spin", "" if first else "setTimeout(() => { while (true); }, 50)"))(request)

    world.more["site.test/spins"] = spins
    bundle, watched = crawled(world, tmp_path, deadline_s=8)
    visits = {(v.page_url.removeprefix(SITE), v.arm): v.reason for _, v in bundle.rows("visits")}
    expected = {"/": None, "/plain": None, "/500": "http-error", "/wall": "bot-wall", "/spins": "timeout"}
    assert visits == {(path, arm): why for path, why in expected.items() for arm in (Arm.CONTROL, Arm.GPC)}
    assert len(watched.recordings) == watched.planned == 10
    assert gaps(bundle)["all", "http-error"] == 2, "discovery tells which links it does not know"
    assert bundle.manifest["complete"] and set(bundle.manifest["unread"]) == {f"{SITE}/500", f"{SITE}/wall"}
    assert left_by(os.getpid()) == []


def test_a_page_that_fails_once_is_visited_again(tmp_path: Path) -> None:
    world = site()
    seen: Counter[str] = Counter()

    async def flaky(request: Any) -> Any:
        kind = "gpc" if request.headers.get("Sec-GPC") else "control"
        seen[kind] += 1
        wrong = seen[kind] == (1 if kind == "gpc" else 2)  # discovery was the first to ask in the control arm
        return await sending("wait" if wrong else html("Now"), "text/html", 503 if wrong else 200)(request)

    world.more["site.test/"] = flaky
    bundle, watched = crawled(world, tmp_path, attempts=3, jobs=1)
    visits = [(v.arm, v.ok, v.attempts) for _, v in bundle.rows("visits")]
    assert sorted(visits) == [(Arm.CONTROL, True, 2), (Arm.GPC, True, 2)]
    assert list(bundle.rows("gaps")) == [] and len(watched.recordings) == 2


def test_a_page_that_never_works_is_tried_so_often_and_no_more(tmp_path: Path) -> None:
    world = site(more={"/": sending("no", "text/html", 503)})
    bundle, _ = crawled(world, tmp_path, attempts=2, arms=(Arm.GPC,))
    assert [(v.ok, v.attempts, v.reason) for _, v in bundle.rows("visits")] == [(False, 2, "http-error")]
    assert gaps(bundle) == {("gpc", "http-error"): 1, ("all", "http-error"): 1}


@pytest.mark.parametrize(
    ("start", "reasons"),
    [
        ("https://bad.test/", {("all", "unreachable"), ("control", "unreachable"), ("gpc", "unreachable")}),
        (f"{SITE}/away", {("control", "redirected-away"), ("gpc", "redirected-away")}),
        (f"{SITE}/pdf", {("control", "not-html"), ("gpc", "not-html")}),
        (f"{SITE}/private", {("all", "robots"), ("all", "no-pages")}),
    ],
)
def test_a_site_that_shows_nothing_is_a_gap(start: str, reasons: set[tuple[str, str]], tmp_path: Path) -> None:
    world = site(more=robots("User-agent: *", "Disallow: /private"))
    world.more["away.test/plain"] = sending(html("Away"))
    bundle, _ = crawled(world, tmp_path, start)
    assert set(gaps(bundle)) == reasons
    assert not [visit for _, visit in bundle.rows("visits") if visit.ok]


def test_a_bug_of_ours_makes_gaps_and_the_run_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise KeyError("seeded bug")

    monkeypatch.setattr("crawler.collectors.requests.build", fail)
    bundle, watched = crawled(site(), tmp_path)
    assert gaps(bundle) == {("control", "error"): 1, ("gpc", "error"): 1}
    assert len(watched.recordings) == 2 and bundle.manifest["complete"]


@pytest.mark.parametrize("stream", ["visits", "requests"])
def test_a_full_disk_ends_the_crawl_at_once(stream: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add = BundleWriter.add

    def full(self: BundleWriter, to: str, row: object) -> int:
        if to == stream:
            raise OSError(28, "No space left on device")
        return add(self, to, row)

    monkeypatch.setattr(BundleWriter, "add", full)
    world = site(*(f"/p{n}" for n in range(4)), **{f"p{n}": html("P") for n in range(4)})
    start = time.monotonic()
    with pytest.raises(CrawlFailed, match="No space left"):
        asyncio.run(_crawl(world, tmp_path, repeat=3))
    assert time.monotonic() - start < 40
    assert Bundle(tmp_path / "run").manifest["complete"] is False
    assert left_by(os.getpid()) == []


def test_a_broken_observer_is_our_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Watched, recording: Recording) -> None:
        raise ValueError("seeded bug")

    monkeypatch.setattr(Watched, "visited", broken)
    with pytest.raises(CrawlFailed, match="seeded bug"):
        asyncio.run(_crawl(site(), tmp_path))
    assert left_by(os.getpid()) == []


PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.browser.fault_world import html
from tests.browser.test_crawl import _crawl, Watched, site
from tests.browser.test_discovery import links
world = site(*(f"/p{n}" for n in range(4)), **{f"p{n}": html("P") for n in range(4)})
mode = sys.argv[2]
if mode == "discovery":
    world.pages["/"] = links("/stall")
else:
    world.pages["/"] = html("Busy", "setInterval(() => fetch('/ok'), 100)", "<a href='/p1'>1</a><a href='/p2'>2</a>")
visiting = Watched.visiting
def said(self, total, pages):
    visiting(self, total, pages)
    print("visiting", flush=True)
Watched.visiting = said
Watched.discovering = lambda self, pages: print("discovering", flush=True)
slow = {"navigation_timeout_s": 60, "deadline_s": 90} if mode == "discovery" else {}
finished, _ = asyncio.run(_crawl(world, Path(sys.argv[1]), repeat=9, **slow))
print("finished" if finished else "interrupted", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("mode", "word", "wait_s"), [("visits", "visiting", 2.5), ("discovery", "discovering", 1.0)])
def test_interrupting_keeps_what_was_seen(
    mode: str, word: str, wait_s: float, number: signal.Signals, tmp_path: Path
) -> None:  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path), mode], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2], start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert any(line.strip() == word for line in iter(process.stdout.readline, ""))
        time.sleep(wait_s)
        assert browsers_of(process.pid), "a browser must be running, or this proves nothing"
        os.killpg(process.pid, number)
        start = time.monotonic()
        out, err = process.communicate(timeout=45)
        assert time.monotonic() - start < 25
    finally:
        if process.poll() is None:
            process.kill()
    assert out.strip().endswith("interrupted") and process.returncode == 0, err[-2000:]
    bundle = Bundle(tmp_path / "run")
    assert bundle.verify() == [] and bundle.manifest["interrupted"] is True
    assert bundle.manifest["discovered"] is (mode == "visits"), "half a page list is not gone on with"
    found = gaps(bundle)
    assert found["all", "interrupted"] == 1
    if mode == "visits":
        cut = [visit for _, visit in bundle.rows("visits") if visit.reason == "interrupted"]
        assert 1 <= len(cut) <= 4, "the visits under way and the next in line, not all that were planned"
    assert left_by(process.pid) == []


def test_links_of_a_page_are_no_gap_when_they_are_merely_dead(tmp_path: Path) -> None:
    bundle, _ = crawled(site("/gone", "/also-gone"), tmp_path, arms=(Arm.CONTROL,))
    assert list(bundle.rows("gaps")) == []
    assert set(bundle.manifest["skipped"].values()) == {"HTTP 404"}
