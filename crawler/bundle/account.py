"""What the visits of a run come to, by arm: the two recorders held against each other, and the steps that were made.

It takes rows of the stream `visits` as JSON objects, so that an old bundle, and one of another version, can be summed
up too: what is not there counts for nothing, and nothing here raises on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

MAX_LISTED = 200
"""Unexplained rows, and visits with an incomplete log, that one arm lists; the counts are of all."""
MAX_CLASSES = 60
_UNEXPLAINED = "unexplained"


def reconciliation(visits: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By arm: how many requests both recorders saw, what one alone saw by class, and what nobody can explain.

    A visit without an account, and one whose network log has no end, is told under `incomplete`.
    """
    arms: dict[str, dict[str, Any]] = {}
    for visit in visits:
        arm = arms.setdefault(
            str(visit.get("arm")),
            {
                "visits": 0,
                "incomplete": 0,
                "incomplete_visits": [],
                "matched": 0,
                "wire_only": Counter[str](),
                "cdp_only": Counter[str](),
                "unexplained": 0,
                "unexplained_rows": [],
            },
        )
        arm["visits"] += 1
        ledger = _mapping(visit.get("reconciliation"))
        if ledger.get("netlog_complete") is not True:
            arm["incomplete"] += 1
            arm["incomplete_visits"] += [str(visit.get("id", ""))] * (len(arm["incomplete_visits"]) < MAX_LISTED)
        arm["matched"] += _number(ledger.get("matched"))
        for side in ("wire_only", "cdp_only"):
            for name, count in _mapping(ledger.get(side)).items():
                if name in arm[side] or len(arm[side]) < MAX_CLASSES:
                    arm[side][str(name)] += _number(count)
        rows = [str(row)[:600] for row in _list(ledger.get(_UNEXPLAINED))]
        counted = sum(_number(_mapping(ledger.get(side)).get(_UNEXPLAINED)) for side in ("wire_only", "cdp_only"))
        arm["unexplained"] += max(len(rows), counted)
        room = MAX_LISTED - len(arm["unexplained_rows"])
        arm["unexplained_rows"] += [{"visit": str(visit.get("id", "")), "request": row} for row in rows[:room]]
    for arm in arms.values():
        for side in ("wire_only", "cdp_only"):
            arm[side] = dict(sorted(arm[side].items()))
    return dict(sorted(arms.items()))


def steps(visits: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """By arm and step: the visits in which it was made, in the order in which steps were first met."""
    made: dict[str, dict[str, int]] = {}
    for visit in visits:
        arm = made.setdefault(str(visit.get("arm")), {})
        for name in dict.fromkeys(str(_mapping(step).get("name", ""))[:40] for step in _list(visit.get("steps"))):
            if name in arm or len(arm) < MAX_CLASSES:
                arm[name] = arm.get(name, 0) + 1
    return {arm: counts for arm, counts in sorted(made.items()) if counts}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any] | tuple[Any, ...]:
    return value if isinstance(value, list | tuple) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
