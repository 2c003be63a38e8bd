"""Writing visits out: a visit counts as made once it is on the disk, and a disk that refuses ends the crawl."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crawler.browser.visit_plan import PlannedVisit
from crawler.browser.visits import BundlePipeline, VisitSpider
from crawler.bundle import Bundle, BundleWriter
from crawler.evidence import Arm
from tests.browser.test_run_folder import recorded

RECORDING = recorded(PlannedVisit(number=0, url="https://site.test/", arm=Arm.GPC, repetition=1))


def put(folder: Path, told: list[str]) -> VisitSpider:
    """Send one visit through the pipeline."""
    writer = BundleWriter(folder)
    writer.manifest({"company": "A"})
    engine = SimpleNamespace(interrupt=lambda: told.append("interrupted"))
    spider = VisitSpider(
        engine=cast(Any, engine), visits=[], attempts=1, writer=writer, on_visit=lambda _: told.append("visited")
    )
    pipeline = BundlePipeline(cast(Any, SimpleNamespace(spider=spider)))
    asyncio.run(pipeline.process_item(RECORDING))
    writer.close_streams()
    return spider


def test_a_visit_is_on_the_disk_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    sync = BundleWriter.sync

    def noting(self: BundleWriter) -> None:
        assert self.pending() == {}, "flushed before"
        sync(self)
        told.append("synced")

    monkeypatch.setattr(BundleWriter, "sync", noting)
    assert put(tmp_path, told).failure is None and told == ["synced", "visited"]
    assert [visit.id for _, visit in Bundle(tmp_path).rows("visits")] == [RECORDING.visit.id]


def test_a_disk_that_loses_what_it_took_ends_the_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: BundleWriter) -> None:
        raise OSError(28, "No space left on device")

    told: list[str] = []
    monkeypatch.setattr(BundleWriter, "sync", full)
    spider = put(tmp_path, told)
    assert isinstance(spider.failure, OSError) and told == ["interrupted"]
