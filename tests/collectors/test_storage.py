"""What a site stored, in every area and frame, and which script wrote it, in a real browser."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import Page as BrowserPage

from crawler.collectors import storage
from crawler.evidence import Arm, StorageItem
from tests.collectors.recorded import Recorded, record
from tests.collectors.world import World, running

pytestmark = pytest.mark.browser
SITE, TRACKER = "https://site.test", "https://tracker.test"
PAGE = """<!doctype html><body><script>
localStorage.setItem('three', 'first-value-0001');
localStorage.setItem('three', 'second-value-001');
localStorage.setItem('three', 'third-value-0001');
localStorage.property = 'property-value-1';
localStorage.setItem('replaced', 'called-value-001'); localStorage.replaced = 'property-value-2';
localStorage.setItem('gone', 'removed-value-01'); localStorage.removeItem('gone');
localStorage.setItem(7, {toString: () => 'object-value-001'});
sessionStorage.setItem('session', 's'); sessionStorage.setItem('cleared', 'c'); sessionStorage.removeItem('cleared');
const request = indexedDB.open('clients', 3);
request.onupgradeneeded = () => {
  request.result.createObjectStore('visitors', {autoIncrement: true});
  request.result.createObjectStore('empty');
};
request.onsuccess = () => {
  const store = request.result.transaction('visitors', 'readwrite').objectStore('visitors');
  for (const id of ['indexed-value-01', 'indexed-value-02']) store.add({id});
};
caches.open('assets').then((cache) => cache.put('/a', new Response('cached-value-001')));
caches.open('old').then((cache) => cache.put('/b', new Response('b'))).then(() => caches.delete('old'));
STUCK
</script><script src="/late.js"></script>
<iframe src="https://tracker.test/frame"></iframe>
<iframe sandbox="allow-scripts" srcdoc="<script>1</script>"></iframe></body>"""
FRAME = "<script>localStorage.setItem('tracked', 'tracker-value-01'); new Worker('/worker.js');</script>"
WORKER = """const request = indexedDB.open('jobs');
request.onupgradeneeded = () => request.result.createObjectStore('queue');
request.onsuccess = () => {
  request.result.transaction('queue', 'readwrite').objectStore('queue').put('job-value-00001', 1);
};"""
LATE = "(() => {\n  localStorage.setItem('late', 'late-value-00001');\n})();"


def visited(folders: pytest.TempPathFactory, arm: Arm, stuck: str = "") -> tuple[Recorded, float]:
    seconds: list[float] = []

    async def story(page: BrowserPage, world: World) -> None:
        await world.quiet()
        if stuck:
            start = time.monotonic()
            await storage.read(page)
            seconds.append(time.monotonic() - start)

    async def run() -> Recorded:
        pages = {
            "site.test/": PAGE.replace("STUCK", stuck),
            "site.test/late.js": LATE,
            "tracker.test/frame": FRAME,
            "tracker.test/worker.js": WORKER,
        }
        async with running(dict(pages)) as world:
            return await record(
                folders.mktemp(arm), world.switches, f"{SITE}/", lambda page: story(page, world), arm=arm
            )

    return asyncio.run(run()), seconds[0] if seconds else 0


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return visited(tmp_path_factory, Arm.TRACE)[0]


def by_key(recorded: Recorded) -> dict[tuple[str, str, str], StorageItem]:
    return {(row.origin, row.area, row.key): row for row in recorded.storage}


FINAL = {
    (SITE, "local", "three"): (16, None),
    (SITE, "local", "property"): (16, None),
    (SITE, "local", "replaced"): (16, None),
    (SITE, "local", "late"): (16, None),
    (SITE, "local", "7"): (16, None),
    (SITE, "session", "session"): (1, None),
    (SITE, "indexeddb", "clients/visitors"): (0, 2),
    (SITE, "indexeddb", "clients/empty"): (0, 0),
    (TRACKER, "local", "tracked"): (16, None),
}
ALONE = {(SITE, "cache", "assets"): 1, (TRACKER, "indexeddb", "jobs/queue"): 1}
"""What stands alone in its origin and area has a size, which is the browser's to tell."""


def test_the_final_state_of_all_areas_is_read_in_every_arm(tmp_path_factory: pytest.TempPathFactory) -> None:
    stuck = """const blocked = indexedDB.open('stuck', 2);
    blocked.onupgradeneeded = () => {
      const store = blocked.result.createObjectStore('s');
      const again = () => { store.get(1).onsuccess = again; };
      again();
    };"""
    recorded, seconds = visited(tmp_path_factory, Arm.CONTROL, stuck)
    found = by_key(recorded)
    for where, (length, entries) in FINAL.items():
        assert (found[where].value_length, found[where].entries) == (length, entries)
    assert found[SITE, "cache", "assets"].entries == 1
    assert 1 < seconds < 10, "a database that never answers costs a bounded time"
    assert {(row.setter_url, row.writes, row.removed) for row in recorded.storage} == {(None, 0, False)}


def test_the_final_state_with_its_entries_and_sizes(traced: Recorded) -> None:
    found = {where: row for where, row in by_key(traced).items() if not row.removed}
    assert found.keys() == FINAL.keys() | ALONE.keys()
    for where, (length, entries) in FINAL.items():
        assert (found[where].value_length, found[where].entries) == (length, entries)
    for where, entries in ALONE.items():
        assert found[where].entries == entries and found[where].value_length > 10
    assert {row.value_hash == "" for where, row in found.items() if where[1] in ("indexeddb", "cache")} == {True}


def line(text: str) -> int:
    return PAGE[: PAGE.index(text)].count("\n") + 1


@pytest.mark.parametrize(
    ("where", "setter", "number", "writes"),
    [
        ((SITE, "local", "three"), f"{SITE}/", line("'third-value"), 3),
        ((SITE, "local", "property"), None, None, 1),
        ((SITE, "local", "replaced"), None, None, 2),
        ((SITE, "local", "late"), f"{SITE}/late.js", 2, 1),
        ((SITE, "local", "7"), f"{SITE}/", line("object-value"), 1),
        ((SITE, "session", "session"), f"{SITE}/", line("'session', 's'"), 1),
        ((SITE, "indexeddb", "clients/visitors"), f"{SITE}/", line("store.add"), 2),
        ((SITE, "indexeddb", "clients/empty"), None, None, 0),
        ((SITE, "cache", "assets"), f"{SITE}/", line("'assets'"), 1),
        ((TRACKER, "local", "tracked"), f"{TRACKER}/frame", 1, 1),
        ((TRACKER, "indexeddb", "jobs/queue"), f"{TRACKER}/worker.js", 4, 1),
    ],
    ids=lambda value: value[2] if isinstance(value, tuple) else None,
)
def test_who_wrote_it_and_how_often(
    traced: Recorded, where: tuple[str, str, str], setter: str | None, number: int | None, writes: int
) -> None:
    row = by_key(traced)[where]
    assert (row.setter_url, row.setter_line, row.writes, row.removed) == (setter, number, writes, False)
    assert (row.set_ms is None) == (writes == 0)


def test_what_was_written_and_is_gone_again(traced: Recorded) -> None:
    gone = {(r.area, r.key): (r.setter_url, r.setter_line, r.value_length) for r in traced.storage if r.removed}
    assert gone == {
        ("local", "gone"): (f"{SITE}/", line("'gone', 'removed"), 16),
        ("session", "cleared"): (f"{SITE}/", line("'cleared', 'c'"), 1),
        ("cache", "old"): (f"{SITE}/", line("'old'"), 0),
    }


def test_no_value_is_written_down(traced: Recorded) -> None:
    text = repr((traced.storage, traced.api_calls, traced.cookies, traced.requests))
    for value in ("third-value-0001", "property-value-1", "removed-value-01", "indexed-value-01", "tracker-value-01"):
        assert value not in text
