"""What pages said of the visitor's opt-out, as every output tells it: by source and arm, bounded, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from crawler.output import words
from crawler.output.finding_view import Sighting, sightings

RULES = ("opt-out-strings-contradict", "string-says-opted-out-traffic-does-not")
"""Rules whose findings rest on it."""
MAX_SOURCES = 200
MAX_SAID = 8
"""Different statements of one source in one arm."""

TOOLS: Mapping[str, str] = MappingProxyType(
    {
        "usprivacy": "US Privacy string",
        "gpp": "Global Privacy Platform",
        "onetrust": "OneTrust",
        "google-consent-mode": "Google consent mode",
        "tcf": "TCF (Europe)",
        "cookiebot": "Cookiebot",
        "osano": "Osano",
        "trustarc": "TrustArc",
        "ketch": "Ketch",
        "usercentrics": "Usercentrics",
        "didomi": "Didomi",
        "hubspot": "HubSpot",
        "transcend": "Transcend",
        "datagrail": "DataGrail",
    }
)
"""By `ConsentState.source`, in the order of a report."""

_SAYS: Mapping[str, str] = MappingProxyType(
    {"opted-out": "opted out", "not-opted-out": "not opted out", "says-nothing": "says nothing of it"}
)
_SHOWN: Mapping[str, str] = MappingProxyType({"opted-out": "advertising off", "not-opted-out": "advertising on"})
"""Of what does not count: a switch for advertising is no word on an opt-out."""
_WHERE: Mapping[str, str] = MappingProxyType(
    {"api": "asked", "object": "read", "cookie": "cookie", "storage": "browser storage"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidView:
    """One statement in one arm."""

    says: str
    words: str
    """What it rests on; a site's text."""
    signal: str
    """`saw the signal`, `did not see the signal`, or nothing."""
    against: str
    """How it contradicts itself."""
    sighting: Sighting | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """One source of one site."""

    site: str
    tool: str
    name: str
    where: str
    counts: bool
    arms: Mapping[str, tuple[SaidView, ...]]


def source_views(verdicts: Mapping[str, Any], limit: int = MAX_SOURCES) -> list[SourceView]:
    """By site; what counts before what is only shown, then by tool and name."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in _rows(verdicts):
        found.setdefault(tuple(str(row.get(k) or "") for k in ("site", "source", "name", "where")), []).append(row)
    order = list(TOOLS)
    keys = sorted(
        found,
        key=lambda key: (
            key[0],
            not any(row.get("counts") is True for row in found[key]),
            order.index(key[1]) if key[1] in order else len(order),
            key[1:],
        ),
    )
    return [_source(key, found[key]) for key in keys[:limit]]


def source_count(verdicts: Mapping[str, Any]) -> int:
    """All sources, those beyond the limit among them."""
    return len({tuple(str(row.get(k) or "") for k in ("site", "source", "name", "where")) for row in _rows(verdicts)})


def arms_of(verdicts: Mapping[str, Any]) -> list[str]:
    """The arms that any row is of."""
    return words.arms_in_order({str(row.get("arm") or "") for row in _rows(verdicts)} - {""})


def _source(key: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> SourceView:
    site, tool, name, where = key
    arms: dict[str, list[SaidView]] = {}
    for row in sorted(rows, key=lambda row: (-_seen(row), str(row.get("words") or ""))):
        said = arms.setdefault(str(row.get("arm") or ""), [])
        if len(said) < MAX_SAID:
            said.append(_said(row))
    return SourceView(
        site=site,
        tool=TOOLS.get(tool, tool),
        name=name,
        where=_WHERE.get(where, where),
        counts=any(row.get("counts") is True for row in rows),
        arms={arm: tuple(said) for arm, said in arms.items()},
    )


def _said(row: Mapping[str, Any]) -> SaidView:
    arm, saw = str(row.get("arm") or ""), row.get("saw_gpc")
    says = str(row.get("says") or "")
    return SaidView(
        says=(_SHOWN if row.get("counts") is False else {}).get(says) or _SAYS.get(says, says),
        words=str(row.get("words") or ""),
        signal={True: "saw the signal", False: "saw no signal"}.get(saw, "") if isinstance(saw, bool) else "",
        against=str(row.get("contradiction") or ""),
        sighting=next(iter(sightings({arm: row.get("visits")})), None),
    )


def _seen(row: Mapping[str, Any]) -> int:
    pair = row.get("visits")
    first = pair[0] if isinstance(pair, list | tuple) and pair else 0
    return first if isinstance(first, int) else 0


def _rows(verdicts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    value = verdicts.get("consent")
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
