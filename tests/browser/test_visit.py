"""The visit engine against sites that misbehave: every visit ends in time, tells what happened, and leaves nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
import websockets
from playwright.async_api import async_playwright

from crawler.browser.find import find
from crawler.browser.launch import LaunchOptions
from crawler.browser.process_tree import browser_process
from crawler.browser.settle import Settling
from crawler.browser.visit import Engine, Recording
from crawler.browser.visit_plan import PlannedVisit
from crawler.browser.visits import write
from crawler.bundle import Bundle, BundleWriter
from crawler.bundle.redact import Redactor
from crawler.evidence import Arm
from tests.browser.fault_world import SITE, FaultWorld, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PATIENT, SHORT = (30.0, 80.0), (5.0, 12.0)
"""Seconds for a navigation, and for the whole visit; the short ones for pages that come to no end."""
CLOSING_S = 20.0
"""What launching before, and closing and reading after the deadline may take on a busy machine."""
NETLOG_LIMIT_BYTES = 200_000_000
Act = Callable[[Path], Awaitable[None]]


async def kill_browser(folder: Path) -> None:
    """Kill the browser of a visit once its page has called the tracker."""
    process = await _until(lambda: browser_process(folder / "profile"))
    await _called_tracker(folder)
    process.kill()


async def crash_page(folder: Path) -> None:
    """Crash the renderer over a DevTools connection of the test's own."""
    port = await _until(lambda: folder / "profile" / "DevToolsActivePort", lambda path: path.exists())
    number, _, path = port.read_text().strip().partition("\n")
    await _called_tracker(folder)
    async with websockets.connect(f"ws://127.0.0.1:{number}{path}", max_size=None, proxy=None) as socket:
        await socket.send('{"id": 1, "method": "Target.getTargets"}')
        targets = orjson.loads(await socket.recv())["result"]["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        attach = {"id": 2, "method": "Target.attachToTarget", "params": {"targetId": page, "flatten": True}}
        await socket.send(orjson.dumps(attach).decode())
        while (answer := orjson.loads(await socket.recv())).get("id") != 2:
            pass
        session = answer["result"]["sessionId"]
        await socket.send(orjson.dumps({"id": 3, "method": "Page.crash", "sessionId": session}).decode())
        await asyncio.sleep(0.5)


async def _called_tracker(folder: Path) -> None:
    log = folder / "netlog.json"
    await _until(lambda: log.exists() and b"/pixel?page=plain" in log.read_bytes())
    await asyncio.sleep(0.3)


async def _until(look: Callable[[], Any], good: Callable[[Any], object] = bool) -> Any:
    for _ in range(400):
        found = await asyncio.to_thread(look)
        if good(found):
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError


@dataclass(frozen=True)
class Case:
    """`reason` None: the visit counts. Several reasons: which one it is depends on who is faster."""

    path: str
    reason: str | tuple[str | None, ...] | None = None
    detail: str = ""
    final: str | None = None
    """Path of the address that the visit must end on."""
    sends: tuple[str, ...] = ()
    """Addresses that must be among the requests, gap or not."""
    act: Act | None = None
    name: str = ""

    def url(self) -> str:
        return self.path if "://" in self.path else SITE + self.path

    @property
    def reasons(self) -> tuple[str | None, ...]:
        return self.reason if isinstance(self.reason, tuple) else (self.reason,)

    @property
    def bounds(self) -> tuple[float, float]:
        """Seconds for a navigation, and for the whole visit."""
        return SHORT if "timeout" in self.reasons and None not in self.reasons else PATIENT


def pixel(page: str) -> tuple[str, ...]:
    return (f"https://tracker.test/pixel?page={page}",)


CASES = (
    Case("/plain", final="/plain", sends=pixel("plain"), name="the first of all"),
    Case("/stall", "timeout", "ms exceeded", sends=(f"{SITE}/stall",)),
    Case("/drip", "timeout", "ms exceeded"),
    Case("/loop", "unreachable", "REDIRECTS"),
    Case("/big"),
    Case("/endless", ("flood", "timeout")),
    Case("/flood", sends=(f"{SITE}/ok?0", f"{SITE}/ok?1999")),
    Case("/dialogs", sends=pixel("dialogs")),
    Case("/dialogs-for-ever", "timeout"),
    Case("/popups", sends=(f"{SITE}/ok?popup1", f"{SITE}/ok?popup29")),
    Case("/more-popups", "flood", "windows"),
    Case("/auto-download", final="/auto-download", sends=pixel("download")),
    Case("/beforeunload"),
    Case("/401", "http-error", "401"),
    Case("https://untrusted.test/", "unreachable", "CERT"),
    Case("https://bad.test/", "unreachable", "NAME_NOT_RESOLVED"),
    Case("/reset", "unreachable"),
    Case("/half", ("unreachable", "timeout")),
    Case("/plain", "crash", act=kill_browser, name="browser killed", sends=pixel("plain")),
    Case("/plain", "crash", act=crash_page, name="renderer crashed", sends=pixel("plain")),
    Case("/bomb", ("crash", "timeout")),
    Case("/spin", "timeout", "ms exceeded"),
    Case("/spin-later", "timeout", sends=pixel("spin")),
    Case("/spin-on-scroll", "timeout"),
    Case("/204", "not-html", "204"),
    Case("/pdf", "not-html"),
    Case("/octet", "not-html"),
    Case("/file.bin", "not-html"),
    Case("/text", "not-html", "text/plain"),
    Case("/json", "not-html", "application/json"),
    Case("/empty", "empty", "no content"),
    Case("/broken-encoding"),
    Case("/500", "http-error", "500"),
    Case("/500-empty", "http-error", "500"),
    Case("/404-empty", "http-error", "404"),
    Case("/wall", "bot-wall", "Cloudflare"),
    Case("/moves-inside", final="/plain", sends=pixel("plain")),
    Case("/moves-at-once", final="/plain", sends=pixel("plain")),
    Case("/moves-while-parsing", final="/plain", sends=pixel("plain")),
    Case("/moves-away", "redirected-away", "away.test"),
    Case("/moves-to-nothing", "unreachable"),
    Case("/moves-to-500", "http-error", "500"),
    Case("/refresh-inside", final="/plain", sends=pixel("plain")),
    Case("/refresh-away", "redirected-away", "away.test"),
    Case("/away", "redirected-away", "away.test"),
    Case("/reloads", "flood", "led itself on"),
    Case("/history", (None, "timeout")),
    Case("/hashes", (None, "timeout")),
    Case("/closes"),  # only what a script opened may it close
    Case("/overrides", sends=pixel("overrides")),
    Case("/names"),
    Case("/half-a-pair"),  # the browser then tells its cookies in JSON that strict readers refuse
    Case("/writes-later", sends=pixel("w")),
    Case("/service-worker", sends=(f"{SITE}/ok?sw", "https://tracker.test/pixel?page=sw")),
    Case("/frames"),
    Case("/stalled-script", "timeout", sends=("https://tracker.test/stall",)),
    Case("/stalled-image", sends=("https://tracker.test/stall",)),
    Case("/first-only", "http-error", "second view: HTTP 503", name="the first visit"),
    Case("/first-only", "http-error", "503", name="the second visit is answered otherwise"),
    Case("/plain", final="/plain", sends=pixel("plain"), name="the last of all"),
)
IDS = [case.name or case.path for case in CASES]


@dataclass
class Seen:
    recording: Recording
    seconds: float


@dataclass
class World:
    seen: list[Seen]
    left_files: list[str]
    left_processes: list[str]
    workspace: Path


def options(world: FaultWorld) -> LaunchOptions:
    return LaunchOptions(
        browser=find(allow_install=False), host_resolver_rules=world.rules, spki_hashes=(world.spki,)
    )  # fmt: skip


async def _visit_all(workspace: Path, cases: tuple[Case, ...]) -> World:
    jobs = 2
    gate = asyncio.Semaphore(jobs)
    first = asyncio.Event()

    async def one(number: int, case: Case) -> Seen:
        if "second visit" in case.name:
            await first.wait()
        async with gate:
            planned = PlannedVisit(number=number, url=case.url(), arm=Arm.GPC, repetition=1)
            start = time.monotonic()
            acting = asyncio.create_task(case.act(workspace / f"{planned.id}.1")) if case.act else None
            recording = await engines[case.bounds].visit(planned)
            if acting is not None:
                await acting
            if case.name == "the first visit":
                first.set()
            return Seen(recording, time.monotonic() - start)

    async with running(FaultWorld()) as world, async_playwright() as playwright:
        engines = {
            bounds: Engine(
                playwright,
                options(world),
                workspace=workspace,
                sites=(SITE, "https://bad.test/", "https://untrusted.test/"),
                own_domains=(),
                settling=Settling(least_s=0.3, quiet_s=0.3, wait_s=0.3, cap_s=2),
                redactor=Redactor(),
                navigation_timeout_s=bounds[0],
                deadline_s=bounds[1],
                netlog_limit_bytes=NETLOG_LIMIT_BYTES,
                jobs=jobs,
            )
            for bounds in {case.bounds for case in cases}
        }
        seen = await asyncio.gather(*(one(number, case) for number, case in enumerate(cases)))
    left = [" ".join(p.cmdline()) for p in psutil.process_iter() if any(str(workspace) in a for a in _arguments(p))]
    return World(list(seen), [str(path) for path in workspace.rglob("*")], left, workspace)


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield asyncio.run(_visit_all(tmp_path_factory.mktemp("visits"), CASES))


@pytest.mark.parametrize("number", range(len(CASES)), ids=IDS)
def test_a_visit_ends_as_it_should(made: World, number: int) -> None:
    case, seen = CASES[number], made.seen[number]
    recording = seen.recording
    visit, gap = recording.visit, recording.gap
    said = f"{visit.reason}: {gap.detail if gap else ''} after {seen.seconds:.1f} s"
    assert visit.reason in case.reasons, said
    assert visit.ok == (visit.reason is None) == (gap is None)
    assert seen.seconds < case.bounds[1] + CLOSING_S, said
    if gap is not None:
        assert gap.url == visit.page_url == case.url() and gap.visit == visit.id
        assert case.detail in gap.detail
        assert len(gap.detail) < 500 and gap.detail.isprintable(), "a sentence for a person"
    else:
        assert visit.signal is not None and visit.signal.proven
        assert recording.page is not None and visit.settled in ("quiet", "cap")
    if case.final is not None:
        assert visit.final_url == SITE + case.final
    urls = {request.url for request in recording.requests}
    assert urls.issuperset(case.sends), f"missing of {sorted(urls)[:20]}"


def test_nothing_is_left(made: World) -> None:
    assert made.left_processes == []
    assert made.left_files == []


def test_whatever_came_can_be_written_and_read(made: World, tmp_path: Path) -> None:
    writer = BundleWriter(tmp_path / "run")
    for seen in made.seen:
        write(writer, seen.recording)
    writer.close({})
    bundle = Bundle(tmp_path / "run")
    assert [visit.id for _, visit in bundle.rows("visits")] == [seen.recording.visit.id for seen in made.seen]
    for stream in ("requests", "cookies", "storage", "pages", "gaps"):
        assert sum(1 for _ in bundle.rows(stream)) > 0
    assert bundle.damage == [] and bundle.verify() == []


def test_cookies_of_a_visit_that_was_cut_off_are_kept(made: World) -> None:
    cut = made.seen[IDS.index("/spin-later")].recording
    assert {"t"} <= {cookie.name for cookie in cut.cookies if cookie.blocked_reason is None}


def test_hostile_pages_do_not_change_what_is_read(made: World) -> None:
    page = made.seen[IDS.index("/overrides")].recording.page
    assert page is not None and page.title == "Overrides"
    assert [value.rpartition("=")[2] for value in page.gpc_property] == ["true"]


def test_addresses_are_bounded(made: World) -> None:
    recording = made.seen[IDS.index("/names")].recording
    assert recording.page is not None
    assert max(len(url) for url in (recording.visit.final_url or "", recording.page.final_url)) <= 65_536


@pytest.mark.parametrize(
    "broken", ["visit.requests.build", "visit.cookies.build", "visit.storage.rows", "story.page_facts.read"]
)
def test_a_bug_of_ours_costs_its_own_visit_only(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def fail(*arguments: object, **named: object) -> None:
        raise RuntimeError("seeded bug")

    monkeypatch.setattr(f"crawler.browser.{broken}", fail)
    world = asyncio.run(_visit_all(tmp_path, (replace(CASES[0], name=""),)))
    (seen,) = world.seen
    assert seen.recording.visit.reason == "error" and seen.recording.gap is not None
    assert "seeded bug" in seen.recording.gap.detail
    assert world.left_files == [] and world.left_processes == []
