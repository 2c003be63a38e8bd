"""What a product file rests on: sources of its facts, requests that it must recognise, and requests that it must not.

Naming a vendor needs none of it, so it stays packed until somebody asks: reading two thousand examples would be half of
a start.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import date

from crawler.vendors.model import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact was read, and when."""

    fact: str
    source: str
    read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A request that must be recognised; a field that is None is not compared."""

    url: str
    role: Role
    method: str = "GET"
    body: str | None = None
    resource_type: str = ""
    page_url: str
    account: str | None = None
    event: str | None = None
    variant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A request that looks alike and must not be taken for this product."""

    url: str
    why: str
    method: str = "GET"
    body: str | None = None
    resource_type: str = ""
    page_url: str


_Parts = tuple[tuple[Source, ...], tuple[Example, ...], tuple[NearMiss, ...]]


class Proof:
    """Sources, examples and near misses of one product."""

    __slots__ = ("_kept",)

    def __init__(
        self, sources: tuple[Source, ...], examples: tuple[Example, ...], near_misses: tuple[NearMiss, ...]
    ) -> None:
        self._kept: _Parts | bytes = (sources, examples, near_misses)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the facts of the file were read."""
        return self._parts()[0]

    @property
    def examples(self) -> tuple[Example, ...]:
        """Requests that must be recognised."""
        return self._parts()[1]

    @property
    def near_misses(self) -> tuple[NearMiss, ...]:
        """Requests that look alike."""
        return self._parts()[2]

    def _parts(self) -> _Parts:
        if isinstance(self._kept, bytes):
            self._kept = pickle.loads(self._kept)
            assert not isinstance(self._kept, bytes)
        return self._kept

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Proof) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __getstate__(self) -> bytes:
        return pickle.dumps(self._parts(), pickle.HIGHEST_PROTOCOL)

    def __setstate__(self, packed: bytes) -> None:
        self._kept = packed
