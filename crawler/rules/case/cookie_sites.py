"""Cookies site by site while they stream by: in which visits each was kept, for how long, and which rows show it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from crawler.evidence import Arm
from crawler.findings import EvidenceRef
from crawler.rules.case.model import KeptCookie
from crawler.rules.case.site import site_of
from crawler.rules.case.tally import MAX_ROWS

MAX_KEPT = 5000
"""Different cookies on different sites."""


@dataclass(slots=True)
class _Kept:
    visits: dict[Arm, set[str]] = field(default_factory=lambda: defaultdict(set))
    asked_s: float | None = None
    stored_s: float | None = None
    spans: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    """Visit to the longest that was asked for and kept in it."""
    rows: list[tuple[float, EvidenceRef]] = field(default_factory=list)
    """With how long each is kept, as a negative number."""


class CookieSites:
    """Every cookie that was kept, so far."""

    def __init__(self) -> None:
        self._compared: dict[tuple[str, str, str], _Kept] = {}
        self._explaining: dict[tuple[str, str, str], _Kept] = {}

    def take(
        self,
        page_url: str,
        arm: Arm,
        cookie: tuple[str, str],
        asked_s: float | None,
        stored_s: float | None,
        ref: EvidenceRef,
    ) -> None:
        """One row that shows a cookie (its name and domain) as kept, or in an explaining visit as asked for."""
        key = (site_of(page_url), cookie[0][:200], cookie[1][:253])
        cookies = self._explaining if arm is Arm.TRACE else self._compared
        found = cookies.get(key)
        if found is None:
            if len(cookies) >= MAX_KEPT:
                return
            found = cookies[key] = _Kept()
        wanted = asked_s if asked_s is not None and asked_s > 0 else None
        asked_there, kept_there = found.spans.get(ref.visit, (None, None))
        found.spans[ref.visit] = _longer(asked_there, wanted), _longer(kept_there, stored_s)
        found.asked_s = _longer(found.asked_s, wanted)
        found.stored_s = _longer(found.stored_s, stored_s)
        found.visits[arm].add(ref.visit)
        found.rows.append((-max(asked_s or 0.0, stored_s or 0.0), ref))
        found.rows.sort(key=lambda row: (row[0], row[1].stream, row[1].row))
        del found.rows[MAX_ROWS:]

    def rows(self) -> tuple[KeptCookie, ...]:
        """All that compared visits kept."""
        return tuple(self._row(key, found) for key, found in sorted(self._compared.items()))

    def _row(self, key: tuple[str, str, str], found: _Kept) -> KeptCookie:
        site, name, domain = key
        told = self._explaining.get(key)
        explained = found.asked_s is None and told is not None and told.asked_s is not None
        rows = [*(told.rows[:1] if explained and told is not None else ()), *found.rows]
        return KeptCookie(
            site=site,
            name=name,
            domain=domain,
            visits={arm: frozenset(found.visits[arm]) for arm in sorted(found.visits)},
            asked_s=told.asked_s if explained and told is not None else found.asked_s,
            asked_is_explained=explained,
            stored_s=found.stored_s,
            spans=found.spans,
            evidence=tuple(ref for _, ref in rows),
        )


def _longer(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else max(one, other)
