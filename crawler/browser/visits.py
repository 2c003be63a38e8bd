"""The visits of a run: planned once, made in order, retried, and written out one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from typing import Any, Self

import scrapy
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.browser.visit import Engine, Recording
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle import BundleWriter
from crawler.evidence import from_row, to_row


class VisitSpider(scrapy.Spider):
    """Makes every planned visit. A visit that fails is made again; the last attempt stands."""

    name = "visits"
    custom_settings = {"URLLENGTH_LIMIT": 0}  # noqa: RUF012 - Scrapy's shape; its limit drops a visit in silence

    def __init__(
        self,
        *,
        engine: Engine,
        visits: Iterable[PlannedVisit],
        attempts: int,
        writer: BundleWriter,
        on_visit: Callable[[Recording], None],
    ) -> None:
        super().__init__()
        self.failure: Exception | None = None
        self.writer = writer
        self.on_visit = on_visit
        self._engine = engine
        self._visits = visits
        self._attempts = attempts
        self._aborted = False

    def abort(self) -> None:
        """End the visits under way; what they saw is kept. Nothing is tried again."""
        self._aborted = True
        self._engine.interrupt()

    async def fetch_with_browser(self, request: Request) -> Response:
        """The download handler's entry."""
        recording = await self._engine.visit(request.meta["visit"])
        response = Response(url=request.url, status=recording.visit.status or 599)
        response.request = request
        response.meta["recording"] = recording
        return response

    async def start(self) -> AsyncIterator[Any]:
        """All visits; Scrapy takes as many at a time as there are jobs, in this order."""
        for order, planned in enumerate(self._visits):
            if self._aborted:
                return
            yield self._request(planned, priority=-order)

    def _request(self, planned: PlannedVisit, priority: int) -> Request:
        return Request(
            planned.url,
            callback=self._on_recording,
            errback=self._on_error,
            meta={"visit": planned},
            dont_filter=True,
            priority=priority,
        )

    def _on_recording(self, response: Response) -> Any:
        planned: PlannedVisit = response.meta["visit"]
        recording: Recording = response.meta.pop("recording")
        if recording.gap is not None and planned.attempt < self._attempts and not self._aborted:
            apart = recording.gap.reason == "crash"
            return self._request(replace(planned, attempt=planned.attempt + 1, apart=apart), priority=1)
        return recording

    def _on_error(self, failure: Any) -> None:
        self.failure = self.failure or failure.value
        self.abort()


class BundlePipeline:
    """Writes each recording to the bundle and lets go of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_item(self, recording: Recording) -> Recording:
        """Write one visit. A disk that refuses ends the crawl: evidence that is not on disk is not evidence."""
        spider = self._crawler.spider
        assert isinstance(spider, VisitSpider)
        if spider.failure is not None:
            return recording
        try:
            write(spider.writer, recording)
            await asyncio.to_thread(spider.writer.sync)
        except Exception as error:  # noqa: BLE001 - told by the crawl, which must not go on without evidence
            spider.failure = error
            spider.abort()
            return recording
        spider.on_visit(recording)
        return recording


def write(writer: BundleWriter, recording: Recording) -> None:
    """Append everything that one visit brought. Raises `OSError` when the disk refuses."""
    page = recording.page
    if recording.screenshot is not None:
        picture = writer.screenshot(recording.visit.id, recording.screenshot)
        page = replace(page, screenshot=picture) if page is not None else None
    for request in recording.requests:
        _add(writer, "requests", request)
    for message in recording.messages:
        _add(writer, "messages", message)
    for cookie in recording.cookies:
        _add(writer, "cookies", cookie)
    for event in recording.cookie_events:
        _add(writer, "cookie_events", event)
    for call in recording.api_calls:
        _add(writer, "api_calls", call)
    for state in recording.consent:
        _add(writer, "consent", state)
    for item in recording.storage:
        _add(writer, "storage", item)
    for name in recording.host_names:
        _add(writer, "host_names", name)
    if page is not None:
        _add(writer, "pages", page)
    if recording.gap is not None:
        _add(writer, "gaps", recording.gap)
    _add(writer, "visits", replace(recording.visit, rows=writer.pending()))
    writer.flush()


def _add(writer: BundleWriter, stream: str, row: Any) -> None:
    """Add a row; half of a surrogate pair, which a script can write and no file can hold, becomes U+FFFD."""
    try:
        writer.add(stream, row)
    except TypeError:
        writer.add(stream, from_row(type(row), _encodable(to_row(row))))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(entry) for entry in value]
    return value
