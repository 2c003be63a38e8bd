"""localStorage and sessionStorage of every frame, as they stand after a visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from playwright.async_api import Page

from crawler.bundle.redact import Redactor
from crawler.collectors import isolated_world
from crawler.collectors.visit_key import VisitKey
from crawler.evidence import StorageItem

MAX_ITEMS = 5_000


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One key as it was read; never written down like this."""

    origin: str
    area: str
    key: str
    value: str
    """At most 4096 characters of it."""
    value_length: int


@cache
def _script() -> str:
    return resources.files("crawler.collectors").joinpath("js", "storage.js").read_text(encoding="utf-8")


async def read(page: Page, timeout_s: float = 3) -> list[StoredItem]:
    """The items of all frames, each origin and area once. Does not raise for anything the page did."""
    found: dict[tuple[str, str, str], StoredItem] = {}
    for answer in await isolated_world.evaluate(page, _script(), timeout_s):
        if not isinstance(answer.value, dict):
            continue
        origin = str(answer.value.get("origin") or "")
        for area, key, value, length in answer.value.get("items") or ():
            if len(found) >= MAX_ITEMS:
                return list(found.values())
            found[origin, str(area), str(key)] = StoredItem(origin, str(area), str(key), str(value), int(length))
    return list(found.values())


def secrets(items: Iterable[StoredItem]) -> dict[str, tuple[str, str]]:
    """Value to key and origin, as `requests.build` takes it."""
    return {item.value: (item.key, item.origin) for item in items if item.value}


def rows(items: Iterable[StoredItem], visit: VisitKey, redactor: Redactor) -> list[StorageItem]:
    """The items as evidence, their values hashed."""
    return [
        StorageItem(
            visit=visit.id,
            arm=visit.arm,
            repetition=visit.repetition,
            page_url=visit.page_url,
            origin=item.origin,
            area=item.area,
            key=item.key,
            value_hash=redactor.hash(item.value),
            value_length=item.value_length,
        )
        for item in items
    ]
