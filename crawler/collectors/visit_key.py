"""Which visit a row belongs to, and the clock that its `*_ms` columns count from."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.evidence import Arm


@dataclass(frozen=True, slots=True)
class VisitKey:
    """The identity of one visit, copied into each of its rows."""

    id: str
    page_url: str
    arm: Arm
    repetition: int
    started_unix_ms: float
    """Wall clock at navigation start; the zero of every `*_ms` column."""
    own_domains: tuple[str, ...] = ()
    """Domains that the expectations declare as the company's own."""
