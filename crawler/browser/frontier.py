"""The addresses that discovery knows and has not tried, and which of them come next; the same whatever the order.

A site may flood it with addresses, and one wave may be one page. So nothing is sorted twice: an address costs the
logarithm of their number when it is learnt, and again when it is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from heapq import heappop, heappush
from urllib.parse import urlsplit

from crawler.browser.page_list import PageEntry, rank

_Folder = tuple[str, str]
"""Host with port, and top folder; empty for pages at the top."""
_Place = tuple[bool, int, int, str]


class Frontier:
    """Known addresses that wait; each is taken once, from the least depth first."""

    def __init__(self) -> None:
        self._waiting: dict[str, PageEntry] = {}
        self._tried: set[str] = set()
        self._levels: dict[int, _Level] = {}

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def tried(self) -> int:
        """How many are done with."""
        return len(self._tried)

    def learn(self, entry: PageEntry) -> None:
        """Remember an address; the shortest way to one counts, whichever was heard of first."""
        if entry.url in self._tried:
            return
        known = self._waiting.get(entry.url)
        self._waiting[entry.url] = entry if known is None else min(known, entry, key=rank)
        if known is None or entry.depth < known.depth:
            self._levels.setdefault(entry.depth, _Level()).add(entry.url)

    def done_with(self, url: str) -> bool:
        """It is tried or need not be; it never comes again. Returns whether that is new."""
        if url in self._tried:
            return False
        self._tried.add(url)
        self._waiting.pop(url, None)
        return True

    def take(self, limit: int) -> list[PageEntry]:
        """At most `limit` of the least depth, in turn from each top folder, so that a big blog crowds out nothing.

        Deterministic: folders by name; within a folder, short addresses without a query come first. Those taken are
        done with.
        """
        while self._levels and limit > 0:
            depth = min(self._levels)
            urls = self._levels[depth].take(limit, partial(self._waits, depth))
            taken = [self._waiting[url] for url in urls]
            for entry in taken:
                self.done_with(entry.url)
            if taken:
                return taken
            del self._levels[depth]
        return []

    def _waits(self, depth: int, url: str) -> bool:
        entry = self._waiting.get(url)
        return entry is not None and entry.depth == depth


class _Level:
    """Addresses of one depth, by folder. Some may wait no longer: who takes says which do."""

    def __init__(self) -> None:
        self._folders: dict[_Folder, list[_Place]] = {}
        """Each a heap, and never empty."""
        self._names: list[_Folder] = []
        """A heap of the keys."""

    def add(self, url: str) -> None:
        folder, place = _sorted_under(url)
        if folder not in self._folders:
            self._folders[folder] = []
            heappush(self._names, folder)
        heappush(self._folders[folder], place)

    def take(self, limit: int, waits: Callable[[str], bool]) -> list[str]:
        """One address of each folder in turn, until there are so many. What is passed over is forgotten."""
        taken: list[str] = []
        visited: list[_Folder] = []
        while self._names and len(taken) < limit:
            visited += self._turn([heappop(self._names)], taken, limit, waits)
        following = visited
        while following and len(taken) < limit:
            following = self._turn(following, taken, limit, waits)
        for folder in visited:
            if folder in self._folders:
                heappush(self._names, folder)
        return taken

    def _turn(
        self, folders: Iterable[_Folder], taken: list[str], limit: int, waits: Callable[[str], bool]
    ) -> list[_Folder]:
        """Take one address of each folder; returns the folders that had one."""
        gave = []
        for folder in folders:
            if len(taken) == limit:
                break
            places = self._folders.get(folder, [])
            while places and not waits(places[0][-1]):
                heappop(places)
            if places:
                taken.append(heappop(places)[-1])
                gave.append(folder)
            if not places:
                self._folders.pop(folder, None)
        return gave


def _sorted_under(url: str) -> tuple[_Folder, _Place]:
    """The folder of an address, and its place in there."""
    parts = urlsplit(url)
    folder = parts.path.split("/")[1] if parts.path.count("/") > 1 else ""
    return (parts.netloc, folder), (bool(parts.query), url.count("/"), len(url), url)
