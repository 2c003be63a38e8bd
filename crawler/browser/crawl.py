"""One company from start URLs to a sealed bundle: discover once, visit in every arm, write as it goes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from playwright.async_api import Error
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner

from crawler.browser.crawl_options import CrawlOptions
from crawler.browser.discovery import Discovered, DiscoverySpider
from crawler.browser.driver import Driver
from crawler.browser.handler import scrapy_settings
from crawler.browser.launch import LaunchFailed
from crawler.browser.name_servers import NameServers
from crawler.browser.open_files import allow_many
from crawler.browser.orphans import workspace
from crawler.browser.page_list import canonical
from crawler.browser.run_folder import RunFolder, begin, take_up
from crawler.browser.steady_fetch import SteadyFetcher
from crawler.browser.visit import Engine, Recording
from crawler.browser.visit_plan import PlannedVisit
from crawler.browser.visits import BundlePipeline, VisitSpider
from crawler.bundle import Bundle, RunKey, layout
from crawler.bundle.redact import Redactor
from crawler.claims import Company
from crawler.evidence import Gap

STOPPING_S = 12.0
"""What an interrupted crawl gets for closing its browsers and writing what they saw."""
_STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Observer(Protocol):
    """Who wants to know how far the crawl is."""

    def resuming(self, kept: int) -> None:
        """The run was stopped and goes on; so many visits are made already."""

    def discovering(self, pages: int) -> None:
        """So many pages were found up to now."""

    def visiting(self, total: int, pages: int) -> None:
        """The page list is fixed; so many visits follow."""

    def visited(self, recording: Recording) -> None:
        """One visit ended, well or not."""


class CrawlFailed(RuntimeError):
    """Our own failure, not the site's: no disk, a broken part. The text is for the person."""


async def crawl(company: Company, options: CrawlOptions, run_dir: Path, observer: Observer) -> bool:
    """Crawl one company into `run_dir` and seal the bundle. Returns False when it was interrupted.

    What a site does ends up as evidence or as a gap, never as an exception. Raises `CrawlFailed` for our own failures;
    the bundle then holds what was written until then, and can be resumed.
    """
    with begin(company, options, run_dir) as run:
        return await _record(company, options, run, observer)


async def resume(company: Company, options: CrawlOptions, bundle: Bundle, key: RunKey, observer: Observer) -> bool:
    """Go on with a run that was stopped, by the options with which it began; as `crawl` otherwise.

    Raises `CannotResume` besides, before anything was changed.
    """
    with take_up(bundle, options, key) as run:
        observer.resuming(len(run.kept or ()))
        return await _record(company, options, run, observer)


async def _record(company: Company, options: CrawlOptions, run: RunFolder, observer: Observer) -> bool:
    allow_many()
    try:
        with _interruptible() as interrupted, workspace() as folder:
            if run.found is None or run.left(options):
                async with Driver() as playwright:
                    await _see(playwright, company, options, folder, run, observer, interrupted)
            stopped = interrupted.is_set()
        assert run.found is not None
        run.seal(_gaps(company, run.found, stopped), stopped=stopped)
    except (LaunchFailed, Error) as error:
        raise CrawlFailed(str(error)) from error
    except OSError as error:
        raise CrawlFailed(f"the evidence could not be written: {error}") from error
    return not stopped


async def _see(
    playwright: Driver,
    company: Company,
    options: CrawlOptions,
    folder: Path,
    run: RunFolder,
    observer: Observer,
    interrupted: asyncio.Event,
) -> None:
    if run.found is None:
        found = await _discover(playwright, company, options, folder, observer, interrupted)
        run.note_pages(found, final=not interrupted.is_set())
    left = run.left(options)
    if left and not interrupted.is_set():
        await _visit_all(playwright, company, options, folder, run, left, observer, interrupted)


async def _discover(
    playwright: Driver,
    company: Company,
    options: CrawlOptions,
    folder: Path,
    observer: Observer,
    interrupted: asyncio.Event,
) -> Discovered:
    home = folder / "discovery"
    home.mkdir()
    fetching = SteadyFetcher(playwright, options.launch, home, timeout_s=options.navigation_timeout_s, linger_s=0.5)
    async with fetching as fetcher:
        spider = await _run_spider(
            DiscoverySpider,
            scrapy_settings(options.jobs, ROBOTSTXT_OBEY=options.obey_robots),
            interrupted,
            fetcher=fetcher,
            sites=company.sites,
            policy_url=company.policy.url,
            max_pages=options.max_pages,
            max_depth=options.max_depth,
            on_page=observer.discovering,
        )
    found: Discovered = spider.found
    return found


async def _visit_all(
    playwright: Driver,
    company: Company,
    options: CrawlOptions,
    folder: Path,
    run: RunFolder,
    left: list[PlannedVisit],
    observer: Observer,
    interrupted: asyncio.Event,
) -> None:
    engine = Engine(
        playwright,
        options.launch,
        workspace=folder,
        sites=company.sites,
        own_domains=company.own_domains,
        settling=options.settling,
        redactor=Redactor(run.key.value),
        navigation_timeout_s=options.navigation_timeout_s,
        deadline_s=options.deadline_s,
        keep_netlog=run.path / layout.NETLOGS if options.keep_netlog else None,
        jobs=options.jobs,
        name_servers=NameServers.at(options.name_server) if options.name_server else None,
    )
    # While a job's page is open, another browser starts and a third is closed and read.
    spare = (options.jobs + 1) // 2
    assert run.found is not None
    observer.visiting(len(run.planned(options)), len(run.found.pages))
    await _run_spider(
        VisitSpider,
        scrapy_settings(options.jobs + spare, ITEM_PIPELINES={BundlePipeline: 100}, ROBOTSTXT_OBEY=False),
        interrupted,
        engine=engine,
        visits=left,
        attempts=options.attempts,
        writer=run.writer,
        on_visit=observer.visited,
    )


async def _run_spider(kind: type[Any], settings: dict[str, Any], interrupted: asyncio.Event, **arguments: Any) -> Any:
    """Run one spider to its end, or to its early end when the run is interrupted, and return it.

    Raises `OSError` for a disk that refuses, and `CrawlFailed` for what went wrong in our own code.
    """
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(kind)
    crawling = asyncio.ensure_future(runner.crawl(crawler, **arguments))
    opened = asyncio.Event()
    stopping = asyncio.ensure_future(_end_early(crawler, opened, interrupted))
    # Scrapy logs what a callback or a pipeline raises, and goes on.
    failures: list[BaseException] = []
    note = _noting(failures)
    crawler.signals.connect(opened.set, signals.spider_opened, weak=False)
    crawler.signals.connect(note, signals.spider_error)
    crawler.signals.connect(note, signals.item_error)
    try:
        await _ended(crawling, interrupted)
    finally:
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
    spider: Any = crawler.spider
    failure = spider.failure or next(iter(failures), None)
    if isinstance(failure, OSError):
        raise failure
    if failure is not None:
        raise CrawlFailed(f"{kind.name}: {type(failure).__name__}: {failure}") from failure
    return spider


async def _ended(crawling: asyncio.Future[None], interrupted: asyncio.Event) -> None:
    """Wait for the crawl; once the run is interrupted, no longer than it takes to write what the visits have seen.

    Scrapy may never come to its end when it is stopped while it starts (seen with 2.19 on 2026-11-22).
    """
    waiting = asyncio.ensure_future(interrupted.wait())
    either: set[asyncio.Future[Any]] = {crawling, waiting}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not crawling.done():
        await asyncio.wait({crawling}, timeout=STOPPING_S)
    if crawling.done():
        crawling.result()
    else:
        crawling.cancel()
        await asyncio.wait({crawling}, timeout=1)


def _noting(failures: list[BaseException]) -> Callable[..., None]:
    def note(failure: Any) -> None:
        failures.append(failure.value)

    return note


async def _end_early(crawler: Any, opened: asyncio.Event, interrupted: asyncio.Event) -> None:
    """When the run is interrupted: what is under way ends at once, and Scrapy closes in order."""
    await interrupted.wait()
    await opened.wait()
    crawler.spider.abort()
    await crawler.stop_async()


def _gaps(company: Company, found: Discovered, interrupted: bool) -> Iterator[Gap]:
    """What discovery could not see; visits have written their own gaps."""
    promised = {*company.sites, company.policy.url, *(canonical(site) for site in company.sites)}
    for site in company.sites:
        if not found.pages:
            yield Gap(arm="all", url=site, reason="no-pages", detail="no page of this site could be found")
    for url, reason in found.skipped.items():
        if url in promised:
            yield Gap(arm="all", url=url, reason="robots" if "robots" in reason else "not-html", detail=reason)
    for url, why in found.failed.items():
        slow = "Timeout" in why or "too long" in why
        reason = "http-error" if why.startswith("HTTP") else "timeout" if slow else "unreachable"
        detail = f"discovery could not read {url[:200]}, so its links are not known: {why}"
        yield Gap(arm="all", url=url, reason=reason, detail=detail[:500])
    if interrupted:
        yield Gap(arm="all", url=company.sites[0], reason="interrupted", detail="the run was stopped before its end")


@contextlib.contextmanager
def _interruptible() -> Iterator[asyncio.Event]:
    """Ctrl-C, SIGTERM and a closed terminal set the event, so that nothing seen is lost; under `nohup` it stays."""
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    caught = []
    for number in _STOPPING:
        if number != signal.SIGINT and signal.getsignal(number) is signal.SIG_IGN:
            continue
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not the main thread, or Windows
            loop.add_signal_handler(number, event.set)
            caught.append(number)
    try:
        yield event
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
