"""The manifest's list of visits, and how each arm's signal was made and in how many of them it was proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from crawler.evidence import Visit


def made(visits: Iterable[Visit]) -> dict[str, Any]:
    """The keys `visits` and `signals` of a manifest: a line for each visit, and a summary for each arm."""
    lines: list[dict[str, Any]] = []
    methods: dict[str, set[str]] = {}
    proven, of = Counter[str](), Counter[str]()
    for visit in visits:
        lines.append(
            {
                "id": visit.id,
                "url": visit.page_url,
                "arm": visit.arm,
                "repetition": visit.repetition,
                "ok": visit.ok,
                "reason": visit.reason,
                "attempts": visit.attempts,
                "settled": visit.settled,
            }
        )
        of[visit.arm] += 1
        if visit.signal is not None:
            methods.setdefault(visit.arm, set()).add(visit.signal.method)
            proven[visit.arm] += visit.signal.proven
    signals = {
        str(arm): {"method": sorted(methods.get(arm, ())), "proven": proven[arm], "visits": count}
        for arm, count in of.items()
    }
    return {"visits": lines, "signals": signals}
