"""The Global Privacy Platform: what `__gpp` answers, or a cookie holds. See `crawler.signals.gpp`.

The interface says which sections apply (`applicableSections`, -1 for none) and whether the string is ready
(`signalStatus`, `cmpStatus`); what is not ready says nothing yet. Source: Core/CMP API Specification.md of
github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform, read 2026-11-28.
"""

from __future__ import annotations

from typing import Any

from crawler.signals import gpp
from crawler.signals.carried import Unreadable
from crawler.signals.consent.fields import members, text
from crawler.signals.consent.statement import OptOut, Statement, bounded, nothing, of

_US = frozenset({6, *range(7, 28)})


def decode(name: str, value: str) -> Statement:
    """What the applicable US sections agree on, and whether any of them saw the signal."""
    found = members(value) if value.startswith("{") else {}
    string = text(found, "gppString") if value.startswith("{") else value
    unready = _unready(found)
    if not string or unready:
        return nothing(unready or "no GPP string")
    parsed = gpp.parse(string)
    if isinstance(parsed, Unreadable):
        return nothing(parsed.reason)
    applicable = _applicable(found)
    heard = [s for s in parsed.sections if s.number in _US and (applicable is None or s.number in applicable)]
    if not heard:
        return nothing("no section of the United States applies")
    bits = [s.gpc for s in heard if s.gpc is not None and s.problem is None and s.confirmed]
    saw = None if not bits else any(bits)
    state = of(parsed.state(applicable))
    words = "; ".join(section.meaning for section in heard[:4])
    return Statement(state, bounded(words), saw, counts=True, against_itself=_against(heard, applicable))


def _against(heard: list[gpp.Section], applicable: frozenset[int] | None) -> str:
    """Sections that do not apply may well differ; of the applicable ones each speaks for the same visitor."""
    said = {state: [s for s in heard if of(s.restriction) is state] for state in OptOut}
    ignored = next((s.name for s in said[OptOut.NO] if s.gpc), "")
    if ignored:
        return f"its section {ignored} has Gpc=1, and its opt-out fields say that nobody opted out"
    if applicable is not None and said[OptOut.YES] and said[OptOut.NO]:
        return f"its section {said[OptOut.YES][0].name} says opted out, and {said[OptOut.NO][0].name} says not"
    return ""


def _unready(found: dict[str, Any]) -> str:
    if found.get("cmpStatus") in ("stub", "loading", "error"):
        return f"the tool is not ready (cmpStatus {found['cmpStatus']})"
    return "the tool is not ready (signalStatus not ready)" if found.get("signalStatus") == "not ready" else ""


def _applicable(found: dict[str, Any]) -> frozenset[int] | None:
    listed = found.get("applicableSections")
    if not isinstance(listed, list) or not listed:
        return None
    return frozenset(number for number in listed[:64] if isinstance(number, int))
