"""Which addresses come next: the same as by sorting all of them each time, and for less."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import chain, zip_longest
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.browser.frontier import Frontier
from crawler.browser.page_list import PageEntry, rank

HOSTS, FOLDERS, QUERIES = ("a.example", "b.example:8443"), ("", "/blog", "/x", "/x/y"), ("", "?q=1")
URLS = [f"https://{h}{f}/{n}{q}" for h in HOSTS for f in FOLDERS for n in ("1", "22", "3") for q in QUERIES]


def page(url: str, depth: int = 1, found_by: str = "link") -> PageEntry:
    return PageEntry(url=url, found_by=found_by, depth=depth)


def filled(entries: Iterable[PageEntry]) -> Frontier:
    frontier = Frontier()
    for entry in entries:
        frontier.learn(entry)
    return frontier


def by_sorting(urls: Iterable[str], limit: int) -> list[str]:
    """In turn from each top folder, all of them sorted."""
    folders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for url in urls:
        parts = urlsplit(url)
        folders[(parts.netloc, parts.path.split("/")[1] if parts.path.count("/") > 1 else "")].append(url)
    ordered = [
        sorted(folder, key=lambda u: (bool(urlsplit(u).query), u.count("/"), len(u), u))
        for _, folder in sorted(folders.items())
    ]
    return [url for url in chain.from_iterable(zip_longest(*ordered)) if url is not None][: max(limit, 0)]


class Plain:
    """The same as `Frontier`, sorted anew each time."""

    def __init__(self) -> None:
        self.known: dict[str, PageEntry] = {}
        self.tried: set[str] = set()

    def waiting(self) -> dict[str, PageEntry]:
        return {url: entry for url, entry in self.known.items() if url not in self.tried}

    def learn(self, entry: PageEntry) -> None:
        self.known[entry.url] = min(self.known.get(entry.url, entry), entry, key=rank)

    def take(self, limit: int) -> list[PageEntry]:
        waiting = self.waiting()
        depth = min((entry.depth for entry in waiting.values()), default=0)
        urls = by_sorting((url for url, entry in waiting.items() if entry.depth == depth), limit)
        self.tried.update(urls)
        return [waiting[url] for url in urls]


LEARN = st.tuples(
    st.just("learn"), st.builds(page, st.sampled_from(URLS), st.integers(1, 3), st.sampled_from(["link", "sitemap"]))
)
STEPS = st.lists(
    LEARN
    | st.tuples(st.just("many"), st.lists(st.sampled_from(URLS), unique=True))
    | st.tuples(st.just("done_with"), st.sampled_from(URLS))
    | st.tuples(st.just("take"), st.integers(-1, 12)),
    max_size=40,
)


@given(STEPS)
def test_the_choice_is_that_of_a_plain_sort(steps: list[tuple[str, Any]]) -> None:
    frontier, plain = Frontier(), Plain()
    for step, value in [*steps, ("take", 5), ("take", 999), ("take", 999), ("take", 999), ("take", 1)]:
        if step == "take":
            assert frontier.take(value) == plain.take(value)
        elif step == "done_with":
            assert frontier.done_with(value) == (value not in plain.tried)
            plain.tried.add(value)
        else:
            for entry in [value] if step == "learn" else map(page, value):
                frontier.learn(entry)
                plain.learn(entry)
        assert len(frontier) == len(plain.waiting()) and frontier.tried == len(plain.tried)
    assert len(frontier) == 0


@given(st.lists(st.sampled_from(URLS), unique=True), st.integers(0, 9))
def test_the_choice_does_not_depend_on_the_order(urls: list[str], limit: int) -> None:
    shuffled = urls[:]
    random.Random(1).shuffle(shuffled)
    taken = filled(map(page, urls)).take(limit)
    assert taken == filled(map(page, shuffled)).take(limit)
    assert len(taken) == min(limit, len(urls))


def test_a_big_folder_does_not_crowd_out_the_rest() -> None:
    urls = [f"https://a.example/blog/{i:03d}" for i in range(100)] + [
        "https://a.example/pricing",
        "https://a.example/x/y",
    ]
    chosen = [entry.url for entry in filled(map(page, urls)).take(4)]
    assert "https://a.example/pricing" in chosen and "https://a.example/x/y" in chosen and len(chosen) == 4


class Counted(str):
    """An address that counts how often it is looked at."""

    looked = 0

    def __lt__(self, other: str) -> bool:
        Counted.looked += 1
        return super().__lt__(other)

    def __eq__(self, other: object) -> bool:
        Counted.looked += 1
        return super().__eq__(other)

    def __hash__(self) -> int:
        Counted.looked += 1
        return super().__hash__()

    def count(self, *given: Any) -> int:
        Counted.looked += 1
        return super().count(*given)


def looks(kind: Callable[[], Frontier | Plain], shape: str, number: int, waves: int) -> int:
    """How often addresses are looked at while so many waves of one page each are taken."""
    urls = [Counted(shape.format(f"{n:06d}")) for n in range(number)]
    random.Random(1).shuffle(urls)
    frontier = kind()
    for url in urls:
        frontier.learn(page(url))
    Counted.looked = 0
    for _ in range(waves):
        assert len(frontier.take(1)) == 1
    return Counted.looked


@pytest.mark.parametrize("shape", ["https://a.example/dead/{}", "https://a.example/{}/page"], ids=["one", "many"])
def test_what_a_wave_costs_does_not_grow_with_the_addresses_that_are_known(shape: str) -> None:
    """In one folder, or each in a folder of its own."""
    waves = 50
    few, many = (looks(Frontier, shape, number, waves) for number in (200, 3_200))
    assert many <= 3 * few and many < 100 * waves
    assert looks(Plain, shape, 3_200, waves) > 3_200 * waves / 2, "or this test counts nothing"
