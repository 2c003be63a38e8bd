"""Names that speak of an opt-out, yet decide nothing: they are told in the evidence, so that nobody overlooks them.

A vendor's flag whose place in the request nobody has confirmed stays here; so do flags that speak of something else
(Europe, children), and defaults that every request carries.
"""

from __future__ import annotations

from collections.abc import Iterable

from crawler.findings import Restriction
from crawler.signals.carried import SILENT, Reading, shown
from crawler.signals.parameters import Parameters

MAX_VALUES = 2
"""Values of one name that are told."""


def mentions(parameters: Parameters, names: Iterable[str]) -> list[str]:
    """`name=value` for each of the names that the request carries, in query, form or JSON body, in the given order."""
    notes = []
    for name in names:
        values = [*parameters.values(name), *(plain(value) for value in parameters.json_values(name))]
        notes += [f"{name}={shown(value)}" for value in list(dict.fromkeys(values))[:MAX_VALUES]]
    return notes


def told(parameters: Parameters, names: Iterable[str], why: str) -> Reading:
    """A reading that says nothing about the state: what was seen, and why it does not decide."""
    notes = mentions(parameters, names)
    if not notes:
        return SILENT
    return Reading(Restriction.UNKNOWN, f"{', '.join(notes)} ({why})", said=False)


def plain(value: object) -> str:
    """A JSON value as it would stand in a query; of a list or mapping only that it is one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    if value is None:
        return "null"
    return "[...]" if isinstance(value, list) else "{...}"
