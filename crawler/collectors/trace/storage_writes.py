"""Who wrote which storage key in an explaining visit, and how often."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.collectors.trace.records import Place
from crawler.collectors.trace.tracer import Tracer

Where = tuple[str, str, str]
"""Origin, area, key."""


class StorageWrites:
    """The writes of one visit, from two sources: the instrument knows the script, and the browser's own events also
    know keys that were written as properties (`localStorage.key = ...`), but not by whom."""

    def __init__(self, tracer: Tracer | None) -> None:
        self._places: dict[Where, list[Place]] = {}
        self._events = tracer.storage_events if tracer else {}
        for place in tracer.records.storage_writes() if tracer else ():
            if place.subject or place.site.stack:
                where = (place.realm.origin, place.group.removeprefix("storage."), place.subject)
                self._places.setdefault(where, []).append(place)

    def all_keys(self) -> Iterator[Where]:
        """Everything that was written, in no order."""
        yield from self._places
        yield from (where for where in self._events if where not in self._places)

    def count(self, where: Where) -> int:
        """How often it was written, at least: the browser has no event for a value that stays the same."""
        called = sum(place.count for place in self._places.get(where, ()))
        return max([called, *(told.count for told in self._events.get(where, {}).values())])

    def setter(self, where: Where, value: str, length: int) -> Place | None:
        """The place that wrote it last; None when the value is not what that place wrote, so that another did."""
        last = self._last(where)
        if last is None or last.value is None:
            return last
        return last if (last.value, last.value_length) == (value, length) else None

    def last_value(self, where: Where) -> tuple[str, int]:
        """The value that was written last, as far as it was told, and its length."""
        last = self._last(where)
        return (last.value or "", last.value_length) if last else ("", 0)

    def last_unix_ms(self, where: Where) -> float | None:
        """When the browser last told of a write."""
        return max((told.last_unix_ms for told in self._events.get(where, {}).values()), default=None)

    def _last(self, where: Where) -> Place | None:
        # Clocks of pages are coarse: of two at the same time, the place that was told of later came later.
        told = enumerate(self._places.get(where, ()))
        return max(told, key=lambda entry: (entry[1].last_unix_ms, entry[0]), default=(0, None))[1]
