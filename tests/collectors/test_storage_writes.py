"""Which of several writes of one key was the last."""

from __future__ import annotations

from crawler.collectors.trace.call_sites import CallSite
from crawler.collectors.trace.records import Place, Realm
from crawler.collectors.trace.storage_writes import StorageWrites
from crawler.collectors.trace.tracer import Tracer

WHERE = ("https://site.test", "local", "key")


def written(*writes: tuple[int, str, float]) -> StorageWrites:
    """Writes of one key: line, value and when, in the order in which they were told of."""
    tracer = Tracer()
    realm = Realm("1", "https://site.test/", WHERE[0], True)
    for line, value, unix_ms in writes:
        site = CallSite("https://site.test/a.js", line, 1, (f"f https://site.test/a.js:{line}:1",))
        tracer.records.places.append(
            Place(realm, "storage.local", "key", "", unix_ms, site, 1, unix_ms, value=value, value_length=len(value))
        )
    return StorageWrites(tracer)


def line_of(writes: StorageWrites, value: str) -> int | None:
    setter = writes.setter(WHERE, value, len(value))
    return setter.site.line if setter else None


def test_the_latest_counts_in_whatever_order_they_are_told() -> None:
    assert line_of(written((1, "a", 5.0), (2, "b", 4.0)), "a") == 1
    assert line_of(written((1, "a", 4.0), (2, "b", 5.0)), "b") == 2


def test_of_two_in_the_same_moment_the_later_told_counts() -> None:
    assert line_of(written((1, "a", 5.0), (2, "b", 5.0), (3, "c", 5.0)), "c") == 3


def test_another_value_was_written_by_somebody_else() -> None:
    assert line_of(written((1, "a", 5.0), (2, "b", 6.0)), "z") is None
