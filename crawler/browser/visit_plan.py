"""The order of visits: every arm and repetition sees the same pages, arms interleaved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.evidence import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """One page, one arm, one repetition. `attempt` counts from 1.

    A visit that crashed is made again `apart`, with a driver of its own: if the page is what kills it, no other visit
    goes with it.
    """

    number: int
    url: str
    arm: Arm
    repetition: int
    attempt: int = 1
    apart: bool = False

    @property
    def id(self) -> str:
        """`<page number>-<arm>-<repetition>`."""
        return f"{self.number:03d}-{self.arm}-{self.repetition}"


def plan(urls: Sequence[str], arms: Sequence[Arm], repeat: int, *, trace: bool = False) -> Iterator[PlannedVisit]:
    """All visits in the order in which they are made.

    The arms of a page follow each other at once, so that both see the same site; which goes first alternates from
    page to page and from repetition to repetition, so that neither always meets the warmer cache of the server. With
    `trace`, one explaining visit per page follows when all that is compared has been seen.
    """
    for repetition in range(1, repeat + 1):
        for number, url in enumerate(urls):
            turn = (number + repetition) % len(arms)
            for arm in (*arms[turn:], *arms[:turn]):
                yield PlannedVisit(number=number, url=url, arm=arm, repetition=repetition)
    if trace:
        for number, url in enumerate(urls):
            yield PlannedVisit(number=number, url=url, arm=Arm.TRACE, repetition=1)
