"""The two recorders held against each other, as a report tells it: in short, by class, and what nobody can explain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crawler.bundle import account
from crawler.output import words
from crawler.output.browser_words import RECORDER_CLASSES

MAX_ROWS = 60
"""Unexplained rows, and classes, that a report shows; run.json has more."""
_UNEXPLAINED = "unexplained"
_UNKNOWN_CLASS = "A class that this version of the report does not know."


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerClass:
    """Requests that one recorder alone saw, for one reason."""

    name: str
    recorder: str
    meaning: str
    counts: Mapping[str, int]
    """By arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """The account of a run."""

    sentences: tuple[str, ...]
    listed: int
    """Requests in the network log; `matched` of them were seen by both recorders."""
    matched: int
    alone: int
    """Requests that one recorder alone saw."""
    log: str
    """Whether the log is complete, as a clause."""
    arms: tuple[str, ...]
    classes: tuple[LedgerClass, ...]
    """What the network log alone has, then what DevTools alone has; the commonest first, the unexplained last."""
    unexplained: int
    rows: tuple[tuple[str, str], ...]
    """Visit and request of what nobody can explain."""
    more_rows: int

    @property
    def short(self) -> str:
        """All of it in one clause."""
        beyond = self.alone - (self.listed - self.matched)
        more = f", {beyond:,} more by DevTools alone" if beyond else ""
        return (
            f"{words.count(self.listed, 'request')} in the network log of the browser, {self.matched:,} of them seen by"
            f" both recorders{more}; {self.alone - self.unexplained:,} seen by one alone and explained,"
            f" {self.unexplained:,} unexplained; {self.log}"
        )


def ledger_view(manifest: Mapping[str, Any], visits: Sequence[Mapping[str, Any]]) -> LedgerView | None:
    """From the manifest's own account; of an older run, which has none, from the rows of its visits. None without both.

    Nothing here raises on a manifest of another version.
    """
    stated = manifest.get("reconciliation")
    if not isinstance(stated, Mapping):
        stated = account.reconciliation(visits) if any(v.get("reconciliation") for v in visits) else {}
    by_arm = {str(arm): told for arm, told in stated.items() if isinstance(told, Mapping)}
    if not by_arm:
        return None
    arms = words.arms_in_order(by_arm)
    rows = [
        (str(row.get("visit", "")), str(row.get("request", "")))
        for arm in arms
        for row in _list(by_arm[arm].get("unexplained_rows"))
        if isinstance(row, Mapping)
    ]
    matched, unexplained = _sum(by_arm, "matched"), _sum(by_arm, _UNEXPLAINED)
    wire, other = (sum(_side(by_arm, side).values()) for side in ("wire_only", "cdp_only"))
    log = _log(_sum(by_arm, "visits"), _sum(by_arm, "incomplete"))
    shown = rows[:MAX_ROWS]
    return LedgerView(
        sentences=_sentences(matched, wire, other, unexplained, log),
        listed=matched + wire,
        matched=matched,
        alone=wire + other,
        log=log,
        arms=tuple(arms),
        classes=tuple(_classes(by_arm, arms))[: 2 * MAX_ROWS],
        unexplained=unexplained,
        rows=tuple(shown),
        more_rows=max(0, unexplained - len(shown)),
    )


def in_short(manifest: Mapping[str, Any]) -> str:
    """The account in one line, for a terminal; empty when the manifest has none."""
    view = ledger_view(manifest, ())
    return view.short if view else ""


def _sentences(matched: int, wire: int, other: int, unexplained: int, log: str) -> tuple[str, ...]:
    alone, listed = wire + other, matched + wire
    seen = "all" if matched == listed else f"{matched:,}"
    said = [
        f"The browser’s own network log is the ledger of this run. It lists {words.count(listed, 'request')};"
        f" {seen} of them were seen by the second recorder, DevTools, too."
    ]
    if other:
        said.append(f"DevTools saw {other:,} more, which the log does not have.")
    if not alone:
        said.append("No request was seen by one recorder alone. Unexplained: none.")
    elif not unexplained:
        said.append(f"All {alone:,} that one recorder alone saw are explained below. Unexplained: none.")
    else:
        said.append(
            f"Of the {alone:,} that one recorder alone saw, {alone - unexplained:,} are explained below."
            f" Unexplained: {unexplained:,}."
        )
    return (*said, f"{log[:1].upper()}{log[1:]}.")


def _log(visits: int, broken: int) -> str:
    if broken:
        return f"in {broken:,} of {words.count(visits, 'visit')} the log has no end, so requests may be missing there"
    return f"the log is complete in {'the one visit' if visits == 1 else f'all {visits:,} visits'}"


def _classes(by_arm: Mapping[str, Mapping[str, Any]], arms: Sequence[str]) -> list[LedgerClass]:
    found = []
    for side, recorder in (("wire_only", "network log"), ("cdp_only", "DevTools")):
        totals = _side(by_arm, side)
        for name in sorted(totals, key=lambda n: (n == _UNEXPLAINED, -totals[n], n)):
            if totals[name]:
                counts = {arm: _number(_mapping(by_arm[arm].get(side)).get(name)) for arm in arms}
                meaning = RECORDER_CLASSES.get(name, _UNKNOWN_CLASS)
                found.append(LedgerClass(name=name, recorder=recorder, meaning=meaning, counts=counts))
    return found


def _side(by_arm: Mapping[str, Mapping[str, Any]], side: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for told in by_arm.values():
        for name, count in _mapping(told.get(side)).items():
            total[str(name)] += _number(count)
    return total


def _sum(by_arm: Mapping[str, Mapping[str, Any]], key: str) -> int:
    return sum(_number(told.get(key)) for told in by_arm.values())


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
