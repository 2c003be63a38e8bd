"""Severities compared: the milder of two, the next milder one, and the gravest of many things."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from crawler.findings import Severity

T = TypeVar("T")


def lower_of(one: Severity, other: Severity) -> Severity:
    """The milder of two."""
    return other if one.at_least(other) else one


def one_lower(severity: Severity) -> Severity:
    """The next milder severity; info stays."""
    order = list(Severity)
    return order[min(order.index(severity) + 1, len(order) - 1)]


def gravest(things: Iterable[T], severity_of: Callable[[T], Severity]) -> tuple[Severity, list[T]]:
    """The most severe of these, of which there is at least one, and those that are so, in their order."""
    weighed = [(severity_of(thing), thing) for thing in things]
    severity = min((s for s, _ in weighed), key=list(Severity).index)
    return severity, [thing for s, thing in weighed if s is severity]
