"""What every frame's origin stores after a visit: local and session storage, IndexedDB, caches.

Read in all arms from worlds of our own, after the page has settled. Who wrote it, only an explaining visit knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from playwright.async_api import Page

from crawler.bundle.redact import Redactor
from crawler.collectors.devtools import isolated_world
from crawler.collectors.secrets_of_visit import VisitSecrets
from crawler.collectors.trace.storage_writes import StorageWrites, Where
from crawler.collectors.trace.tracer import Tracer
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import StorageItem

MAX_ITEMS = 5_000


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One key, object store or cache as it was read; never written down like this."""

    origin: str
    area: str
    key: str
    value: str
    """At most 4096 characters of it; empty for object stores and caches."""
    value_length: int
    entries: int | None = None

    @property
    def where(self) -> Where:
        """Origin, area and key."""
        return self.origin, self.area, self.key


@dataclass(slots=True)
class Stored:
    """What was read, each origin, area and key once."""

    items: dict[Where, StoredItem] = field(default_factory=dict)
    looked: set[tuple[str, str]] = field(default_factory=set)
    """Origins and areas of which nothing was left out."""

    def __iter__(self) -> Iterator[StoredItem]:
        return iter(self.items.values())

    def add(self, later: Stored) -> None:
        """Take what was read later of the same visit; it counts where both have read."""
        self.items = {where: item for where, item in self.items.items() if where[:2] not in later.looked} | later.items
        self.looked |= later.looked


@cache
def _script() -> str:
    return resources.files("crawler.collectors").joinpath("js", "storage.js").read_text(encoding="utf-8")


async def read(page: Page, timeout_s: float = 3) -> Stored:
    """The items of all frames. Does not raise for anything the page did."""
    stored = Stored()
    for answer in await isolated_world.evaluate(page, _script(), timeout_s):
        if isinstance(answer.value, dict):
            _take(stored, answer.value)
    return stored


def _take(stored: Stored, answer: dict[str, Any]) -> None:
    origin = str(answer.get("origin") or "")
    found = [StoredItem(origin, *item) for item in answer.get("items") or ()]
    stores, used = answer.get("stores") or (), answer.get("bytes") or {}
    for area, key, entries in stores:
        # The browser tells what an origin uses in all, so only what stands alone has a size.
        alone = sum(other[0] == area for other in stores) == 1
        found.append(StoredItem(origin, area, key, "", int(used.get(area) or 0) if alone else 0, int(entries)))
    for item in found:
        if item.where in stored.items or len(stored.items) < MAX_ITEMS:
            stored.items[item.where] = item
    if len(stored.items) < MAX_ITEMS:
        stored.looked |= {(origin, area) for area in answer.get("looked") or ()}


def secrets(items: Iterable[StoredItem]) -> dict[str, tuple[str, str]]:
    """Value to key and origin, as `requests.build` takes it."""
    return {item.value: (item.key, item.origin) for item in items if item.value}


def rows(
    stored: Stored,
    visit: VisitKey,
    redactor: Redactor,
    tracer: Tracer | None = None,
    hidden: VisitSecrets | None = None,
) -> list[StorageItem]:
    """The items as evidence, their values hashed; with a tracer also who wrote each, and what was gone at the end."""
    writes = StorageWrites(tracer)
    items = [*stored, *(_written_only(where, writes) for where in writes.all_keys() if where not in stored.items)]
    return [
        _row(item, visit, redactor, writes, hidden or VisitSecrets(redactor, ()), stored) for item in items[:MAX_ITEMS]
    ]


def _written_only(where: Where, writes: StorageWrites) -> StoredItem:
    value, length = writes.last_value(where)
    return StoredItem(*where, value, length)


def _row(
    item: StoredItem,
    visit: VisitKey,
    redactor: Redactor,
    writes: StorageWrites,
    hidden: VisitSecrets,
    stored: Stored,
) -> StorageItem:
    setter = writes.setter(item.where, item.value, item.value_length)
    url, when = (setter.site.url, setter.last_unix_ms) if setter else (None, writes.last_unix_ms(item.where))
    hashed = redactor.hash(item.value) if item.area in ("local", "session") else ""
    return StorageItem(
        visit=visit.id,
        arm=visit.arm,
        repetition=visit.repetition,
        page_url=visit.page_url,
        origin=item.origin,
        area=item.area,
        key=item.key,
        value_hash=hashed,
        value_length=item.value_length,
        entries=item.entries,
        setter_url=None if url is None else hidden.url(url.partition("#")[0]),
        setter_line=setter.site.line if setter else None,
        set_ms=None if when is None else when - visit.started_unix_ms,
        writes=writes.count(item.where),
        removed=item.where not in stored.items and (item.origin, item.area) in stored.looked,
    )
